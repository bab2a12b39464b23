package registry

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ward"
)

// Legal is the legal form of an organisation, as far as Dir. (EU) 2022/2555
// distinguishes it (Art. 2(2)(f), Art. 3(1)(d)).
type Legal string

// Legal forms.
const (
	LegalUnknown  Legal = ""
	LegalPrivate  Legal = "private"
	LegalPublic   Legal = "public_body" // under public law, not part of an administration
	LegalCentral  Legal = "central"     // public administration of central government
	LegalRegional Legal = "regional"    // public administration at regional level
	LegalLocal    Legal = "local"       // public administration at local level
)

// Legals lists the legal forms that a person can choose.
func Legals() []Legal {
	return []Legal{LegalPrivate, LegalPublic, LegalCentral, LegalRegional, LegalLocal}
}

// Facts are the figures from which size and duties follow; nil means unknown.
type Facts struct {
	Beds      *int64
	Headcount *int64 // annual work units, Rec. 2003/361/EC, Annex Art. 5
	Turnover  *int64 // euro, last closed year
	Balance   *int64 // euro, balance sheet total
}

// Details are what an organisation says of itself.
type Details struct {
	Kind    ward.OrgKind
	Name    string
	Country ward.Country // empty for the Centre only
	Region  string
	City    string
	Address string
	Website string // https address, or empty
	Legal   Legal
	Facts   Facts
	// By its own word, as nobody else is told: an authority designates critical
	// entities (Directive (EU) 2022/2557 Art. 6), and whoever sells software or devices
	// under its own name makes products with digital elements.
	Critical, Maker bool
}

// Profile is an organisation with all its facts.
type Profile struct {
	ID ward.OrgID
	Details
	Source    string // the register that the record came from, or empty
	SourceKey string
	Version   int64 // grows with each change; a change names the one it saw
	Created   time.Time
	Updated   time.Time
}

// Organisation is p in the words of the house.
func (p Profile) Organisation() ward.Organisation {
	return ward.Organisation{ID: p.ID, Kind: p.Kind, Name: p.Name, Country: p.Country, Region: p.Region, City: p.City}
}

// Object is p as the policies see it.
func (p Profile) Object() ward.Object {
	return ward.Object{Kind: "organisation", ID: string(p.ID), Org: p.ID, Country: p.Country}
}

// Size is p's size class.
func (p Profile) Size() Size { return SizeOf(p.Facts.Headcount, p.Facts.Turnover, p.Facts.Balance) }

// Bounds of what people type.
const (
	maxText   = 300               // characters of a line
	maxFigure = 1_000_000_000_000 // a thousand billion: more is a slip of the keyboard
)

// tidy trims every text of d and folds white space within.
func (d Details) tidy() Details {
	for _, s := range []*string{&d.Name, &d.Region, &d.City, &d.Address, &d.Website} {
		*s = oneLine(*s)
	}
	return d
}

// oneLine joins the words of s by single spaces and drops control characters.
func oneLine(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// check reports all that is wrong with d, as Invalid errors with the fields'
// names.
func (d Details) check() error {
	return errors.Join(
		ward.When(!slices.Contains(ward.OrgKinds(), d.Kind), invalid("registry.error.kind", "kind")),
		ward.When(d.Name == "", invalid("registry.error.name", "name")),
		checkCountry(d.Kind, d.Country),
		within(maxText, "name", d.Name, "region", d.Region, "city", d.City, "address", d.Address, "website", d.Website),
		checkWebsite(d.Website),
		ward.When(d.Legal != LegalUnknown && !slices.Contains(Legals(), d.Legal), invalid("registry.error.legal", "legal")),
		d.Facts.check())
}

// within refuses the texts that are longer than limit characters; pairs are
// field, text, field, text.
func within(limit int, pairs ...string) error {
	var faults []error
	for i := 0; i+1 < len(pairs); i += 2 {
		if utf8.RuneCountInString(pairs[i+1]) > limit {
			faults = append(faults, invalid("registry.error.long", pairs[i], "max", strconv.Itoa(limit)))
		}
	}
	return errors.Join(faults...)
}

// checkCountry wants a Member State: rights follow from the country, and an
// unknown one would be nobody's.
func checkCountry(k ward.OrgKind, c ward.Country) error {
	if c == "" && k == ward.KindCentre {
		return nil
	}
	if known, ok := ward.ParseCountry(string(c)); !ok || known != c {
		return invalid("registry.error.country", "country")
	}
	return nil
}

// checkWebsite lets plain web addresses through: the text becomes a link.
func checkWebsite(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" {
		return invalid("registry.error.website", "website")
	}
	return nil
}

// check refuses figures that are slips of the keyboard; unknown ones are fine.
func (f Facts) check() error {
	var faults []error
	for _, x := range []struct {
		field string
		value *int64
	}{{"beds", f.Beds}, {"headcount", f.Headcount}, {"turnover", f.Turnover}, {"balance", f.Balance}} {
		if x.value != nil && (*x.value < 0 || *x.value > maxFigure) {
			faults = append(faults, invalid("registry.error.figure", x.field))
		}
	}
	return errors.Join(faults...)
}

func invalid(key, field string, args ...string) error {
	return ward.Fail(ward.Invalid, key, args...).At(field)
}
