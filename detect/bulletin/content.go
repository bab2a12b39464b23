package bulletin

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/format/cvss"
	"ward/format/pattern"
	"ward/format/plain"
)

// Bounds of what is written, in characters or entries. They keep a mail and a
// phone's screen readable more than they protect the machine.
const (
	maxTitle   = 150
	maxText    = 4000
	maxLine    = 300
	maxURL     = 2000
	maxEntries = 100
	maxNamed   = 2000 // organisations named one by one
)

var (
	cveForm = pattern.Of(`^CVE-\d{4}-\d{4,19}$`)
	// domainForm is a name in ASCII, as registers write it; whether somebody has it
	// the registry knows.
	domainForm = pattern.Of(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`)
	// reserved words of templates that nobody filled in: "[product]".
	blank = pattern.Of(`\[[a-z][^\]\n]{0,80}\]`)
)

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

func tidyText(g ward.Guidance) ward.Guidance {
	g.Title = plain.Line(g.Title)
	for _, s := range []*string{&g.Summary, &g.Patients, &g.IT, &g.Devices, &g.Practice} {
		*s = plain.Text(*s)
	}
	return g
}

// tidy cleans everything and leaves empty rows out.
func (c Content) tidy() Content {
	c.Text, c.Change = tidyText(c.Text), plain.Text(c.Change)
	if c.Text.Lang == "" {
		c.Text.Lang = ward.English
	}
	if c.Exploited == "" {
		c.Exploited = ward.ExploitationNone
	}
	c.Weaknesses = clean(c.Weaknesses, func(w *Weakness) bool {
		w.CVE, w.Vector = strings.ToUpper(plain.Line(w.CVE)), plain.Line(w.Vector)
		return w.CVE+w.Vector == ""
	})
	c.Products = clean(c.Products, func(p *Product) bool {
		p.Vendor, p.Name, p.Versions, p.Fixed = plain.Line(p.Vendor), plain.Line(p.Name), plain.Line(p.Versions), plain.Line(p.Fixed)
		return *p == Product{}
	})
	c.References = clean(c.References, func(r *Reference) bool {
		r.URL, r.Summary = plain.Line(r.URL), plain.Line(r.Summary)
		return *r == Reference{}
	})
	c.Credits = clean(c.Credits, func(s *string) bool { *s = plain.Line(*s); return *s == "" })
	for i := range c.Translations {
		c.Translations[i].Text = tidyText(c.Translations[i].Text)
	}
	a := &c.Audience
	a.Countries, a.Kinds, a.Sizes = sorted(a.Countries), sorted(a.Kinds), sorted(a.Sizes)
	a.Services, a.Orgs = sorted(a.Services), sorted(a.Orgs)
	for i, d := range a.Domains {
		if i == 0 {
			a.Domains = slices.Clone(a.Domains)
		}
		a.Domains[i] = strings.TrimSuffix(strings.ToLower(plain.Line(d)), ".")
	}
	a.Domains = sorted(a.Domains)
	return c
}

// clean applies mend to a copy of the rows and leaves out those for which it
// says that they are empty.
func clean[T any](rows []T, mend func(*T) bool) []T {
	var out []T
	for _, r := range rows {
		if !mend(&r) {
			out = append(out, r)
		}
	}
	return out
}

func sorted[T ~string](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(v T) bool { return v == "" })
}

func invalid(key, field string, args ...string) error {
	return ward.Fail(ward.Invalid, "bulletin.error."+key, args...).At(field)
}

// check says what is wrong with any draft; what is merely missing is complete's.
func (c Content) check() error {
	faults := []error{ward.When(len([]rune(c.Text.Title)) > maxTitle, invalid("title_long", "title", "max", strconv.Itoa(maxTitle)))}
	for _, f := range c.texts() {
		faults = append(faults, ward.When(len([]rune(f.text)) > maxText, invalid("text_long", f.field, "max", strconv.Itoa(maxText))))
	}
	credits := len(c.Credits) > maxEntries || slices.ContainsFunc(c.Credits, func(s string) bool { return len([]rune(s)) > maxLine })
	many := len(c.Weaknesses) > maxEntries || len(c.Products) > maxEntries || len(c.References) > maxEntries
	return errors.Join(append(faults,
		ward.When(c.TLP < ward.TLPAmber || c.TLP > ward.TLPClear, invalid("tlp", "tlp")), // what hospitals may not read is no alert to them
		ward.When(credits, invalid("line_long", "credits", "max", strconv.Itoa(maxLine))),
		ward.When(many, invalid("too_many", "products", "max", strconv.Itoa(maxEntries))),
		c.checkWeaknesses(), c.checkProducts(), c.checkReferences(), checkAudience(c.Audience))...)
}

// written is a text and the field in which it is typed.
type written struct{ field, text string }

// texts are the long ones, in the order of the form.
func (c Content) texts() []written {
	return []written{{"summary", c.Text.Summary}, {"patients", c.Text.Patients}, {"it", c.Text.IT}, {"devices", c.Text.Devices},
		{"practice", c.Text.Practice}, {"change", c.Change}}
}

func (c Content) checkWeaknesses() error {
	for _, w := range c.Weaknesses {
		score, err := cvss.Parse(w.Vector)
		switch {
		case !cveForm().MatchString(w.CVE):
			return invalid("cve", "cves", "cve", w.CVE)
		case w.Vector != "" && (err != nil || !strings.HasPrefix(score.Version, "3.")): // CSAF 2.0 section 3.2.3.13 knows CVSS 2 and 3
			return invalid("vector", "cves", "cve", w.CVE)
		}
	}
	return nil
}

func (c Content) checkProducts() error {
	for _, p := range c.Products {
		if p.Vendor == "" || p.Name == "" {
			return invalid("product", "products")
		}
		if len(p.Vendor)+len(p.Name)+len(p.Versions)+len(p.Fixed) > 4*maxLine {
			return invalid("line_long", "products", "max", strconv.Itoa(maxLine))
		}
	}
	return nil
}

func (c Content) checkReferences() error {
	for _, r := range c.References {
		u, err := url.Parse(r.URL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || len(r.URL) > maxURL {
			return invalid("url", "references", "url", r.URL)
		}
	}
	return nil
}

func checkAudience(a ward.Audience) error {
	var domain error
	for _, d := range a.Domains {
		if domain == nil && (len(d) > 253 || !domainForm().MatchString(d)) {
			domain = invalid("domain", "domains", "domain", d)
		}
	}
	many := len(a.Orgs) > maxNamed || len(a.Domains) > maxEntries || len(a.Services) > maxEntries
	return errors.Join(
		ward.When(slices.ContainsFunc(a.Countries, func(x ward.Country) bool { _, ok := ward.ParseCountry(string(x)); return !ok }), invalid("country", "countries")),
		ward.When(slices.ContainsFunc(a.Kinds, func(k ward.OrgKind) bool { return !k.CareProvider() }), invalid("kind", "kinds")),
		ward.When(slices.ContainsFunc(a.Sizes, func(x string) bool { return !slices.Contains(ward.Sizes(), x) }), invalid("size", "sizes")),
		ward.When(slices.ContainsFunc(a.Orgs, func(o ward.OrgID) bool { return !ward.ValidID(string(o)) }), invalid("org", "orgs")),
		domain, ward.When(many, invalid("too_many", "orgs", "max", strconv.Itoa(maxNamed))))
}

// complete says what an alert still lacks before a second person can read it.
func (c Content) complete(version int) error {
	g := c.Text
	faults := []error{ward.When(g.Title == "", invalid("title", "title")), ward.When(g.Summary == "", invalid("summary", "summary")),
		ward.When(c.Change == "" && (c.Withdrawn || version > 1), invalid("change", "change"))}
	if c.Withdrawn {
		return errors.Join(faults...)
	}
	faults = append(faults, ward.When(g.IT == "", invalid("reader", "it")), ward.When(g.Devices == "", invalid("reader", "devices")),
		ward.When(g.Practice == "", invalid("reader", "practice")),
		ward.When(c.Audience.IsZero() && len(c.Products) == 0, invalid("audience", "countries")))
	for _, f := range append([]written{{"title", g.Title}}, c.texts()...) {
		if m := blank().FindString(f.text); m != "" && f.field != "change" {
			faults = append(faults, invalid("blank", f.field, "blank", m))
		}
	}
	return errors.Join(faults...)
}
