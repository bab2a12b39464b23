package advisory

import (
	"context"
	"strings"
	"testing"

	"ward/detect/advisory/term"
	"ward/kit/db"
	"ward/test/database"
)

// unlike are two documents that differ in every field: what the first one says,
// its beginning in other case where that shows something, and the order.
var unlike = map[term.Field]struct {
	find  string
	later bool // the first stands behind the second in the order by this field
}{
	term.Category: {"CSAF_vex", true}, term.CSAFVersion: {"2.0", false}, term.PublisherCategory: {"coord", false}, term.Publisher: {"acme", false},
	term.Namespace: {"https://ACME", false}, term.Title: {"beta", true}, term.TrackingID: {"icsma-26-001", false}, term.Status: {"interim", true},
	term.Version: {"10", true}, term.Initial: {"2026-10-01", false}, term.Current: {"2026-10-02", false}, term.HistoryDate: {"2026-10-02", false},
	term.HistoryNumber: {"10", true}, term.HistorySummary: {"corrected", false}, term.SeverityText: {"moderate", true}, term.CVE: {"cve-2026-0001", false},
	term.Vendor: {"ACME med", false}, term.Product: {"infus", false}, term.ProductVersion: {"4.2", true}, term.ProductID: {"p1", false},
	term.Model: {"mx-1", false}, term.Serial: {"sn-1", false}, term.CPE: {"cpe:2.3:h:acme", false}, term.PURL: {"pkg:deb", false},
}

const one9112 = `{"document":{"category":"csaf_vex","csaf_version":"2.0","title":"Beta pump","aggregate_severity":{"text":"Moderate"},
"publisher":{"category":"coordinator","name":"Acme Medical","namespace":"https://acme.example"},"distribution":{"tlp":{"label":"WHITE"}},
"notes":[{"category":"summary","text":"x"}],
"tracking":{"id":"ICSMA-26-001-01","status":"interim","version":"10","initial_release_date":"2026-10-01T00:00:00Z","current_release_date":"2026-10-02T00:00:00Z",
"revision_history":[{"number":"10","date":"2026-10-02T00:00:00Z","summary":"Corrected a typo"}]}},
"product_tree":{"branches":[{"category":"vendor","name":"Acme Medical","branches":[{"category":"product_name","name":"Infusia 500","branches":[
{"category":"product_version","name":"4.2","product":{"name":"it","product_id":"P1","product_identification_helper":
{"model_numbers":["MX-1"],"serial_numbers":["SN-1"],"cpe":"cpe:2.3:h:acme:infusia:4.2:*:*:*:*:*:*:*","purl":"pkg:deb/acme/infusia@4.2"}}}]}]}]},
"vulnerabilities":[{"cve":"CVE-2026-0001","notes":[{"category":"description","text":"x"}],"product_status":{"known_not_affected":["P1"]},"flags":[{"label":"component_not_present","product_ids":["P1"]}]}]}`

const two9112 = `{"document":{"category":"csaf_base","csaf_version":"2.0","title":"Alpha monitor","aggregate_severity":{"text":"Low"},
"publisher":{"category":"vendor","name":"Zeta","namespace":"https://zeta.example"},"distribution":{"tlp":{"label":"WHITE"}},
"notes":[{"category":"summary","text":"x"}],
"tracking":{"id":"ZETA-2","status":"final","version":"9","initial_release_date":"2026-10-05T00:00:00Z","current_release_date":"2026-10-06T00:00:00Z",
"revision_history":[{"number":"9","date":"2026-10-06T00:00:00Z","summary":"First"}]}},
"product_tree":{"branches":[{"category":"vendor","name":"Zeta","branches":[{"category":"product_name","name":"Zoom","branches":[
{"category":"product_version","name":"1.0","product":{"name":"it","product_id":"Q1","product_identification_helper":
{"model_numbers":["ZX-1"],"serial_numbers":["ZN-1"],"cpe":"cpe:2.3:h:zeta:zoom:1.0:*:*:*:*:*:*:*","purl":"pkg:npm/zoom@1.0"}}}]}]}]},
"vulnerabilities":[{"cve":"CVE-2026-0002","notes":[{"category":"description","text":"x"}],"product_status":{"known_affected":["Q1"]}}]}`

// Every field that CSAF 2.0 section 9.1.12 wants searched is searched, filtered
// and sorted by; and so it is for what came in before fields were stored.
func TestFieldsOfDocuments(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := openHouse(t, d, nil), context.Background()
		h.accept(t, []byte(one9112))
		h.accept(t, []byte(two9112))
		check := func() {
			t.Helper()
			for _, f := range term.Fields() {
				x := unlike[f]
				if got := h.titles(t, ctx, Filter{Fields: map[term.Field]string{f: x.find}}); f != term.CSAFVersion && got != "beta" {
					t.Errorf("%s %q: found %q, want beta", f, x.find, got)
				}
				want := "beta alpha"
				if x.later {
					want = "alpha beta"
				}
				up, down := h.titles(t, ctx, Filter{Sort: Sort(f)}), h.titles(t, ctx, Filter{Sort: Sort(f), Reverse: true})
				if f != term.CSAFVersion && f != term.Title && (up != want || down == want) || len(up) != len(want) {
					t.Errorf("by %s: %q and back %q, want %q first", f, up, down, want)
				}
			}
			if got := h.titles(t, ctx, Filter{Fields: map[term.Field]string{term.Version: "1"}}); got != "" {
				t.Errorf("version 1 found %q, want nothing: 10 is another number", got)
			}
			if got := h.titles(t, ctx, Filter{Text: "corrected coordinator interim"}); got != "beta" {
				t.Errorf("words of the history, the publisher and the status: found %q, want beta", got)
			}
		}
		check()
		err := d.Write(ctx, func(tx *db.Tx) error {
			for _, table := range []string{"advisory_field", "advisory_token"} {
				if _, err := tx.Exec(ctx, `DELETE FROM `+table); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			err = h.refill(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
		check()
	})
}

// titles reads the list page by page: the first word of each title.
func (h *house) titles(t *testing.T, ctx context.Context, f Filter) string {
	t.Helper()
	var out []string
	for f.Limit = 1; ; {
		p, err := h.List(ctx, analyst, f)
		if err != nil {
			t.Fatal(err)
		}
		for i := range p.Advisories {
			word, _, _ := strings.Cut(strings.ToLower(p.Advisories[i].Title), " ")
			out = append(out, word)
		}
		if f.Cursor = p.Next; f.Cursor == "" || len(out) > 9 {
			return strings.Join(out, " ")
		}
	}
}
