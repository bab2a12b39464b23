package csaf

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// repeat joins n texts that differ by number.
func repeat(n int, format string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// TestHostileShapes drives documents that multiply: what a few megabytes say
// must neither take minutes nor gigabytes, whatever the answer is.
func TestHostileShapes(t *testing.T) {
	leaves := `{"full_product_names":[` + repeat(20_000, `{"product_id":"%d","name":"n"}`) + `]`
	ids := repeat(20_000, `"%d"`)
	branch := `{"category":"product_family","name":"` + strings.Repeat("n", 8000) + `","branches":[`
	for _, row := range []struct {
		name, tree, vulns string
		want              error
	}{
		{"one group in a thousand states", leaves + `,"product_groups":[{"group_id":"g","product_ids":[` + ids + `]}]}`,
			`[` + repeat(1000, `{"cve":"C%d","product_status":{"known_affected":["g"]}}`) + `]`, ErrTooMany},
		{"one group in a thousand remediations", leaves + `,"product_groups":[{"group_id":"g","product_ids":[` + ids + `]}]}`,
			`[{"cve":"C","remediations":[` + repeat(1000, `{"category":"workaround","details":"%d","group_ids":["g"]}`) + `]}]`, ErrTooMany},
		{"long names above many leaves", `{"branches":[` + strings.Repeat(branch, 50) + repeat(50_000, `{"category":"product_name","name":"x","product":{"product_id":"%d","name":"n"}}`) + strings.Repeat(`]}`, 50) + `]}`, `[]`, ErrTooLarge},
		{"all products in many states", leaves + `}`, `[` + strings.TrimSuffix(strings.Repeat(`{"cve":"C","product_status":{"known_affected":[`+ids+`]},"remediations":[{"category":"workaround","details":"d","product_ids":[`+ids+`]}]},`, 20), ",") + `]`, nil},
		{"many vulnerabilities", leaves + `}`, `[` + repeat(20_000, `{"cve":"C%d","threats":[{"category":"exploit_status","details":"d%[1]d"}],"remediations":[{"category":"workaround","details":"d%[1]d"}]}`) + `]`, nil},
		{"chain of relationships", `{"full_product_names":[{"product_id":"r0","name":"n"}],"relationships":[` + repeat(50_000, `{"category":"installed_on","product_reference":"r%d","relates_to_product_reference":"r%[1]d","full_product_name":{"name":"n","product_id":"q%[1]d"}}`) + `]}`, `[]`, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			doc, err := Parse(document(row.tree, row.vulns), Limits{})
			if !errors.Is(err, row.want) {
				t.Fatalf("Parse: got %v, want %v", err, row.want)
			}
			if doc != nil {
				doc.Claims()
				doc.Summary()
				Compare(doc, mustParse(t, document(`{}`, `[]`)))
				Compare(doc, doc)
			}
			runtime.ReadMemStats(&after)
			took, mb := time.Since(start), (after.TotalAlloc-before.TotalAlloc)>>20
			t.Logf("%v, %d MB allocated", took.Round(time.Millisecond), mb)
			if took > 20*time.Second || mb > 3000 {
				t.Errorf("%v, %d MB", took, mb)
			}
		})
	}
}

// TestOtherPublishers reads what other publishers write: relationships, package
// URLs, service packs, CSAF 2.1. Files of other kinds are refused as such.
func TestOtherPublishers(t *testing.T) {
	docs, other, joined := 0, 0, 0
	for _, dir := range []string{"redhat-csaf", "casp-plugfest", "loopback", "oasis-examples", "oasis-testsuite"} {
		loose(t, "advisories/"+dir, func(name string, data []byte) {
			doc, err := Parse(data, Limits{})
			if errors.Is(err, ErrNotCSAF) {
				other++
				return
			}
			if err != nil {
				t.Errorf("Parse(%s): %v", name, err)
				return
			}
			docs++
			doc.Summary()
			for _, c := range doc.Claims() {
				if c.Path == "" || len(c.Names) == 0 && !strings.Contains(name, "testsuite") {
					t.Errorf("%s: thin claim %+v", name, c)
				}
				if strings.Contains(c.Path, " / default_component_of / ") {
					joined++
				}
			}
		})
	}
	t.Logf("%d documents, %d files of other kinds, %d claims of components", docs, other, joined)
	if docs < 200 || joined < 100 {
		t.Errorf("got %d documents, %d claims of components", docs, joined)
	}
}
