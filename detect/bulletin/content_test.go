package bulletin

import (
	"errors"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/csaf"
	"ward/test/expect"
)

// Whatever an alert speaks of, its document passes all mandatory tests of CSAF 2.0.
func TestDocumentsAreValid(t *testing.T) {
	day := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for name, change := range map[string]func(*Content){
		"all of it":               func(*Content) {},
		"no CVE":                  func(c *Content) { c.Weaknesses = nil },
		"no vector":               func(c *Content) { c.Weaknesses[0].Vector = "" },
		"two CVEs":                func(c *Content) { c.Weaknesses = append(c.Weaknesses, Weakness{CVE: "CVE-2026-2000"}) },
		"no product":              func(c *Content) { c.Products = nil },
		"no product, no CVE":      func(c *Content) { c.Products, c.Weaknesses = nil, nil },
		"a campaign":              func(c *Content) { c.Products, c.Weaknesses, c.References = nil, nil, nil },
		"nothing used":            func(c *Content) { c.Products, c.Weaknesses, c.Exploited = nil, nil, ward.ExploitationNone },
		"amber":                   func(c *Content) { c.TLP = ward.TLPAmber },
		"a range in words":        func(c *Content) { c.Products[0].Versions = "all before 2.0" },
		"every version":           func(c *Content) { c.Products[0].Versions = "All" },
		"an address as pasted":    func(c *Content) { c.References[0].URL = "https://acme.example/Übersicht?a[]=50%&b=%20#c#d" },
		"a comparison by letters": func(c *Content) { c.Products[0].Versions = ">= 1.0, < 2.0" },
		"translated": func(c *Content) {
			c.Translations = []Translation{{Text: ward.Guidance{Lang: "de", Title: "T", Summary: "S", IT: "I"}, Reviewed: true, Of: fingerprint(c.Text)}}
		},
		"withdrawn": func(c *Content) { c.Withdrawn, c.Change = true, "A mistake." },
	} {
		c := full()
		change(&c)
		doc, err := document(c, publication{Number: "HSC-2026-001", Version: 2, At: day, Publisher: "Support Centre", Namespace: "https://centre.example",
			History: []issued{{1, day.Add(-time.Hour), "First publication"}, {2, day, "More"}}, Page: "https://centre.example/hsc/HSC-2026-001",
			Canonical: "https://centre.example/white/2026/hsc-2026-001.json"})
		if err == nil {
			err = valid(doc)
		}
		if found := csaf.Run(doc, "6.2.11"); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, doc)
		}
	}
}

func TestCheck(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*Content)
		field  string
	}{
		"red":               {func(c *Content) { c.TLP = ward.TLPRed }, "tlp"},
		"no CVE number":     {func(c *Content) { c.Weaknesses[0].CVE = "CVE-26-1" }, "cves"},
		"a wrong vector":    {func(c *Content) { c.Weaknesses[0].Vector = "CVSS:3.1/AV:N" }, "cves"},
		"a script as link":  {func(c *Content) { c.References[0].URL = "javascript:alert(1)" }, "references"},
		"a password":        {func(c *Content) { c.References[0].URL = "https://a:b@acme.example/" }, "references"},
		"an unknown land":   {func(c *Content) { c.Audience.Countries = []ward.Country{"XX"} }, "countries"},
		"a maker":           {func(c *Content) { c.Audience.Kinds = []ward.OrgKind{ward.KindMaker} }, "kinds"},
		"a size":            {func(c *Content) { c.Audience.Sizes = []string{"huge"} }, "sizes"},
		"an organisation":   {func(c *Content) { c.Audience.Orgs = []ward.OrgID{"x"} }, "orgs"},
		"a long text":       {func(c *Content) { c.Text.IT = strings.Repeat("ä", maxText+1) }, "it"},
		"a product no name": {func(c *Content) { c.Products[0].Name = "" }, "products"},
		"no steps":          {func(c *Content) { c.Text.Practice = "" }, "practice"},
		"a blank left":      {func(c *Content) { c.Text.IT = "Install [fixed version]." }, "it"},
		"nobody":            {func(c *Content) { c.Audience, c.Products = ward.Audience{}, nil }, "countries"},
	} {
		c := full()
		tc.change(&c)
		c = c.tidy()
		expect.Fields(t, name, errors.Join(c.check(), c.complete(1)), tc.field)
	}
}

// FuzzDocument: whatever people write, a content that is accepted makes a valid
// document, and comes back from its stored form.
func FuzzDocument(f *testing.F) {
	f.Add("Title", "Summary\nmore", "Acme", "Pump", "<2.0", "CVE-2026-1000")
	f.Add("\u202etitle", "a\x00b", "Acme / B", "*", "vers:all/*", "")
	f.Fuzz(func(t *testing.T, title, summary, vendor, name, versions, cve string) {
		c := full()
		c.Text.Title, c.Text.Summary, c.Products = title, summary, []Product{{vendor, name, versions, ""}}
		c.Weaknesses = []Weakness{{CVE: cve}}
		c = c.tidy()
		if c.check() != nil || c.complete(1) != nil {
			return
		}
		packed, err := packContent(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := unpackContent(packed)
		if err != nil || len(Diff(c, back)) != 0 {
			t.Fatalf("stored form: %v, %+v", err, Diff(c, back))
		}
		day := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
		doc, err := document(back, publication{Number: "HSC-2026-001", Version: 1, At: day, Publisher: "Support Centre", Namespace: "https://centre.example",
			History: []issued{{1, day, "First publication"}}, Page: "https://centre.example/hsc/HSC-2026-001"})
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(doc); err != nil && !strings.Contains(err.Error(), "6.1.") { // a version in words that CSAF refuses is told to the writer
			t.Fatalf("%v\n%s", err, doc)
		}
	})
}
