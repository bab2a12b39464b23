package report

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"ward"
	"ward/detect/sensor/agent"
	"ward/kit/i18n"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func page1(t *testing.T, lang ward.Lang, f Facts, hits ...agent.Hit) string {
	t.Helper()
	var g Gatherer
	for i := range hits {
		g.Add(&hits[i])
	}
	f.At, f.Version = noon, "1.0"
	var b bytes.Buffer
	if err := g.Write(&b, lang, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// words are the page's text, blanks made one.
func words(t *testing.T, page string) string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			b.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func hit(host string, at time.Time) agent.Hit {
	return agent.Hit{File: "squid.log", Line: 7, Time: &at, Indicator: "evil.example", Type: "domain", Source: "HSC-2026-014", Host: host, Text: "<script>alert(1)</script> evil.example"}
}

func TestVerdictInPlainWords(t *testing.T) {
	page := page1(t, ward.English, Facts{Indicators: 40, Rules: 3, Summary: agent.Summary{Complete: true, Files: 1, Lines: 1000}},
		hit("ws-17", noon), hit("ws-18", noon.Add(time.Hour)), hit("ws-17", noon.Add(2*time.Hour)))
	got := words(t, page)
	for _, want := range []string{"Signs of an attack were found on 2 computers.", "2 computers had to do with values of the list HSC-2026-014 (hits: 3).",
		"Between 29 November 2026, 12:00 (UTC) and 29 November 2026, 14:00 (UTC).", "evil[.]example", "ws-17", "Next three steps", "What was not looked at", "40 indicators", "1 log, 1,000 lines"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "http://") || strings.Contains(page, "https://") {
		t.Error("the page holds a script or an address from outside")
	}
}

func TestNothingAndHarmlessAreNoAttack(t *testing.T) {
	if got := words(t, page1(t, ward.English, Facts{Indicators: 1, Summary: agent.Summary{Complete: true}})); !strings.Contains(got, "Nothing of what was looked for") {
		t.Errorf("nothing: %s", got)
	}
	h := hit("", noon)
	h.Benign = "top sites"
	if got := words(t, page1(t, ward.English, Facts{Indicators: 1, Summary: agent.Summary{Complete: true}}, h)); !strings.Contains(got, "Only values that are known as harmless") {
		t.Errorf("harmless: %s", got)
	}
	unasked := agent.Summary{Complete: true, Counts: map[string]int64{agent.Unassigned: 1234}}
	if got := words(t, page1(t, ward.English, Facts{Rules: 1, Summary: unasked})); !strings.Contains(got, "of which no rule was asked: 1,234") {
		t.Errorf("no rule asked: %s", got)
	}
	s := agent.Summary{SkippedTotal: 2, Skipped: []agent.Skipped{{File: "old.gz", From: 12, Reason: "it vanished"}}}
	if got := words(t, page1(t, ward.English, Facts{Summary: s})); !strings.Contains(got, "interrupted") || !strings.Contains(got, "2 files, or parts of them") || !strings.Contains(got, "and 1 more") {
		t.Errorf("interrupted: %s", got)
	}
}

func TestTimelineFitsOneSheet(t *testing.T) {
	for hours, want := range map[int]string{3: "by hour", 30 * 24: "by day", 24 * 365: "by month", 24 * 365 * 20: "by year"} {
		var g Gatherer
		for i := range 100 {
			h := hit("x", noon.Add(time.Duration(i*hours)*time.Hour/100))
			g.Add(&h)
		}
		bars, step := g.timeline()
		sum := 0
		for _, b := range bars {
			sum += b.Count
		}
		if "by "+step != want || sum != 100 || len(bars) > maxBars {
			t.Errorf("%d hours: %s with %d bars and %d hits; want %s", hours, step, len(bars), sum, want)
		}
	}
}

func TestManySubjectsAreBounded(t *testing.T) {
	var g Gatherer
	for i := range maxSubjects + 100 {
		h := hit(fmt.Sprint("host", i), noon)
		g.Add(&h)
	}
	if len(g.hosts) != maxSubjects || !g.beyond || g.all.hits != maxSubjects+100 {
		t.Errorf("%d hosts, beyond %v, %d hits", len(g.hosts), g.beyond, g.all.hits)
	}
}

func TestTextsAreComplete(t *testing.T) {
	c, err := i18n.New(i18n.Config{Texts: []fs.FS{Texts()}})
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Required() {
		if r := c.Complete(lang); !r.OK() {
			t.Errorf("%s: %s", lang, r)
		}
		page := page1(t, lang, Facts{Indicators: 1, Rules: 1}, hit("a", noon))
		if strings.Contains(page, "scanreport.") {
			t.Errorf("%s: a key stands in the page", lang)
		}
	}
}

// TestYearsAndHeads: a bar of a year is named by the year, and each cell carries
// the name of its column, which small screens show beside it.
func TestYearsAndHeads(t *testing.T) {
	var hits []agent.Hit
	for months := range 2 * maxBars {
		hits = append(hits, hit("ws-17", noon.AddDate(0, -months, 0)))
	}
	page := page1(t, ward.English, Facts{Summary: agent.Summary{Complete: true}}, hits...)
	for _, want := range []string{"<td>2026</td>", "<td>2019</td>", `<td data-head="Computer">ws-17</td>`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
