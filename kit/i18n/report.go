package i18n

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"ward"
)

// Required lists the languages in which every message must exist; the check
// test fails when one of them is not complete. The others are shown with what
// they have.
func Required() []ward.Lang { return []ward.Lang{"en", "de", "fr"} }

// Report says how complete a language is, measured against English.
type Report struct {
	Lang    ward.Lang
	Total   int      // messages in English
	Missing []Key    // in English, not here; sorted
	Unknown []Key    // here, not in English; sorted
	Faults  []string // "key: what is wrong", sorted: placeholders, plural forms, markup, a file that does not parse
}

// OK reports whether nothing is missing, unknown or wrong.
func (r Report) OK() bool { return len(r.Missing)+len(r.Unknown)+len(r.Faults) == 0 }

// String is one line: "de 100 % (212 of 212), 0 faults".
func (r Report) String() string {
	have := r.Total - len(r.Missing)
	share := 0
	if r.Total > 0 {
		share = have * 100 / r.Total
	}
	return fmt.Sprintf("%s %d %% (%d of %d), %d faults", r.Lang, share, have, r.Total, len(r.Faults)+len(r.Unknown))
}

// Keys lists all English keys, sorted.
func (c *Catalogue) Keys() []Key {
	keys := make([]Key, 0)
	for k := range c.table(ward.English).messages {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Complete compares a language with English.
func (c *Catalogue) Complete(lang ward.Lang) Report {
	source, own := c.table(ward.English), c.table(lang)
	r := Report{Lang: lang, Total: len(source.messages)}
	if own.err != nil {
		r.Faults = append(r.Faults, own.err.Error())
	}
	for key, want := range source.messages {
		have := own.messages[key]
		if have == nil {
			r.Missing = append(r.Missing, key)
			continue
		}
		for _, fault := range faultsOf(lang, want, have) {
			r.Faults = append(r.Faults, string(key)+": "+fault)
		}
	}
	for key := range own.messages {
		if source.messages[key] == nil {
			r.Unknown = append(r.Unknown, key)
		}
	}
	slices.Sort(r.Missing)
	slices.Sort(r.Unknown)
	sort.Strings(r.Faults)
	return r
}

// faultsOf compares one message with its English source.
func faultsOf(lang ward.Lang, want, have *goi18n.Message) []string {
	var faults []string
	if have.Other == "" {
		faults = append(faults, "form other is empty")
	}
	if want.One != "" {
		for _, form := range formsOf(lang) {
			if formText(have, form) == "" {
				faults = append(faults, "plural form "+form+" is missing")
			}
		}
	}
	for _, form := range allForms() {
		faults = append(faults, textFaults(form, formText(want, "other"), formText(have, form))...)
	}
	return faults
}

var (
	placeholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{\{\s*\.?([A-Za-z_]*)\s*\}\}`) })
	markup      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[a-zA-Z/!]|&[a-z]+;|&#`) })
)

// textFaults looks at one form. A plural form may leave out {{.count}} ("one
// alert"), no other placeholder.
func textFaults(form, want, have string) []string {
	if have == "" {
		return nil
	}
	var faults []string
	if markup().MatchString(have) {
		faults = append(faults, form+" contains HTML")
	}
	need, got := placeholders(want), placeholders(have)
	for _, name := range need {
		if !slices.Contains(got, name) && (name != "count" || form == "other") {
			faults = append(faults, form+" lacks {{."+name+"}}")
		}
	}
	for _, name := range got {
		if !slices.Contains(need, name) {
			faults = append(faults, form+" has unknown {{."+name+"}}")
		}
	}
	return faults
}

func placeholders(s string) []string {
	var names []string
	for _, m := range placeholder().FindAllStringSubmatch(s, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	return names
}

// formsOf lists the plural forms that whole numbers below a million need, by
// CLDR 45 (cardinals). "many" of es, fr, it and pt (millions) and of cs, sk
// and lt (fractions) may be left out: Other then stands in.
func formsOf(lang ward.Lang) []string {
	switch lang {
	case "ga", "mt":
		return []string{"one", "two", "few", "many", "other"}
	case "sl":
		return []string{"one", "two", "few", "other"}
	case "pl":
		return []string{"one", "few", "many", "other"}
	case "cs", "sk", "lt", "hr", "ro":
		return []string{"one", "few", "other"}
	case "lv":
		return []string{"zero", "one", "other"}
	}
	return []string{"one", "other"}
}

func formText(m *goi18n.Message, form string) string {
	switch strings.ToLower(form) {
	case "zero":
		return m.Zero
	case "one":
		return m.One
	case "two":
		return m.Two
	case "few":
		return m.Few
	case "many":
		return m.Many
	}
	return m.Other
}
