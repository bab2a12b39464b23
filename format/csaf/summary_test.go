package csaf

import (
	"math"
	"strings"
	"testing"

	"ward"
)

func TestVersions(t *testing.T) {
	for _, row := range []struct {
		a, b  string
		want  int
		major bool
	}{
		{"2", "1", 1, true}, {"10", "9", 1, true}, {"1", "1", 0, false},
		{"1.0.0", "1.0.0-1", 1, false}, {"1.10.0", "1.9.3", 1, false}, {"2.0.0", "1.9.9", 1, true},
		{"1.0.0+a", "1.0.0", 0, false}, {"3", "2.5.0", 1, true}, {"3", "3.0.1", -1, true}, {"draft", "1", -1, true}, {"x", "y", 0, true},
	} {
		if got := CompareVersions(row.a, row.b); got != row.want {
			t.Errorf("CompareVersions(%q, %q): got %d, want %d", row.a, row.b, got, row.want)
		}
		if got := CompareVersions(row.b, row.a); got != -row.want {
			t.Errorf("CompareVersions(%q, %q): got %d, want %d", row.b, row.a, got, -row.want)
		}
		if got := MajorChanged(row.b, row.a); got != row.major {
			t.Errorf("MajorChanged(%q, %q): got %v, want %v", row.b, row.a, got, row.major)
		}
	}
	for s, want := range map[string]bool{"1": true, "0": true, "01": false, "": false, "1.0": false, "1.0.0": true, "1.0.0-rc.1+b": true, "v1": false, "1.0.0-01": false} {
		if got := ValidVersion(s); got != want {
			t.Errorf("ValidVersion(%q): got %v, want %v", s, got, want)
		}
	}
}

func TestMarking(t *testing.T) {
	for _, row := range []struct {
		name, distribution string
		label              ward.TLP
		stated             bool
		public             ward.TLP
	}{
		{"white is clear", `{"tlp":{"label":"WHITE"}}`, ward.TLPClear, true, ward.TLPClear},
		{"amber", `{"tlp":{"label":"AMBER"}}`, ward.TLPAmber, true, ward.TLPAmber},
		{"2.1", `{"tlp":{"label":"AMBER+STRICT"}}`, ward.TLPAmberStrict, true, ward.TLPAmberStrict},
		{"in the text", `{"text":"Marked tlp: green, please"}`, ward.TLPGreen, true, ward.TLPGreen},
		{"nothing said", `{}`, ward.TLPRed, false, ward.TLPClear},
		{"text without label", `{"text":"for our customers"}`, ward.TLPRed, false, ward.TLPRed},
		{"unknown label", `{"tlp":{"label":"PINK"}}`, ward.TLPRed, false, ward.TLPRed},
	} {
		doc := mustParse(t, []byte(`{"document":{"csaf_version":"2.0","tracking":{"id":"T"},"distribution":`+row.distribution+`}}`))
		label, stated := doc.Marking()
		if label != row.label || stated != row.stated || doc.TLP(true) != row.public || doc.TLP(false) != row.label {
			t.Errorf("%s: got %v %v %v %v", row.name, label, stated, doc.TLP(true), doc.TLP(false))
		}
	}
}

func TestAdviceAndScores(t *testing.T) {
	doc := mustParse(t, document(`{"full_product_names":[{"product_id":"a","name":"A"},{"product_id":"b","name":"B"}],"product_groups":[{"group_id":"g","product_ids":["b"]}]}`,
		`[{"cve":"CVE-1","remediations":[{"category":"vendor_fix","details":"Update","product_ids":["a"]},{"category":"mitigation","details":"All"}],
		  "scores":[{"cvss_v3":{"version":"3.0","baseScore":9.9,"vectorString":"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},"products":["a","b"]}],
		  "threats":[{"category":"exploit_status","details":"exploited","group_ids":["g"]}]},
		 {"cve":"CVE-2","remediations":[{"category":"vendor_fix","details":"Update","product_ids":["a"]},{"category":"workaround","details":"Unplug","group_ids":["g"],"product_ids":["b"]}],
		  "scores":[{"cvss_v3":{"version":"3.1","baseScore":9.0,"vectorString":"CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"},"products":["a"]},{"cvss_v2":{"version":"2.0","baseScore":5,"vectorString":"?"},"products":["b"]}]}]`))
	shape := func(leaf string) string {
		var parts []string
		for _, r := range doc.Remedies(leaf) {
			parts = append(parts, r.Details+" "+strings.Join(r.CVEs, "+"))
		}
		return strings.Join(parts, ", ")
	}
	for leaf, want := range map[string]string{"a": "Update CVE-1+CVE-2, All CVE-1", "b": "All CVE-1, Unplug CVE-2", "": "Update CVE-1+CVE-2, All CVE-1, Unplug CVE-2"} {
		if got := shape(leaf); got != want {
			t.Errorf("Remedies(%q): got %s, want %s", leaf, got, want)
		}
	}
	for leaf, want := range map[string]string{"a": "1.8 (CVSS 3.1)", "b": "9.8 (CVSS 3.0)", "": "1.8 (CVSS 3.1)", "zz": ""} {
		if got := doc.Score(leaf).String(); got != want {
			t.Errorf("Score(%q): got %s, want %s", leaf, got, want)
		}
	}
	if a, b := doc.Threats("a"), doc.Threats("b"); len(a) != 0 || len(b) != 1 || b[0].CVEs[0] != "CVE-1" {
		t.Errorf("Threats: got %v and %v", a, b)
	}
}

// TestSummaryCorpus holds that every real document has the facts that a list
// needs, and counts where vector and number disagree.
func TestSummaryCorpus(t *testing.T) {
	docs, scored, disagree, unread := 0, 0, 0, 0
	corpus(t, func(name string, data []byte) {
		doc := mustParse(t, data)
		docs++
		s := doc.Summary()
		if s.ID == "" || s.Publisher == "" || s.Namespace == "" || s.Title == "" || s.Initial.IsZero() || s.Current.IsZero() ||
			!s.LabelGiven || s.Label != ward.TLPClear || len(s.CVEs) == 0 || len(s.Vendors) == 0 || s.Text == "" || s.URL == "" || !ValidVersion(s.Version) {
			t.Errorf("%s: thin summary %+v", name, s)
		}
		for _, v := range doc.Vulnerabilities {
			for _, score := range v.Scores {
				scored++
				rated := score.Rate()
				if rated.Vector == "" {
					unread++
				} else if math.Abs(rated.Value-score.Base) > 0.05 {
					disagree++
				}
			}
		}
	})
	t.Logf("%d documents, %d scores, %d vectors unread, %d disagree with the number beside them", docs, scored, unread, disagree)
	if unread > 0 || disagree*50 > scored {
		t.Errorf("%d vectors unread, %d of %d disagree", unread, disagree, scored)
	}
}
