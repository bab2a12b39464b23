package bulletin

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ward"
	"ward/format/cvss"
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
	cveForm = regexp.MustCompile(`^CVE-\d{4}-\d{4,19}$`)
	// domainForm is a name in ASCII, as registers write it; whether somebody has it
	// the registry knows.
	domainForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`)
	// reserved words of templates that nobody filled in: "[product]".
	blank = regexp.MustCompile(`\[[a-z][^\]\n]{0,80}\]`)
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
	if len([]rune(c.Text.Title)) > maxTitle {
		return invalid("title_long", "title", "max", strconv.Itoa(maxTitle))
	}
	for field, s := range map[string]string{"summary": c.Text.Summary, "patients": c.Text.Patients, "it": c.Text.IT, "devices": c.Text.Devices,
		"practice": c.Text.Practice, "change": c.Change} {
		if len([]rune(s)) > maxText {
			return invalid("text_long", field, "max", strconv.Itoa(maxText))
		}
	}
	if c.TLP < ward.TLPAmber || c.TLP > ward.TLPClear { // what hospitals may not read is no alert to them
		return invalid("tlp", "tlp")
	}
	if len(c.Credits) > maxEntries || slices.ContainsFunc(c.Credits, func(s string) bool { return len([]rune(s)) > maxLine }) {
		return invalid("line_long", "credits", "max", strconv.Itoa(maxLine))
	}
	if len(c.Weaknesses) > maxEntries || len(c.Products) > maxEntries || len(c.References) > maxEntries {
		return invalid("too_many", "products", "max", strconv.Itoa(maxEntries))
	}
	if err := c.checkRows(); err != nil {
		return err
	}
	return checkAudience(c.Audience)
}

func (c Content) checkRows() error {
	for _, w := range c.Weaknesses {
		score, err := cvss.Parse(w.Vector)
		switch {
		case !cveForm.MatchString(w.CVE):
			return invalid("cve", "cves", "cve", w.CVE)
		case w.Vector != "" && (err != nil || !strings.HasPrefix(score.Version, "3.")): // CSAF 2.0 section 3.2.3.13 knows CVSS 2 and 3
			return invalid("vector", "cves", "cve", w.CVE)
		}
	}
	for _, p := range c.Products {
		if p.Vendor == "" || p.Name == "" {
			return invalid("product", "products")
		}
		if len(p.Vendor)+len(p.Name)+len(p.Versions)+len(p.Fixed) > 4*maxLine {
			return invalid("line_long", "products", "max", strconv.Itoa(maxLine))
		}
	}
	for _, r := range c.References {
		u, err := url.Parse(r.URL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || len(r.URL) > maxURL {
			return invalid("url", "references", "url", r.URL)
		}
	}
	return nil
}

func checkAudience(a ward.Audience) error {
	for _, k := range a.Kinds {
		if !k.CareProvider() {
			return invalid("kind", "kinds")
		}
	}
	for _, x := range a.Countries {
		if _, ok := ward.ParseCountry(string(x)); !ok {
			return invalid("country", "countries")
		}
	}
	for _, x := range a.Sizes {
		if !slices.Contains(ward.Sizes(), x) {
			return invalid("size", "sizes")
		}
	}
	for _, o := range a.Orgs {
		if !ward.ValidID(string(o)) {
			return invalid("org", "orgs")
		}
	}
	for _, d := range a.Domains {
		if len(d) > 253 || !domainForm.MatchString(d) {
			return invalid("domain", "domains", "domain", d)
		}
	}
	if len(a.Orgs) > maxNamed || len(a.Domains) > maxEntries || len(a.Services) > maxEntries {
		return invalid("too_many", "orgs", "max", strconv.Itoa(maxNamed))
	}
	return nil
}

// complete says what an alert still lacks before a second person can read it.
func (c Content) complete(version int) error {
	g := c.Text
	switch {
	case g.Title == "":
		return invalid("title", "title")
	case g.Summary == "":
		return invalid("summary", "summary")
	case c.Withdrawn && c.Change == "", version > 1 && c.Change == "":
		return invalid("change", "change")
	case c.Withdrawn:
		return nil
	case g.IT == "":
		return invalid("reader", "it")
	case g.Devices == "":
		return invalid("reader", "devices")
	case g.Practice == "":
		return invalid("reader", "practice")
	case c.Audience.IsZero() && len(c.Products) == 0:
		return invalid("audience", "countries")
	}
	for field, s := range map[string]string{"title": g.Title, "summary": g.Summary, "patients": g.Patients, "it": g.IT, "devices": g.Devices, "practice": g.Practice} {
		if m := blank.FindString(s); m != "" {
			return invalid("blank", field, "blank", m)
		}
	}
	return nil
}
