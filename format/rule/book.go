package rule

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"

	"ward"
)

// File is one text of the law: a name for messages, and TOML.
type File struct {
	Name string
	Text []byte
}

// Class is one step of classification; the first whose condition holds decides.
type Class struct {
	ID      string
	Result  string // "essential", "important" or "outside"
	When    string // CEL
	Title   Text
	Article string
	Status  Status
	Note    Text
	Provenance

	expr *expression
}

// Results of a classification (NIS2 Art. 3).
const (
	Essential = "essential"
	Important = "important"
	Outside   = "outside"
)

// Facts that the classification itself answers.
const (
	factEntity      = "nis2_entity"    // essential or important
	factEssential   = "nis2_essential" // essential
	factSignificant = "significant"
	factTests       = "significant_by_test" // joined by the tests of a country
)

// Moment is a base of clocks.
type Moment struct {
	ID     string
	Title  Text
	Fact   string // time fact that gives it
	Else   string // moment used meanwhile, and then the clock is provisional
	Strict bool   // with Else: not provisional, because the law reads it so
	From   string // or: computed from another moment or "sent:N2"
	Within Period
	Source string
}

// Book is the whole law as data. It does not change after Read and is safe for
// concurrent use.
type Book struct {
	Facts    []*Fact
	Derived  []*Derived
	Classes  []*Class
	Moments  []*Moment
	Roles    []*Role
	Duties   []*Record // of the Union, without national ones
	Fields   []*Field
	Pages    []*Page
	byFact   map[string]*Fact
	byMoment map[string]*Moment
	byRole   map[string]*Role
	byField  map[string]*Field
	spelling map[string]string // normalised key of an input file → fact
	views    map[ward.Country]*view
	lang     *cel.Env
	compiled map[string]*expression
}

// view is the law of one country: the Union's with its changes.
type view struct {
	pack    *Pack
	derived []*Derived
	classes []*Class
	duties  []*Record
}

// Country gives the pack of a Member State; false when the book has none.
func (b *Book) Country(c ward.Country) (*Pack, bool) {
	v, ok := b.views[c]
	if !ok {
		return nil, false
	}
	return v.pack, true
}

// Law lists the duties as they stand for a country, changes applied; nil when
// the book has no such country.
func (b *Book) Law(c ward.Country) []*Record {
	if v, ok := b.views[c]; ok {
		return v.duties
	}
	return nil
}

// Fact gives a fact's catalogue entry; nil when there is none, as for facts
// that are derived.
func (b *Book) Fact(id string) *Fact { return b.byFact[id] }

// Field gives a field of the incident record; nil when there is none.
func (b *Book) Field(id string) *Field { return b.byField[id] }

// Role gives a role; nil when there is none.
func (b *Book) Role(id string) *Role { return b.byRole[id] }

// view builds the law of one country.
func (b *Book) view(p *Pack) (*view, error) {
	v := &view{pack: p}
	for i := range p.Class {
		if err := b.checkClass(&p.Class[i]); err != nil {
			return nil, err
		}
		v.classes = append(v.classes, &p.Class[i])
	}
	v.classes = append(v.classes, b.Classes...)
	if err := b.nationalTests(v); err != nil {
		return nil, err
	}
	if err := b.amended(v); err != nil {
		return nil, err
	}
	for i := range p.Duty {
		r := &p.Duty[i]
		if err := b.checkRecord(r); err != nil {
			return nil, err
		}
		at := len(v.duties)
		if r.Before != "" {
			at = slices.IndexFunc(v.duties, func(d *Record) bool { return d.ID == r.Before })
		}
		if at < 0 || slices.ContainsFunc(v.duties, func(d *Record) bool { return d.ID == r.ID }) {
			return nil, fmt.Errorf("duty %s: before an unknown one, or there already", r.ID)
		}
		v.duties = slices.Insert(v.duties, at, r)
	}
	for id, answer := range p.Facts {
		f := b.byFact[id]
		if f == nil || f.Of != ofCountry || f.Type != Bool || answer != "yes" && answer != "no" {
			return nil, fmt.Errorf("%s = %q is no yes or no of a country", id, answer)
		}
	}
	return v, checkChains(v.duties, b.byMoment)
}

// nationalTests makes each national test one more way to be significant.
func (b *Book) nationalTests(v *view) error {
	for _, d := range b.Derived {
		if d.ID == factTests && len(v.pack.Test) > 0 {
			joined := *d
			joined.Any = append([]string(nil), d.Any...)
			for i := range v.pack.Test {
				test := &v.pack.Test[i]
				if b.byFact[test.ID] != nil || b.derived(test.ID) != nil {
					return fmt.Errorf("test %s is there already", test.ID)
				}
				if err := b.checkDerived(test, nil); err != nil {
					return err
				}
				v.derived = append(v.derived, test)
				joined.Any = append(joined.Any, test.ID)
			}
			d = &joined
		}
		v.derived = append(v.derived, d)
	}
	return nil
}

// amended copies the duties of the Union with the country's changes.
func (b *Book) amended(v *view) error {
	for _, r := range b.Duties {
		own := *r
		for i := range v.pack.Amend {
			if a := &v.pack.Amend[i]; a.Duty == r.ID {
				own.union = r
				if err := b.amend(&own, a); err != nil {
					return fmt.Errorf("change of %s: %w", a.Duty, err)
				}
			}
		}
		v.duties = append(v.duties, &own)
	}
	for _, a := range v.pack.Amend {
		if b.duty(a.Duty) == nil {
			return fmt.Errorf("change of %s, which is no duty of the Union", a.Duty)
		}
	}
	return nil
}

// amend applies one country's change to its copy of a duty. The article of the
// Union stays visible behind the national one.
func (b *Book) amend(r *Record, a *Amendment) error {
	if err := a.Provenance.check("change of " + a.Duty); err != nil {
		return err
	}
	if a.Article != "" {
		r.Article = a.Article + " (" + r.Article + ")"
	}
	if len(a.Receiver) > 0 {
		r.Receiver = a.Receiver
	}
	if len(a.Clock) > 0 {
		r.Clock = a.Clock
	}
	if a.Applies != "" {
		r.Applies = a.Applies
	}
	if a.Trigger != "" {
		r.Trigger = a.Trigger
	}
	r.Fields = append(append([]string(nil), r.Fields...), a.Fields...)
	if len(a.Note) > 0 {
		r.Note = a.Note
	}
	r.Provenance = weaker(r.Provenance, a.Provenance)
	return b.checkRecord(r)
}

// weaker keeps b's source, and the lower confidence of both.
func weaker(a, b Provenance) Provenance {
	if a.Confidence.rank() < b.Confidence.rank() {
		b.Confidence = a.Confidence
	}
	if b.URL == "" {
		b.URL = a.URL
	}
	return b
}

// duty finds a duty of the Union; nil when there is none.
func (b *Book) duty(id string) *Record {
	for _, r := range b.Duties {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// derived finds a derived fact of the Union; nil when there is none.
func (b *Book) derived(id string) *Derived {
	for _, d := range b.Derived {
		if d.ID == id {
			return d
		}
	}
	return nil
}
