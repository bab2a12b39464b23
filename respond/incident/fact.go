package incident

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ward"
	"ward/format/rule"
)

// renamed are fields of the record whose answer settles a fact of another name.
var renamed = [...]struct{ field, fact string }{
	{"closed_at", "handled_at"}, {"ambulances_diverted", "care_diverted"}, {"cancelled_operations", "cancelled_procedures"},
	{"records_count", "records_exposed"}, {"financial_loss", "loss_eur"}, {"partners_affected", "other_provider_affected"},
}

// yes are the words of choices that a yes-or-no fact reads as one; no likewise.
var (
	yesWords = [...]string{"yes", "suspected", "confirmed", "partly"}
	noWords  = [...]string{"no", "ruled_out"}
)

// facts are the answers as the rules know them. An explicit "I don't know yet" is
// nil, which is never filled by an assumption; what has no answer is left out.
func (c Catalogue) facts(answers Answers) rule.Answers {
	out := rule.Answers{}
	put := func(id string, a Answer) {
		f := c.Book.Fact(id)
		if f == nil || f.Of != "incident" || a.IsZero() {
			return
		}
		if v, ok := valueOf(f, a); ok {
			out[id] = v
		}
	}
	for id, a := range answers {
		put(id, a)
	}
	for _, r := range renamed {
		put(r.fact, answers[r.field])
	}
	return out
}

// valueOf turns an answer into a fact's type. False when the answer says nothing
// about the fact, as a choice with other words.
func valueOf(f *rule.Fact, a Answer) (any, bool) {
	if a.Unknown {
		return nil, true
	}
	switch f.Type {
	case rule.Bool:
		switch {
		case slices.Contains(yesWords[:], a.Text):
			return true, true
		case slices.Contains(noWords[:], a.Text):
			return false, true
		case f.ID == "other_provider_affected": // of a list of partners
			return true, true
		}
	case rule.Whole:
		n, err := strconv.ParseInt(a.Text, 10, 64)
		return n, err == nil
	case rule.Word:
		return a.Text, slices.Contains(f.Values, a.Text)
	case rule.List:
		return a.Items(), true
	case rule.Time:
		t := a.Time()
		return t, !t.IsZero()
	}
	return nil, false
}

// profileOf is an organisation in the facts of the rules. What the registry does
// not know stays open.
func profileOf(s ward.Standing, lang ward.Lang) rule.Profile {
	a := rule.Answers{}
	if k, ok := kinds[s.Kind]; ok {
		a["kind"] = []string{k}
	}
	for id, n := range map[string]*int64{"headcount": s.Headcount, "turnover": s.Turnover, "balance": s.Balance} {
		if n != nil {
			a[id] = *n
		}
	}
	if l, ok := legals[s.Legal]; ok {
		a["legal"] = l
	}
	if s.Critical { // not said is left to the rules, which know when an authority would have told
		a["cer_critical"] = true
	}
	if s.Maker {
		a["makes_pde"] = true
	}
	return rule.Profile{Country: s.Country, Answers: a, Lang: string(lang)}
}

// kinds are the house's kinds of organisations in the words of NIS2 Annex I and II.
var kinds = map[ward.OrgKind]string{ward.KindHospital: "hospital", ward.KindPractice: "gp", ward.KindLab: "lab", ward.KindCare: "care_home_med",
	ward.KindAmbulance: "ambulance", ward.KindPharmacy: "pharmacy", ward.KindMaker: "md_mfr"}

// legals are the registry's legal forms in the words of the rules.
var legals = map[string]string{"private": "private", "public_body": "public_body", "central": "public_admin_central", "regional": "public_admin_regional", "local": "local"}

// dueAt is the end of the clock of a stage, the earliest where there are several;
// nil where the law gives none.
func (p Picture) dueAt(stage rule.Stage) *time.Time {
	var out *time.Time
	for _, d := range p.Clocks {
		if d.Stage == stage && d.Due != nil && (out == nil || d.Due.Before(*out)) {
			out = d.Due
		}
	}
	return out
}

// cancelledOf sums up what was called off for patients.
func cancelledOf(a Answers) (sum int64) {
	for _, q := range cancelled().Questions {
		if q == "cancelled_percent" || !strings.HasPrefix(q, "cancelled_") {
			continue
		}
		n, _ := strconv.ParseInt(a[q].Text, 10, 64) // nothing for what is not known
		sum += max(0, min(n, 1_000_000))
	}
	return sum
}

// foldedLength bounds a folded name.
const foldedLength = 40

// folded is a name for comparing, from the beginning of an answer up to its first
// comma, bracket or line: small letters and digits alone, so that nothing else
// that somebody wrote is told.
func folded(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(",;:(/\n", r) {
			break
		}
		if r = unicode.ToLower(r); (unicode.IsLetter(r) || unicode.IsDigit(r)) && b.Len() < foldedLength {
			b.WriteRune(r)
		}
	}
	return b.String()
}
