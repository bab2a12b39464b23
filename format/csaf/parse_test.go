package csaf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	deep := strings.Repeat(`{"branches":[`, 200) + strings.Repeat(`]}`, 200)
	head := `{"document":{"csaf_version":"2.0","tracking":{"id":"T"}},`
	for _, row := range []struct {
		name, data  string
		lim         Limits
		want        error
		place, said string
	}{
		{"empty", "", Limits{}, ErrSyntax, "", "too early"},
		{"truncated", head + `"product_tree":{"branches":[{"name":"x`, Limits{}, ErrSyntax, "/product_tree/branches/0/name", "byte"},
		{"list", "[1]", Limits{}, ErrNotCSAF, "", "no JSON object"},
		{"other JSON", `{"bomFormat":"CycloneDX"}`, Limits{}, ErrNotCSAF, "", "document"},
		{"other version", `{"document":{"csaf_version":"1.2","tracking":{"id":"T"}}}`, Limits{}, ErrNotCSAF, "/document/csaf_version", "1.2"},
		{"no id", `{"document":{"csaf_version":"2.0"}}`, Limits{}, ErrNotCSAF, "/document/tracking/id", "id"},
		{"duplicate key", `{"document":{"title":"a","title":"b"}}`, Limits{}, ErrSyntax, "/document/title", "duplicate"},
		{"wrong UTF-8", "{\"document\":{\"title\":\"\xff\"}}", Limits{}, ErrSyntax, "/document", "UTF-8"},
		{"second value", head + `"x":1} {}`, Limits{}, ErrSyntax, "", "after the end"},
		{"too deep", head + `"product_tree":` + deep + `}`, Limits{}, ErrTooDeep, "/product_tree/branches", "levels"},
		{"too deep in what is skipped", head + `"x":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, Limits{}, ErrTooDeep, "/x", "levels"},
		{"too large", head + `"x":1}`, Limits{Size: 20}, ErrTooLarge, "", "larger"},
		{"long name", `{"document":{"title":"` + strings.Repeat("x", 9000) + `"}}`, Limits{}, ErrTooLarge, "/document/title", "9000"},
		{"many products", head + `"product_tree":{"full_product_names":[{"product_id":"a"},{"product_id":"b"},{"product_id":"c"}]}}`, Limits{Products: 2}, ErrTooMany, "/product_tree/full_product_names/2", "products"},
		{"many items", head + `"vulnerabilities":[{},{},{}]}`, Limits{Items: 2}, ErrTooMany, "/vulnerabilities", "entries"},
		{"long paths", head + `"product_tree":{"branches":[{"name":"xxxxxxxxxx","branches":[{"product":{"product_id":"a"}},{"product":{"product_id":"b"}}]}]}}`, Limits{Paths: 15}, ErrTooLarge, "/product_tree", "paths"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := Parse([]byte(row.data), row.lim)
			var e *Error
			if !errors.Is(err, row.want) || !errors.As(err, &e) {
				t.Fatalf("Parse: got %v, want %v", err, row.want)
			}
			if !strings.HasPrefix(e.Place, row.place) || !strings.Contains(err.Error(), row.said) {
				t.Errorf("Parse: got %q at %q, want %q at %q", err, e.Place, row.said, row.place)
			}
		})
	}
}

// TestParseGoesOn holds that wrong types cost only the value that has them.
func TestParseGoesOn(t *testing.T) {
	data := "\xef\xbb\xbf" + `{"document":{"csaf_version":2.0,"title":["x"],"lang":null,"notes":{"category":"summary","text":"one\u0000 line"},
	 "tracking":{"id":"T","version":3,"current_release_date":"2024-02-30","initial_release_date":"2024-03-01"}},
	 "product_tree":{"branches":[null,7,{"category":"vendor","name":"V","branches":{"category":"product_name","name":"N","product":{"product_id":"p","name":"V N"}}}]},
	 "vulnerabilities":[{"cve":"CVE-1","scores":[{"cvss_v3":{"baseScore":"7.5","version":"3.1"},"products":["p"]}],"product_status":{"known_affected":["p","gone"]}}]}`
	doc := mustParse(t, []byte(data))
	if doc.Tracking.Version != "3" || doc.CSAFVersion != "2.0" || doc.Title != "" || doc.Notes[0].Text != "one line" {
		t.Errorf("head: got %+v", doc)
	}
	if got := doc.Vulnerabilities[0].Scores[0].Base; got != 7.5 {
		t.Errorf("score: got %v, want 7.5", got)
	}
	if got := doc.Tracking.Initial.Format("2006-01-02"); got != "2024-03-01" || !doc.Tracking.Current.IsZero() {
		t.Errorf("dates: got %v and %v", doc.Tracking.Initial, doc.Tracking.Current)
	}
	claims := doc.Claims()
	if len(claims) != 1 || claims[0].Vendor != "V" || claims[0].Names[0] != "N" {
		t.Errorf("claims: got %+v", claims)
	}
	if len(doc.Oddities) != 11 {
		t.Errorf("oddities: got %d, want 11: %v", len(doc.Oddities), doc.Oddities)
	}
}

// TestManyLeaves holds the bound on both sides: 100,000 leaves are read, a
// million are refused.
func TestManyLeaves(t *testing.T) {
	build := func(n int) []byte {
		var b bytes.Buffer
		b.WriteString(`{"document":{"csaf_version":"2.0","tracking":{"id":"T"}},"product_tree":{"branches":[{"category":"vendor","name":"V","branches":[`)
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"category":"product_name","name":"P%d","product":{"product_id":"%d"}}`, i, i)
		}
		b.WriteString(`]}]}}`)
		return b.Bytes()
	}
	if got := len(mustParse(t, build(100_000)).Claims()); got != 100_000 {
		t.Errorf("claims: got %d, want 100000", got)
	}
	if _, err := Parse(build(250_000), Limits{}); !errors.Is(err, ErrTooMany) {
		t.Errorf("250,000 leaves: got %v, want %v", err, ErrTooMany)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		" a  b\t": "a  b", "GeutebrÃ¼ck": "Geutebrück", "StratixÂ®": "Stratix®", "Müller": "Müller", "für": "für",
		"donâ€™t": "don’t", "a\u200bb\u202e": "ab", "a\nb": "a b", "Ã": "Ã", "日本": "日本", "Ã¼ 日": "Ã¼ 日", "x\u00a0y": "x y",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q): got %q, want %q", in, got, want)
		}
	}
}

// FuzzParse drives everything that takes a document's own words.
func FuzzParse(f *testing.F) {
	f.Add(document(pumpTree, `[{"cve":"C","product_status":{"known_affected":["a"]},"remediations":[{"category":"vendor_fix","details":"d","product_ids":["a"]}]}]`))
	f.Add([]byte(`{"document":{"csaf_version":"2.0","tracking":{"id":"T"}},"product_tree":{"relationships":[{"product_reference":"a","relates_to_product_reference":"a","full_product_name":{"product_id":"a"}}]}}`))
	f.Add(revision("a", "T", "WHITE", "known_affected", "<2", "Update to 2", "CVE-1", vectorLow))
	other := mustParse(f, revision("b", "T", "RED", "known_not_affected", "<3", "Update", "CVE-1", vectorHigh))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Parse(data, Limits{Size: 1 << 16, Products: 1000})
		if err != nil {
			return
		}
		for _, c := range doc.Claims() {
			if c.Leaf == "" || doc.RemediationFingerprint(c.Leaf) == "" {
				t.Errorf("claim without leaf: %+v", c)
			}
		}
		doc.Summary()
		Compare(other, doc)
		if c := Compare(doc, doc); len(c.Items) > 0 {
			t.Errorf("differs from itself: %+v", c.Items)
		}
		for _, p := range Run(data) {
			if p.Rule == "" || p.Detail == "" {
				t.Errorf("empty problem %+v", p)
			}
		}
	})
}
