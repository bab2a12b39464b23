package rule

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
)

// Page is what one receiver alone wants to know: questions of a form of its own,
// asked once and only where its condition surely holds.
type Page struct {
	ID     string             `json:"id"`
	Form   string             `json:"form"` // whose form it completes: mdr, cer, cra
	When   string             `json:"-"`    // CEL
	Ask    map[Stage][]string `json:"ask"`  // fields, or facts of an incident, by stage
	Source string             `json:"source"`
	expr   *expression
}

// maxAsked keeps a page short enough for a night.
const maxAsked = 12

// checkPage compiles a page and follows its names.
func (b *Book) checkPage(p *Page) (err error) {
	of := "page " + p.ID
	switch {
	case !idPattern().MatchString(p.ID):
		return fmt.Errorf("page %q: not a lower-case name", p.ID)
	case !slices.Contains(forms, p.Form):
		return fmt.Errorf("%s: unknown form %q", of, p.Form)
	case p.Source == "" || len(p.Ask) == 0:
		return fmt.Errorf("%s: no source, or no questions", of)
	}
	for stage, ids := range p.Ask {
		if !slices.Contains([]Stage{Early, Notification, Intermediate, Progress, Final}, stage) || len(ids) == 0 || len(ids) > maxAsked {
			return fmt.Errorf("%s: %d questions at stage %q", of, len(ids), stage)
		}
		for _, id := range ids {
			if f := b.byFact[id]; b.byField[id] == nil && (f == nil || f.Of != "incident") {
				return fmt.Errorf("%s: %s is no field and no fact of an incident", of, id)
			}
		}
	}
	if p.expr, err = b.compile(p.When, cel.BoolType); err != nil {
		return fmt.Errorf("%s: %w", of, err)
	}
	return nil
}

// pages are those whose condition surely holds.
func (s *state) pages() []*Page {
	var out []*Page
	for _, p := range s.book.Pages {
		if v, _ := p.expr.eval(s); v == true {
			out = append(out, p)
		}
	}
	return out
}

// Asks reports whether p asks a question at any stage.
func (p *Page) Asks(id string) bool {
	for _, ids := range p.Ask {
		if slices.Contains(ids, id) {
			return true
		}
	}
	return false
}
