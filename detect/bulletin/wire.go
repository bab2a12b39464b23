package bulletin

import (
	"encoding/json"
	"errors"

	"ward"
	"ward/kit/web"
)

// contentWire is a content in the API and, as JSON that no statement looks into,
// in the database. Fields are only added.
type contentWire struct {
	Text         textWire          `json:"text"`
	Severity     string            `json:"severity" required:"false" doc:"none, low, medium, high, critical"`
	Exploited    string            `json:"exploited" required:"false" doc:"none, poc, exploited, ransomware"`
	TLP          string            `json:"tlp" required:"false" doc:"CLEAR, GREEN or AMBER"`
	Weaknesses   []weaknessWire    `json:"weaknesses" required:"false"`
	Products     []productWire     `json:"products" required:"false"`
	References   []referenceWire   `json:"references" required:"false"`
	Credits      []string          `json:"credits,omitempty" required:"false" doc:"names under which reporters wished to be thanked"`
	Audience     audienceWire      `json:"audience" required:"false"`
	Translations []translationWire `json:"translations,omitempty" required:"false" doc:"shown; written by an operation of their own"`
	Change       string            `json:"change,omitempty" required:"false" doc:"what is new in this revision"`
	Withdrawn    bool              `json:"withdrawn,omitempty" required:"false" doc:"shown: the revision takes the alert back"`
}

type textWire struct {
	Lang     string `json:"lang" required:"false"`
	Title    string `json:"title" required:"false"`
	Summary  string `json:"summary" required:"false"`
	Patients string `json:"patients,omitempty" required:"false" doc:"what it may do to patients"`
	IT       string `json:"it,omitempty" required:"false"`
	Devices  string `json:"devices,omitempty" required:"false"`
	Practice string `json:"practice,omitempty" required:"false"`
}

type weaknessWire struct {
	CVE    string `json:"cve"`
	Vector string `json:"vector,omitempty" required:"false" doc:"CVSS 3.x"`
}

type productWire struct {
	Vendor   string `json:"vendor"`
	Name     string `json:"name"`
	Versions string `json:"versions,omitempty" required:"false" doc:"a version or a range; empty means all"`
	Fixed    string `json:"fixed,omitempty" required:"false"`
}

type referenceWire struct {
	URL     string `json:"url"`
	Summary string `json:"summary,omitempty" required:"false"`
}

type audienceWire struct {
	All       bool     `json:"all,omitempty" required:"false" doc:"every care provider, within the lists"`
	Countries []string `json:"countries,omitempty" required:"false"`
	Kinds     []string `json:"kinds,omitempty" required:"false"`
	Sizes     []string `json:"sizes,omitempty" required:"false"`
	Services  []string `json:"services,omitempty" required:"false"`
	Orgs      []string `json:"organisations,omitempty" required:"false"`
	Domains   []string `json:"domains,omitempty" required:"false" doc:"what the alert speaks of: reaches those who proved control of one of them, nobody else"`
}

type translationWire struct {
	Text     textWire `json:"text"`
	Reviewed bool     `json:"reviewed"`
	Reviewer string   `json:"reviewer,omitempty"`
	Of       string   `json:"of" doc:"fingerprint of the original that it was made of"`
}

func wireText(g ward.Guidance) textWire {
	return textWire{string(g.Lang), g.Title, g.Summary, g.Patients, g.IT, g.Devices, g.Practice}
}

func (w textWire) text() ward.Guidance {
	return ward.Guidance{Lang: ward.Lang(w.Lang), Title: w.Title, Summary: w.Summary, Patients: w.Patients, IT: w.IT, Devices: w.Devices, Practice: w.Practice}
}

func wireContent(c Content) contentWire {
	a := c.Audience
	return contentWire{Text: wireText(c.Text), Severity: c.Severity.String(), Exploited: string(c.Exploited), TLP: c.TLP.String(),
		Weaknesses: web.Each(c.Weaknesses, func(w Weakness) weaknessWire { return weaknessWire(w) }),
		Products:   web.Each(c.Products, func(p Product) productWire { return productWire(p) }),
		References: web.Each(c.References, func(r Reference) referenceWire { return referenceWire(r) }), Credits: c.Credits,
		Audience: audienceWire{a.All, words(a.Countries), words(a.Kinds), a.Sizes, a.Services, words(a.Orgs), a.Domains},
		Translations: web.Each(c.Translations, func(t Translation) translationWire {
			return translationWire{wireText(t.Text), t.Reviewed, t.Reviewer, t.Of}
		}),

		Change: c.Change, Withdrawn: c.Withdrawn}
}

// content reads w; a word that the house does not know is Invalid.
func (w contentWire) content() (Content, error) {
	c := Content{Text: w.Text.text(), Credits: w.Credits, Change: w.Change, Withdrawn: w.Withdrawn, Exploited: ward.Exploitation(w.Exploited)}
	var ok bool
	var faults []error
	if c.Severity, ok = ward.ParseSeverity(w.Severity); !ok && w.Severity != "" {
		faults = append(faults, invalid("severity", "severity"))
	}
	if c.TLP, ok = ward.ParseTLP(w.TLP); !ok {
		faults = append(faults, invalid("tlp", "tlp"))
		c.TLP = ward.TLPClear // so that check does not name it again
	}
	switch c.Exploited {
	case "", ward.ExploitationNone, ward.ExploitationProof, ward.ExploitationExploited, ward.ExploitationRansomware:
	default:
		faults = append(faults, invalid("exploited", "exploited"))
	}
	if _, ok := ward.ParseLang(w.Text.Lang); !ok && w.Text.Lang != "" {
		faults = append(faults, invalid("lang", "lang"))
	}
	c.Weaknesses = web.Each(w.Weaknesses, func(x weaknessWire) Weakness { return Weakness(x) })
	c.Products = web.Each(w.Products, func(x productWire) Product { return Product(x) })
	c.References = web.Each(w.References, func(x referenceWire) Reference { return Reference(x) })
	c.Audience = ward.Audience{All: w.Audience.All, Countries: as[ward.Country](w.Audience.Countries), Kinds: as[ward.OrgKind](w.Audience.Kinds),
		Sizes: w.Audience.Sizes, Services: w.Audience.Services, Orgs: as[ward.OrgID](w.Audience.Orgs), Domains: w.Audience.Domains}
	c.Translations = web.Each(w.Translations, func(x translationWire) Translation {
		return Translation{Text: x.Text.text(), Reviewed: x.Reviewed, Reviewer: x.Reviewer, Of: x.Of}
	})

	return c, errors.Join(faults...)
}

func as[T ~string](list []string) []T {
	return web.Each(list, func(s string) T { return T(s) })
}

func packContent(c Content) (string, error) {
	b, err := json.Marshal(wireContent(c))
	return string(b), err
}

func unpackContent(s string) (Content, error) {
	var w contentWire
	if err := json.Unmarshal([]byte(s), &w); err != nil {
		return Content{}, err
	}
	return w.content()
}
