package rule

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"github.com/BurntSushi/toml"

	"ward"
)

// ofCountry marks facts that a country pack answers.
const ofCountry = "country"

// maxText bounds one file of the law.
const maxText = 1 << 20

// sheet is what a file of the Union's law may hold.
type sheet struct {
	Fact    []*Fact
	Derived []*Derived
	Class   []*Class
	Moment  []*Moment
	Role    []*Role
	Duty    []*Record
	Field   []*Field
	Page    []*Page
}

// Read makes a book of TOML files: those under "country/" are packs, one for
// each country; the others hold the Union's law in any division. Every key must
// be known, every expression must compile, every name must lead somewhere: the
// error names the file and the record.
func Read(files []File) (*Book, error) {
	b := &Book{byFact: map[string]*Fact{}, byMoment: map[string]*Moment{}, byRole: map[string]*Role{}, byField: map[string]*Field{},
		spelling: map[string]string{}, compiled: map[string]*expression{}, views: map[ward.Country]*view{}}
	var packs []File
	for _, f := range files {
		if strings.HasPrefix(f.Name, "country/") {
			packs = append(packs, f)
			continue
		}
		var s sheet
		if err := decode(f, &s); err != nil {
			return nil, err
		}
		b.add(&s)
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	for _, f := range packs {
		if err := b.readPack(f); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return b, nil
}

// decode reads TOML strictly: a key that is not known is a mistake of spelling,
// and a misspelt deadline would be a missing one.
func decode(f File, into any) error {
	if len(f.Text) > maxText {
		return fmt.Errorf("%s: larger than %d bytes", f.Name, maxText)
	}
	meta, err := toml.Decode(string(f.Text), into)
	if err != nil {
		var p toml.ParseError
		if errors.As(err, &p) {
			return fmt.Errorf("%s: line %d: %s", f.Name, p.Position.Line, p.Message)
		}
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return fmt.Errorf("%s: unknown key %s", f.Name, extra[0])
	}
	return nil
}

// add joins one file to the book; the order of files and records is kept.
func (b *Book) add(s *sheet) {
	b.Facts = append(b.Facts, s.Fact...)
	b.Derived = append(b.Derived, s.Derived...)
	b.Classes = append(b.Classes, s.Class...)
	b.Moments = append(b.Moments, s.Moment...)
	b.Roles = append(b.Roles, s.Role...)
	b.Duties = append(b.Duties, s.Duty...)
	b.Fields = append(b.Fields, s.Field...)
	b.Pages = append(b.Pages, s.Page...)
}

// readPack reads one country. Its file's name stands in the caller's error.
func (b *Book) readPack(f File) error {
	var p Pack
	if err := decode(File{Text: f.Text}, &p); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), ": "))
	}
	if err := p.check(b.byRole); err != nil {
		return err
	}
	if b.views[p.Code] != nil {
		return fmt.Errorf("%s is there already", p.Code)
	}
	v, err := b.view(&p)
	b.views[p.Code] = v
	return err
}

// check indexes the Union's law and compiles it.
func (b *Book) check() (err error) {
	for _, f := range b.Facts {
		if err := f.check(); err != nil {
			return err
		}
		if b.byFact[f.ID] != nil {
			return fmt.Errorf("fact %s is there already", f.ID)
		}
		b.byFact[f.ID] = f
		for _, s := range append(f.Also, f.ID) {
			if other := b.spelling[Plain(s)]; other != "" && other != f.ID {
				return fmt.Errorf("fact %s: %s also calls itself %q", f.ID, other, s)
			}
			b.spelling[Plain(s)] = f.ID
		}
	}
	for _, f := range b.Facts {
		if err := b.checkSays(f); err != nil {
			return err
		}
	}
	if b.lang, err = language(b.Facts, append([]*Derived{{ID: factEntity, Type: Bool}, {ID: factEssential, Type: Bool}}, b.newDerived()...)); err != nil {
		return err
	}
	var before []string
	for _, d := range b.Derived {
		if err := b.checkDerived(d, before); err != nil {
			return err
		}
		before = append(before, d.ID)
	}
	for _, c := range b.Classes {
		if err := b.checkClass(c); err != nil {
			return err
		}
	}
	return b.checkTables()
}

// newDerived are those derived facts that cannot also be stated.
func (b *Book) newDerived() []*Derived {
	var out []*Derived
	for _, d := range b.Derived {
		if b.byFact[d.ID] == nil {
			out = append(out, d)
		}
	}
	return out
}

// checkTables checks what stands below facts and classes, in the order in which
// they lean on one another.
func (b *Book) checkTables() error {
	for _, r := range b.Roles {
		if err := r.Title.check("role " + r.ID); err != nil {
			return err
		}
		b.byRole[r.ID] = r
	}
	for _, f := range b.Fields {
		if err := f.check(); err != nil {
			return err
		}
		if f.When != "" {
			var err error
			if f.expr, err = b.compile(f.When, cel.BoolType); err != nil {
				return fmt.Errorf("field %s: %w", f.ID, err)
			}
		}
		if b.byField[f.ID] != nil {
			return fmt.Errorf("field %s is there already", f.ID)
		}
		b.byField[f.ID] = f
	}
	for _, p := range b.Pages {
		if err := b.checkPage(p); err != nil {
			return err
		}
	}
	for _, m := range b.Moments {
		if err := b.checkMoment(m); err != nil {
			return err
		}
		b.byMoment[m.ID] = m
	}
	seen := map[string]bool{}
	for _, r := range b.Duties {
		if seen[r.ID] {
			return fmt.Errorf("duty %s is there already", r.ID)
		}
		seen[r.ID] = true
		if err := b.checkRecord(r); err != nil {
			return err
		}
	}
	return checkChains(b.Duties, b.byMoment)
}

// compile compiles an expression once: many duties share their conditions.
func (b *Book) compile(text string, want *cel.Type) (*expression, error) {
	key := want.String() + " " + text
	if x := b.compiled[key]; x != nil {
		return x, nil
	}
	x, err := compile(b.lang, text, want, b.words())
	if err == nil {
		b.compiled[key] = x
	}
	return x, err
}

// words are the values of each fact, against which literals are checked.
func (b *Book) words() map[string][]string {
	out := map[string][]string{}
	for _, f := range b.Facts {
		out[f.ID] = f.Values
	}
	return out
}

// checkDerived compiles d; its expression names facts, itself, and what stands in
// before, which is every derived fact when before is nil.
func (b *Book) checkDerived(d *Derived, before []string) (err error) {
	of := "derived " + d.ID
	if f := b.byFact[d.ID]; f != nil && f.Type != d.Type {
		return fmt.Errorf("%s: of another type than the fact", of)
	}
	if err := d.Title.check(of); err != nil {
		return err
	}
	if (d.When == "") == (len(d.Any) == 0) || celType(d.Type) == nil {
		return fmt.Errorf("%s: needs a type and either when or any", of)
	}
	if d.Status != "" && !d.Status.known() {
		return fmt.Errorf("%s: unknown status %q", of, d.Status)
	}
	if err := b.checkAssumption(of, d); err != nil {
		return err
	}
	names := d.Any
	if d.When != "" {
		if d.expr, err = b.compile(d.When, celType(d.Type)); err != nil {
			return fmt.Errorf("%s: %w", of, err)
		}
		names = d.expr.vars
	}
	for _, n := range names {
		if b.derived(n) != nil && before != nil && !slices.Contains(before, n) && n != d.ID || n == factEntity || n == factEssential {
			return fmt.Errorf("%s: %s is derived later", of, n)
		}
		if b.derived(n) == nil && b.byFact[n] == nil {
			return fmt.Errorf("%s: %s is no fact", of, n)
		}
	}
	return nil
}

// checkClass checks one step of classification and compiles it.
func (b *Book) checkClass(c *Class) (err error) {
	of := "class " + c.ID
	if !slices.Contains([]string{Essential, Important, Outside}, c.Result) {
		return fmt.Errorf("%s: unknown result %q", of, c.Result)
	}
	if err := c.Title.check(of); err != nil {
		return err
	}
	if c.Article == "" || !c.Status.known() {
		return fmt.Errorf("%s: no article, or unknown status %q", of, c.Status)
	}
	if err := c.Provenance.check(of); err != nil {
		return err
	}
	if c.expr, err = b.compile(c.When, cel.BoolType); err != nil {
		return fmt.Errorf("%s: %w", of, err)
	}
	return nil
}

// checkMoment checks one base of clocks.
func (b *Book) checkMoment(m *Moment) error {
	of := "moment " + m.ID
	if err := m.Title.check(of); err != nil {
		return err
	}
	if (m.Fact == "") == (m.From == "") {
		return fmt.Errorf("%s: needs either a fact or from", of)
	}
	if f := b.byFact[m.Fact]; m.Fact != "" && (f == nil || f.Type != Time) {
		return fmt.Errorf("%s: %s is no time fact", of, m.Fact)
	}
	// Moments are declared before those that lean on them, so no circle can be written.
	for _, base := range []string{m.Else, m.From} {
		if base != "" && b.byMoment[base] == nil && !strings.HasPrefix(base, sentPrefix) {
			return fmt.Errorf("%s: %s is no earlier moment", of, base)
		}
	}
	return nil
}

// checkRecord checks one duty and compiles it.
func (b *Book) checkRecord(r *Record) (err error) {
	if err := r.check(); err != nil {
		return err
	}
	of := "duty " + r.ID
	if r.applies, err = b.compile(r.Applies, cel.BoolType); err != nil {
		return fmt.Errorf("%s: applies: %w", of, err)
	}
	if r.trigger, err = b.compile(r.Trigger, cel.BoolType); err != nil {
		return fmt.Errorf("%s: trigger: %w", of, err)
	}
	for _, role := range r.Receiver {
		if b.byRole[role] == nil {
			return fmt.Errorf("%s: unknown receiver %q", of, role)
		}
	}
	for _, f := range r.Fields {
		if b.byField[f] == nil {
			return fmt.Errorf("%s: unknown field %q", of, f)
		}
	}
	if r.Transposed != "" && !slices.Contains(transposed, r.Transposed) {
		return fmt.Errorf("%s: unknown directive %q", of, r.Transposed)
	}
	r.Clock = slices.Clone(r.Clock) // an amended copy compiles its own
	for i := range r.Clock {
		if err := b.checkClock(&r.Clock[i]); err != nil {
			return fmt.Errorf("%s: clock %d: %w", of, i+1, err)
		}
	}
	return nil
}

// checkClock checks that a clock runs from something, and compiles its condition.
func (b *Book) checkClock(c *Clock) (err error) {
	for _, m := range []string{c.From, c.RunningAt, c.UnlessRunningAt} {
		if m != "" && b.byMoment[m] == nil && !strings.HasPrefix(m, sentPrefix) {
			return fmt.Errorf("%s is no moment", m)
		}
	}
	if c.From == "" {
		return errors.New("no moment to run from")
	}
	if c.When == "" {
		return nil
	}
	c.expr, err = b.compile(c.When, cel.BoolType)
	return err
}

// sentPrefix begins the base of a clock that runs from an earlier stage.
const sentPrefix = "sent:"

// checkChains wants every earlier stage to stand before the later one.
func checkChains(duties []*Record, moments map[string]*Moment) error {
	seen := map[string]bool{}
	for _, r := range duties {
		for _, c := range r.Clock {
			for _, base := range []string{c.From, c.RunningAt, c.UnlessRunningAt} {
				if m := moments[base]; m != nil {
					base = m.From
				}
				if id, ok := strings.CutPrefix(base, sentPrefix); ok && !seen[id] {
					return fmt.Errorf("duty %s: runs from %s, which is no earlier duty", r.ID, id)
				}
			}
		}
		seen[r.ID] = true
	}
	return nil
}
