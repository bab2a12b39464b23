package rule

import (
	"fmt"
	"slices"

	"ward"
)

// Pack is what is particular to one country.
type Pack struct {
	Code          ward.Country
	Name          Text
	Languages     []string          // in which its authorities read, the first by default
	Zone          string            // IANA name
	Holidays      []string          // see NewCalendar
	Facts         map[string]string // facts of the country, "yes" or "no", that expressions may name
	Transposition []Transposition
	Authority     []Authority
	Class         []Class   // national deviations, asked before those of the directive
	Test          []Derived // national tests of significance
	Amend         []Amendment
	Duty          []Record // duties that only this country has
	Provenance             // of its legal part as a whole; each record carries its own

	calendar *Calendar
}

// Transposition is how far a directive is national law.
type Transposition struct {
	Directive string // "nis2", "cer"
	State     string // "in force", "pending", "unknown"
	Law       string // name and number of the act
	From      Date   // in force since; zero when not known
	Note      Text
	Provenance
}

// Authority is one receiver, for one or several roles.
type Authority struct {
	ID        string // short, unique in its country: "csirt"
	Role      []string
	Name      string // its own name
	English   string // what it is, when the name does not say
	Portal    string // web address of the form
	Email     string // never written to without a person's decision
	Phone     string
	Languages []string // when they differ from the country's
	Note      Text
	Provenance
}

// Amendment changes a duty of the Union for one country: the fields that are
// filled replace, the others stay.
type Amendment struct {
	Duty     string
	Article  string
	Receiver []string
	Clock    []Clock
	Applies  string
	Trigger  string
	Fields   []string // demanded besides
	Note     Text
	Provenance
}

// Role is a kind of receiver.
type Role struct {
	ID        string
	Title     Text
	Authority bool // looked up in a country pack; otherwise a party that the organisation knows
}

var transposed = []string{"nis2", "cer"}

// check refuses a pack that leaves out what every reader must be told: how far
// each directive is national law.
func (p *Pack) check(roles map[string]*Role) error {
	if c, ok := ward.ParseCountry(string(p.Code)); !ok || c != p.Code {
		return fmt.Errorf("country %q is no Member State", p.Code)
	}
	if err := p.Name.check("country"); err != nil {
		return err
	}
	if err := languagesKnown(p.Languages, true); err != nil {
		return err
	}
	var err error
	if p.calendar, err = NewCalendar(p.Zone, p.Holidays); err != nil {
		return err
	}
	for _, d := range transposed {
		if p.transposition(d) == nil {
			return fmt.Errorf("nothing is said of the transposition of %s", d)
		}
	}
	for i := range p.Transposition {
		if err := p.Transposition[i].check(); err != nil {
			return err
		}
	}
	return p.checkAuthorities(roles)
}

// checkAuthorities wants each authority to have a name and roles that exist: a
// misspelt role would silently send a report to nobody.
func (p *Pack) checkAuthorities(roles map[string]*Role) error {
	seen := map[string]bool{}
	for _, a := range p.Authority {
		of := "authority " + a.ID
		switch {
		case a.ID == "" || seen[a.ID]:
			return fmt.Errorf("%s: no id, or one that is there already", of)
		case a.Name == "" || len(a.Role) == 0:
			return fmt.Errorf("%s: no name or no role", of)
		}
		seen[a.ID] = true
		for _, r := range a.Role {
			if roles[r] == nil || !roles[r].Authority {
				return fmt.Errorf("%s: unknown role %q", of, r)
			}
		}
		if err := languagesKnown(a.Languages, false); err != nil {
			return fmt.Errorf("%s: %w", of, err)
		}
		if err := a.Provenance.check(of); err != nil {
			return err
		}
	}
	return p.Provenance.check("country")
}

// check wants the law to be named where it is said to be in force.
func (t *Transposition) check() error {
	of := "transposition of " + t.Directive
	switch {
	case !slices.Contains(transposed, t.Directive):
		return fmt.Errorf("%s: no such directive", of)
	case !slices.Contains([]string{"in force", "pending", "unknown"}, t.State):
		return fmt.Errorf("%s: the state is in force, pending or unknown", of)
	case t.State == "in force" && t.Law == "":
		return fmt.Errorf("%s: in force, but no law is named", of)
	}
	return t.Provenance.check(of)
}

// languagesKnown refuses codes that are no official language: dk is no Danish.
func languagesKnown(langs []string, needed bool) error {
	if needed && len(langs) == 0 {
		return fmt.Errorf("no language")
	}
	for _, l := range langs {
		if got, ok := ward.ParseLang(l); !ok || string(got) != l {
			return fmt.Errorf("%q is no official language", l)
		}
	}
	return nil
}

// transposition gives what is known of a directive; nil if nothing.
func (p *Pack) transposition(directive string) *Transposition {
	for i := range p.Transposition {
		if p.Transposition[i].Directive == directive {
			return &p.Transposition[i]
		}
	}
	return nil
}

// Calendar is the country's zone and holidays.
func (p *Pack) Calendar() *Calendar { return p.calendar }

// receivers are the authorities of a role.
func (p *Pack) receivers(role string) []*Authority {
	var out []*Authority
	for i := range p.Authority {
		if slices.Contains(p.Authority[i].Role, role) {
			out = append(out, &p.Authority[i])
		}
	}
	return out
}
