// Package authority is what a response team does with many reports at once: find
// those that belong together, mark duplicates, and make the summary of a quarter
// (NIS2 Art. 23(9)) and a table of its incidents. It sees what was sent in its
// country, as the queue does.
package authority

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"ward"
)

// Traits are what two reports are compared by.
type Traits struct {
	Org        ward.OrgID
	Aware      time.Time
	Supplier   string // free text
	Family     string
	Cause      string // detailed
	Class      string
	Indicators []string
}

// Reason is why two reports may belong together; the ending of the key
// "incident.alike.".
type Reason string

// Reasons, and what each counts for. Alone none but shared indicators is enough:
// many hospitals use one supplier, and many are hit by one family.
const (
	SameHospital  Reason = "hospital"
	SameSupplier  Reason = "supplier"
	SameFamily    Reason = "family"
	SameIndicator Reason = "indicator"
	SameCause     Reason = "cause"
	SameHour      Reason = "hour"
	SameDay       Reason = "day"
	SameWeek      Reason = "week"
)

var weights = map[Reason]int{SameHospital: 30, SameSupplier: 35, SameFamily: 30, SameIndicator: 45, SameCause: 10, SameHour: 20, SameDay: 12, SameWeek: 5}

// Enough is the score from which two reports are shown to the analyst.
const Enough = 40

// Likeness is how much two reports have in common, 0 to 100, and why.
type Likeness struct {
	Score   int
	Reasons []Reason
}

// Duplicate reports whether they look like one incident that was told twice.
func (l Likeness) Duplicate() bool {
	return slices.Contains(l.Reasons, SameHospital) && (slices.Contains(l.Reasons, SameHour) || slices.Contains(l.Reasons, SameDay))
}

// Compare is the same for (a, b) and (b, a). What is not known on one side says
// nothing.
func Compare(a, b Traits) Likeness {
	var l Likeness
	add := func(r Reason) { l.Score, l.Reasons = l.Score+weights[r], append(l.Reasons, r) }
	if a.Org != "" && a.Org == b.Org {
		add(SameHospital)
	}
	if shared(words(a.Supplier), words(b.Supplier)) {
		add(SameSupplier)
	}
	if f := fold(a.Family); f != "" && f == fold(b.Family) {
		add(SameFamily)
	}
	if shared(a.Indicators, b.Indicators) {
		add(SameIndicator)
	}
	if a.Cause != "" && a.Cause == b.Cause && a.Class == b.Class {
		add(SameCause)
	}
	if a.Aware.IsZero() || b.Aware.IsZero() {
		return l.bounded()
	}
	switch gap := a.Aware.Sub(b.Aware).Abs(); {
	case gap <= time.Hour:
		add(SameHour)
	case gap <= 24*time.Hour:
		add(SameDay)
	case gap <= 7*24*time.Hour:
		add(SameWeek)
	}
	return l.bounded()
}

func (l Likeness) bounded() Likeness {
	l.Score = min(l.Score, 100)
	return l
}

// fold leaves letters and digits in lower case: "LockBit 3.0" is "lockbit30".
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// common are words that name no supplier.
var common = []string{"service", "services", "remote", "support", "cloud", "system", "systems", "software", "supplier", "provider", "hospital", "medical", "health", "server",
	"gmbh", "limited", "group", "europe", "vendor", "maintenance", "reference", "ticket", "unknown"}

// words are those of a supplier's name that tell it from others.
func words(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		letters := strings.ContainsFunc(w, unicode.IsLetter)
		if letters && len([]rune(w)) >= 4 && !slices.Contains(common, w) {
			out = append(out, w)
		}
	}
	return out
}

func shared(a, b []string) bool {
	return slices.ContainsFunc(a, func(w string) bool { return w != "" && slices.Contains(b, w) })
}
