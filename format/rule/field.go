package rule

import (
	"fmt"
	"slices"
)

// Need is how far a stage or a receiver wants a field.
type Need string

// Needs. If is required when the field's own condition holds.
const (
	Required  Need = "required"
	Optional  Need = "optional"
	Available Need = "if available"
)

// Field is one field of the canonical incident record.
type Field struct {
	ID     string
	Group  string
	Title  Text
	Type   string // text, long text, choice, list, time, number, money, yesno, ref
	Values []string
	Stages map[Stage]Need  // NIS2 stages: early, notification, intermediate, progress, final
	Forms  map[string]Need // other receivers' forms: gdpr, cer, mdr, cra, ...
	When   string          // CEL: required only then; empty: as the tables say
	Source string
	expr   *expression
}

var fieldTypes = []string{"text", "long text", "choice", "list", "time", "number", "money", "yesno", "ref", "table"}

var forms = []string{"gdpr", "cer", "mdr", "cra", "ehds", "ai", "eidas", "health", "ransom"}

// check refuses a field without a source: every question to a hospital at night
// needs its reason.
func (f *Field) check() error {
	of := "field " + f.ID
	switch {
	case !idPattern().MatchString(f.ID):
		return fmt.Errorf("field %q: not a lower-case name", f.ID)
	case f.Group == "" || f.Source == "":
		return fmt.Errorf("%s: no group or source", of)
	case !slices.Contains(fieldTypes, f.Type):
		return fmt.Errorf("%s: unknown type %q", of, f.Type)
	case f.Type == "choice" && len(f.Values) < 2:
		return fmt.Errorf("%s: a choice needs values", of)
	}
	for s, n := range f.Stages {
		if !slices.Contains([]Stage{Early, Notification, Intermediate, Progress, Final}, s) || !n.known() {
			return fmt.Errorf("%s: stage %s = %q", of, s, n)
		}
	}
	for name, n := range f.Forms {
		if !slices.Contains(forms, name) || !n.known() {
			return fmt.Errorf("%s: form %s = %q", of, name, n)
		}
	}
	return f.Title.check(of)
}

// known refuses misspelt needs, which would read as "not needed".
func (n Need) known() bool { return n == Required || n == Optional || n == Available }
