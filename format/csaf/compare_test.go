package csaf

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// revision builds a document with one pump; ids lets the test renumber.
func revision(id, title, label, status, rng, remedy, cve, score string) []byte {
	return fmt.Appendf(nil, `{"document":{"csaf_version":"2.0","title":%q,"distribution":{"tlp":{"label":%q}},"tracking":{"id":"T","version":"1","status":"final"}},
	"product_tree":{"branches":[{"category":"vendor","name":"V","branches":[{"category":"product_name","name":"Pump","branches":[
	 {"category":"product_version_range","name":%q,"product":{"product_id":"%s1","name":"n"}},
	 {"category":"product_version","name":"9","product":{"product_id":"%s2","name":"n"}}]}]}],"product_groups":[{"group_id":"g","product_ids":["%[6]s1"]}]},
	"vulnerabilities":[{"cve":%[7]q,"product_status":{%[8]q:["%[6]s1"],"fixed":["%[6]s2"]},
	 "scores":[{"cvss_v3":{"version":"3.1","baseScore":1.0,"vectorString":%[9]q},"products":["%[6]s1"]}],
	 "threats":[{"category":"exploit_status","details":"none known","product_ids":["%[6]s1"]}],
	 "remediations":[{"category":"vendor_fix","details":%[10]q,"group_ids":["g"]}]}]}`,
		title, label, rng, id, id, id, cve, status, score, remedy)
}

const (
	vectorHigh = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" // 9.8
	vectorLow  = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N" // 1.8
)

func TestCompare(t *testing.T) {
	old := revision("a", "T", "WHITE", "known_affected", "<2", "Update to 2", "CVE-1", vectorLow)
	for _, row := range []struct {
		name string
		new  []byte
		want []string
		same bool // fingerprint of the affected leaf unchanged
	}{
		{"nothing", old, nil, true},
		{"renumbered and re-spaced", revision("other-", "T", "WHITE", "known_affected", "<2", "Update  to\n2", "CVE-1", vectorLow), nil, true},
		{"title and label", revision("a", "U", "AMBER", "known_affected", "<2", "Update to 2", "CVE-1", vectorLow), []string{"title T>U", "tlp CLEAR>AMBER"}, true},
		{"range", revision("a", "T", "WHITE", "known_affected", "<3", "Update to 2", "CVE-1", vectorLow), []string{"version <2><3"}, false},
		{"status", revision("a", "T", "WHITE", "known_not_affected", "<2", "Update to 2", "CVE-1", vectorLow), []string{"product_status affected>not_affected"}, false},
		{"remedy", revision("a", "T", "WHITE", "known_affected", "<2", "Replace it", "CVE-1", vectorLow), []string{"remediation_changed vendor_fix: Update to 2>vendor_fix: Replace it"}, false},
		{"score", revision("a", "T", "WHITE", "known_affected", "<2", "Update to 2", "CVE-1", vectorHigh), []string{"severity low>critical", "score 1.8 (CVSS 3.1)>9.8 (CVSS 3.1)"}, true},
		{"other CVE", revision("a", "T", "WHITE", "known_affected", "<2", "Update to 2", "CVE-2", vectorLow), []string{"cve_added >CVE-2", "cve_removed CVE-1>"}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			a, b := mustParse(t, old), mustParse(t, row.new)
			var got []string
			for _, c := range Compare(a, b).Items {
				got = append(got, fmt.Sprintf("%s %s>%s", c.Kind, c.Old, c.New))
			}
			if !slices.Equal(got, row.want) {
				t.Errorf("Compare:\ngot  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(row.want, "\n     "))
			}
			was, now := a.RemediationFingerprint(a.Products[0].ID), b.RemediationFingerprint(b.Products[0].ID)
			if (was == now) != row.same || len(now) != 32 {
				t.Errorf("fingerprint: got %s then %s, want same=%v", was, now, row.same)
			}
		})
	}
}

func TestCompareProducts(t *testing.T) {
	tree := func(names ...string) []byte {
		var list []string
		for i, n := range names {
			list = append(list, fmt.Sprintf(`{"category":"product_name","name":%q,"product":{"product_id":"%d","name":%q}}`, n, i, n))
		}
		return document(`{"branches":[{"category":"vendor","name":"V","branches":[`+strings.Join(list, ",")+`]}]}`, `[{"cve":"C","product_status":{"known_affected":["0"]}}]`)
	}
	c := Compare(mustParse(t, tree("A", "B")), mustParse(t, tree("A", "C", "D")))
	var got []string
	for _, i := range c.Items {
		got = append(got, fmt.Sprint(i.Kind, i.Paths))
	}
	want := []string{"product_added[V / C]", "product_added[V / D]", "product_removed[V / B]"}
	if !slices.Equal(got, want) || !c.Has(ProductAdded) || c.Has(TitleChanged) {
		t.Errorf("Compare: got %v, want %v", got, want)
	}
}

// TestCompareCorpus holds that every real document equals itself and that its
// fingerprints are there.
func TestCompareCorpus(t *testing.T) {
	corpus(t, func(name string, data []byte) {
		a, b := mustParse(t, data), mustParse(t, data)
		if c := Compare(a, b); len(c.Items) > 0 {
			t.Errorf("%s differs from itself: %+v", name, c.Items[0])
		}
		for _, c := range a.Claims() {
			if a.RemediationFingerprint(c.Leaf) != b.RemediationFingerprint(c.Leaf) {
				t.Errorf("%s: fingerprint of %s is not stable", name, c.Leaf)
			}
		}
	})
}
