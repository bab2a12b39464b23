//go:build !edge

package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"ward/format/rule"
)

// sections of the printed answer, the most urgent first; the order of the JSON too.
var sections = []struct {
	title  string
	states []rule.State
}{
	{"OVERDUE", []rule.State{rule.Overdue}},
	{"AT ONCE, without a fixed end", []rule.State{rule.AtOnce}},
	{"DUE", []rule.State{rule.Running}},
	{"DUE when something else has happened", []rule.State{rule.Waiting, rule.OnDemand}},
	{"OPEN: answers are missing", []rule.State{rule.Open}},
	{"DONE", []rule.State{rule.Done}},
	{"MAY be done", []rule.State{rule.Voluntary}},
	{"NOT LAW here: shown for preparation", []rule.State{rule.NotLaw}},
	{"DOES NOT APPLY", []rule.State{rule.NotDue}},
}

// clockAnswer is the JSON of ward clock.
type clockAnswer struct {
	Schema string `json:"schema"`
	*rule.Assessment
}

// clockJSON is the answer as --json prints it, most urgent first.
func clockJSON(a *rule.Assessment, all bool) clockAnswer {
	sorted := *a
	sorted.Duties = ordered(a.Duties, all)
	return clockAnswer{Schema: "ward.clock/1", Assessment: &sorted}
}

// ordered sorts by section, then by end; without all, what does not apply is left out.
func ordered(duties []rule.Duty, all bool) []rule.Duty {
	out := []rule.Duty{}
	for _, s := range sections {
		var part []rule.Duty
		for _, d := range duties {
			if slices.Contains(s.states, d.State) && (all || d.State != rule.NotDue) {
				part = append(part, d)
			}
		}
		slices.SortStableFunc(part, func(a, b rule.Duty) int { return cmp.Compare(end(a), end(b)) })
		out = append(out, part...)
	}
	return out
}

// parted keeps what the organisation owes apart from what others do.
func parted(duties []rule.Duty) (own, others []rule.Duty) {
	for _, d := range duties {
		if d.By == "organisation" {
			own = append(own, d)
		} else {
			others = append(others, d)
		}
	}
	return own, others
}

// end sorts duties without an end last.
func end(d rule.Duty) int64 {
	if d.Due == nil {
		return 1 << 62
	}
	return d.Due.Unix()
}

// clockPrinter writes one answer for people.
type clockPrinter struct {
	w       io.Writer
	book    *rule.Book
	at      time.Time
	settled []string // questions that stand at the top and are not repeated
}

// settle lists once what would settle the significance, on which many duties hang.
func (p *clockPrinter) settle(v rule.Verdict) {
	if len(v.Ask) == 0 {
		return
	}
	p.settled = v.Ask
	fmt.Fprintln(p.w, "  To settle it, answer the first yourself, or some of the others; one yes is enough:")
	for _, q := range p.questions(v.Ask) {
		p.line("    %s", q)
	}
}

// printClock prints the answer for people: what the organisation is, whether the
// incident is significant, then its duties by urgency, then what authorities owe.
func (e *env) printClock(book *rule.Book, a *rule.Assessment, o clockOptions) error {
	b := &strings.Builder{}
	p := &clockPrinter{w: b, book: book, at: a.At}
	p.line("Class under NIS2: %s", classWords(a.Class))
	for _, because := range a.Class.Why.Because {
		p.line("  %s: %s [%s]", because.Value, because.Title, because.Source)
	}
	if o.incident != "" {
		p.line("Significant incident: %s", a.Significant.Value)
		for _, why := range reasons(a.Significant.Why) {
			p.line("  %s", why)
		}
		p.settle(a.Significant)
	}
	if o.incident == "" {
		fmt.Fprintln(p.w, "\nAn incident may bring these; add --incident FILE to see which, and until when.")
	}
	own, others := parted(ordered(a.Duties, o.all))
	for _, s := range sections {
		p.section(s.title, s.states, own, o.incident == "")
	}
	if len(others) > 0 {
		fmt.Fprintln(p.w, "\nWHAT AUTHORITIES OWE")
	}
	for _, d := range others {
		p.duty(d, o.incident == "")
	}
	p.rest(a)
	_, err := io.WriteString(e.out, b.String())
	return err
}

// line prints one line; words from files cannot steer the terminal.
func (p *clockPrinter) line(format string, args ...any) {
	fmt.Fprintln(p.w, strings.TrimRight(printable(fmt.Sprintf(format, args...)), " "))
}

// classWords says a class, or which ones remain and what would settle it.
func classWords(v rule.Verdict) string {
	if len(v.Possible) > 0 {
		return "open: " + strings.Join(v.Possible, " or ") + " (answer: " + strings.Join(v.Ask, ", ") + ")"
	}
	return v.Value
}

// section prints the duties of some states under a title, nothing if there are none.
func (p *clockPrinter) section(title string, states []rule.State, duties []rule.Duty, short bool) {
	first := true
	for _, d := range duties {
		if !slices.Contains(states, d.State) {
			continue
		}
		if first {
			fmt.Fprintf(p.w, "\n%s\n", title)
			first = false
		}
		p.duty(d, short)
	}
}

// duty prints one duty in the order in which it is needed: until when, to whom,
// why, what to answer, what to say.
func (p *clockPrinter) duty(d rule.Duty, short bool) {
	by := ""
	if d.By != "organisation" {
		by = " (" + d.By + ")"
	}
	p.line("  %-4s %s%s", d.ID, d.Title, by)
	p.times(d)
	if short {
		return
	}
	if d.State == rule.NotDue {
		for _, why := range reasons(d.Why) {
			p.line("       why   %s", why)
		}
		return
	}
	for _, r := range d.Receivers {
		p.line("       to    %s", receiver(r))
	}
	p.line("       why   %s %s", d.Act, d.Article)
	for _, why := range reasons(d.Why) {
		p.line("             %s", why)
	}
	if ask := p.asks(d); len(ask) > 0 {
		p.line("       ask   %s", strings.Join(ask, "; "))
	}
	if len(d.Fields) > 0 {
		p.line("       say   %s", strings.Join(p.fields(d.Fields), "; "))
	}
	if more := len(d.Form) - len(d.Fields); more > 0 {
		p.line("             and %d fields of the form (--json lists them)", more)
	}
	for _, note := range []string{d.Note, d.Caveat} {
		if note != "" {
			p.line("       note  %s", note)
		}
	}
	p.line("       trust %s, checked %s", d.Confidence, d.Verified)
}

// asks are the questions of one duty; those on significance stand at the top.
func (p *clockPrinter) asks(d rule.Duty) []string {
	own := slices.DeleteFunc(slices.Clone(d.Ask), func(id string) bool { return slices.Contains(p.settled, id) })
	out := p.questions(own)
	if len(own) < len(d.Ask) {
		out = append(out, "whether the incident is significant, see above")
	}
	return out
}

// times prints the strict end with what it runs from, and the legal latest below
// it as information.
func (p *clockPrinter) times(d rule.Duty) {
	switch {
	case d.Sent != nil:
		p.line("       sent  %s%s", moment(*d.Sent), map[bool]string{true: ", after its end"}[d.Late])
	case d.Due != nil:
		late := ""
		if d.Provision {
			late = ", provisional"
		}
		p.line("       due   %s (%s%s)", moment(*d.Due), left(p.at, *d.Due), late)
	}
	if d.Base != nil && d.Within != "" {
		p.line("             %s from %s, %s", d.Within, d.Base.Title, moment(d.Base.At))
	}
	if d.Latest != nil {
		p.line("             legal latest, for information: %s (Regulation 1182/71)", moment(*d.Latest))
	}
	for _, m := range d.Maybe {
		p.line("             %s, %s, if so: %s", moment(m.Due), m.Within, cmp.Or(strings.Join(p.questions(m.Ask), "; "), m.Why.Title))
	}
}

// rest prints what the answer leans on: assumptions, contradictions, confidence.
func (p *clockPrinter) rest(a *rule.Assessment) {
	if len(a.Assumed) > 0 {
		fmt.Fprintln(p.w, "\nTAKEN AS GIVEN until you say otherwise")
		for _, id := range a.Assumed {
			p.line("  %s", p.question(id))
		}
	}
	if len(a.Warnings) > 0 {
		fmt.Fprintln(p.w, "\nLOOK AT THIS")
		for _, w := range a.Warnings {
			p.line("  %s", w.Text)
		}
	}
	fmt.Fprintf(p.w, "\nCountry pack %s, confidence %s. Help with the law, not legal advice; nothing was sent.\n", a.Country, a.Confidence)
}

// questions are facts as questions.
func (p *clockPrinter) questions(ids []string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, p.question(id))
	}
	return out
}

// question is a fact's title with the key that answers it.
func (p *clockPrinter) question(id string) string {
	if f := p.book.Fact(id); f != nil {
		return f.Title.In("en") + " (" + id + ")"
	}
	return id
}

// fields are field titles in the order of the catalogue.
func (p *clockPrinter) fields(ids []string) []string {
	var out []string
	for _, f := range p.book.Fields {
		if slices.Contains(ids, f.ID) {
			out = append(out, f.Title.In("en"))
		}
	}
	return out
}

// reasons are the deciding parts of an explanation, one line each.
func reasons(w rule.Why) []string {
	var out []string
	if w.Note != "" && len(w.Because) == 0 {
		out = append(out, w.Note)
	}
	for _, b := range w.Because {
		out = append(out, reason(b)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reason goes down to the facts that have a title of their own.
func reason(w rule.Why) []string {
	if w.Title == "" && len(w.Because) > 0 {
		var out []string
		for _, b := range w.Because {
			out = append(out, reason(b)...)
		}
		return out
	}
	if w.Text == "true" {
		return nil
	}
	s := w.Value + ": " + cmp.Or(w.Title, w.Text)
	if w.Source != "" {
		s += " [" + w.Source + "]"
	}
	if leaves := leafWords(w); len(leaves) > 0 && !told(w.Text) && w.Value != rule.Unknown.String() {
		s += ", since " + strings.Join(leaves, "; ")
	}
	if w.Note != "" {
		s += " (" + w.Note + ")"
	}
	return []string{s}
}

// told reports a fact whose reasons stand at the top of the answer.
func told(fact string) bool {
	return fact == "nis2_entity" || fact == "nis2_essential" || fact == "significant"
}

// leafWords are the facts at the end of an explanation, the first few.
func leafWords(w rule.Why) []string {
	const most = 3
	var out []string
	var down func(rule.Why)
	down = func(n rule.Why) {
		for _, b := range n.Because {
			down(b)
		}
		if len(n.Because) == 0 && n.Title != "" && n.Text != w.Text {
			out = append(out, n.Title+": "+n.Value)
		}
	}
	down(w)
	slices.Sort(out)
	out = slices.Compact(out)
	if len(out) > most {
		out = append(out[:most], "…")
	}
	return out
}

// receiver is one addressee in one line. One that the pack does not know is said
// to be unknown: a guessed authority would cost the deadline.
func receiver(r rule.Receiver) string {
	if r.Country == "" {
		return r.Title
	}
	if r.Name == "" {
		return r.Title + " of " + r.Country + ": not known in this pack; ask your national CSIRT"
	}
	s := r.Name + ", " + r.Country
	for _, way := range []string{r.Portal, r.Email, r.Phone} {
		if way != "" {
			s += " · " + way
		}
	}
	return s + " · in " + strings.Join(r.Languages, ", ") + " · " + string(r.Confidence) + " confidence"
}

// moment is a time with weekday and zone.
func moment(t time.Time) string { return t.Format("Mon 2 Jan 2006 15:04 MST") }

// left is the time until an end, or since it.
func left(at, due time.Time) string {
	d := due.Sub(at).Round(time.Minute)
	if d < 0 {
		return span(-d) + " ago"
	}
	return "in " + span(d)
}

// span is a duration in the largest units that still matter.
func span(d time.Duration) string {
	switch h := int(d.Hours()); {
	case h >= 72:
		return fmt.Sprintf("%d days", h/24)
	case h >= 1:
		return fmt.Sprintf("%d h %02d min", h, int(d.Minutes())%60)
	}
	return fmt.Sprintf("%d min", int(d.Minutes()))
}
