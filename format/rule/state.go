package rule

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
)

// state is one evaluation in progress.
type state struct {
	book     *Book
	view     *view
	cal      *Calendar
	profile  Answers
	incident Incident
	at       time.Time
	known    map[string]any // every fact that has a value
	reasons  map[string]Why // of derived, assumed and national facts
	results  map[string]*Duty
	warnings []Warning
	lang     string
}

// newState collects what is known: what people answered in either file, what the
// country answers, and what is assumed where nobody did. An explicit "I don't know"
// is left open.
func newState(b *Book, v *view, p Profile, i Incident, at time.Time) *state {
	s := &state{book: b, view: v, cal: v.pack.calendar, profile: p.Answers, incident: i, at: at, known: map[string]any{}, reasons: map[string]Why{}, results: map[string]*Duty{}, lang: p.Lang}
	// Either file may answer either kind of question.
	for _, f := range b.Facts {
		if value := p.Answers[f.ID]; value != nil {
			s.known[f.ID] = value
		} else if value := i.Answers[f.ID]; value != nil {
			s.known[f.ID] = value
		}
	}
	s.implied()
	for _, f := range b.Facts {
		_, known := s.known[f.ID]
		switch {
		case known:
		case f.Of == ofCountry && v.pack.Facts[f.ID] != "":
			s.known[f.ID] = v.pack.Facts[f.ID] == "yes"
			s.reasons[f.ID] = Why{Text: f.ID, Title: s.text(f.Title), Source: v.pack.Source, Code: CodeCountry, Note: "the law of " + v.pack.Name.In("en")}
		case f.Assume != "" && !s.refused([]string{f.ID}):
			s.assume(f.ID, f.Type, f.Values, f.Assume, Why{Text: f.ID, Title: s.text(f.Title), Source: f.Source, Code: CodeAssumed, Note: "assumed: " + f.Reason})
		}
	}
	s.known["country"] = string(p.Country)
	s.recurrence()
	s.reach(p)
	s.doubts()
	return s
}

// implied answers what a stated fact says of others: whoever gives the time at which
// a high risk was recognised has said that there is one, and a high risk is not an
// unlikely one. What somebody states himself stays, with a warning. A fact is asked
// after those that stand before it in the data.
func (s *state) implied() {
	for _, f := range s.book.Facts {
		value := s.known[f.ID]
		if _, moment := value.(time.Time); !moment && value != true {
			continue
		}
		for id, word := range f.Says {
			answer := word == "yes"
			if stated, ok := s.known[id]; ok {
				if stated != answer {
					s.warn("contradiction", []string{id, f.ID}, id+" is stated as "+spell(stated)+", "+f.ID+" says otherwise")
				}
				continue
			}
			s.known[id] = answer
			s.reasons[id] = Why{Text: id, Title: s.text(s.book.byFact[id].Title), Source: f.Source, Note: "follows from " + f.ID, Because: []Why{s.fact(f.ID)}}
		}
	}
}

// assume records an assumption with its explanation.
func (s *state) assume(id string, t Type, values []string, word string, w Why) {
	v, err := assumption(id, t, values, word)
	if err != nil {
		return // Read refuses such data
	}
	s.known[id] = v
	s.reasons[id] = w
}

// recurrence counts this incident and earlier ones of the same apparent cause
// within six months (Impl. Reg. 2024/2690, Art. 4) and adds up their losses. Where
// nobody knows whether a cause is the same, or what an earlier one cost, that stays
// open.
func (s *state) recurrence() {
	base, ok := s.firstTime("started_at", "detected_at", "aware_at")
	if len(s.incident.Earlier) == 0 || !ok {
		return
	}
	counted := map[string]any{}
	count, loss, sure, priced := int64(1), int64(0), true, true
	if own, ok := s.known["loss_eur"].(int64); ok {
		loss = own
	}
	for _, e := range s.incident.Earlier {
		if e.At.After(base) || AddMonths(e.At, 6).Before(base) {
			continue
		}
		switch same := e.of(s.incident.Cause); {
		case same == Unknown:
			sure = false
		case same == Yes && e.Loss == nil:
			count, priced = count+1, false
		case same == Yes:
			count, loss = count+1, loss+*e.Loss
		}
	}
	if sure {
		counted["recurring_count"] = count
	}
	if sure && priced {
		counted["recurring_loss_eur"] = loss
	}
	for id, v := range counted {
		if _, stated := s.known[id]; !stated {
			s.known[id] = v
			s.reasons[id] = Why{Text: id, Code: CodeCounted, Note: "counted from the earlier incidents of the same cause", Source: "Impl. Reg. (EU) 2024/2690 Art. 4"}
		}
	}
}

// of says whether e is of the same apparent cause as this incident.
func (e Earlier) of(cause string) Truth {
	switch {
	case e.SameCause:
		return Yes
	case e.Cause == "" || cause == "":
		return Unknown
	}
	return TruthOf(Plain(e.Cause) == Plain(cause))
}

// reach reads off the list of affected Member States whether the incident crosses
// a border, and how many it touches (NIS2 Art. 23(6), CER Art. 15(1)), so that
// nobody answers the same thing twice.
func (s *state) reach(p Profile) {
	list, ok := s.known["affected_countries"].([]string)
	if !ok {
		return
	}
	states, abroad := 0, false
	for _, c := range list {
		if _, member := ward.ParseCountry(c); member {
			states++
			abroad = abroad || c != string(p.Country)
		}
	}
	for id, v := range map[string]any{"affected_member_states_count": int64(states), "cross_border": true} {
		if _, stated := s.known[id]; stated || id == "cross_border" && !abroad {
			continue
		}
		s.known[id] = v
		s.reasons[id] = Why{Text: id, Code: CodeCounted, Note: "by the list of affected countries"}
	}
}

// firstTime is the first of several times that is known.
func (s *state) firstTime(ids ...string) (time.Time, bool) {
	for _, id := range ids {
		if t, ok := s.known[id].(time.Time); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// doubts names times that cannot be right; they are used all the same, because
// a person may have to answer for them.
func (s *state) doubts() {
	order := []string{"started_at", "detected_at", "aware_at", "handled_at"}
	var last string
	for _, id := range order {
		t, ok := s.known[id].(time.Time)
		if !ok {
			continue
		}
		if last != "" && t.Before(s.known[last].(time.Time)) {
			s.warn("order", []string{id, last}, id+" is before "+last)
		}
		last = id
	}
	if s.at.IsZero() {
		return
	}
	for _, f := range s.book.Facts {
		if t, ok := s.known[f.ID].(time.Time); ok && t.After(s.at) {
			s.warn("future", []string{f.ID}, f.ID+" lies in the future")
		}
	}
}

// warn keeps a contradiction for the reader; it never changes the answer.
func (s *state) warn(code string, facts []string, text string) {
	s.warnings = append(s.warnings, Warning{Code: code, Facts: facts, Text: text})
}

// text is a text of the data in the reader's language.
func (s *state) text(t Text) string { return t.In(s.lang) }

// derive computes the derived facts in their order. What somebody stated stays,
// and a computation that says otherwise is a warning.
func (s *state) derive() {
	for _, d := range s.view.derived {
		value, why := s.compute(d)
		why = Why{Text: d.ID, Title: s.text(d.Title), Value: spell(value), Source: d.Source, Because: []Why{why}}
		if stated, ok := s.known[d.ID]; ok {
			if s.reasons[d.ID].Note != "" && (value == nil || value == stated) {
				continue // what said so stands there already
			}
			if value != nil && value != stated {
				s.warn("contradiction", []string{d.ID}, d.ID+" is stated as "+spell(stated)+", computed as "+spell(value))
				why.Code, why.Note = CodeContradicted, "stated; the computation says "+spell(value)
			} else {
				why.Code, why.Note = CodeStated, "stated"
			}
			why.Value = spell(stated)
			s.reasons[d.ID] = why
			continue
		}
		if value == nil && s.assumes(d, why) {
			why.Code, why.Note = CodeAssumed, "assumed: "+d.Reason
			s.assume(d.ID, d.Type, nil, d.Assume, why)
			continue
		}
		if value != nil {
			s.known[d.ID] = value
		} else if s.book.byFact[d.ID] != nil {
			why.Code = CodeAskable
		}
		s.reasons[d.ID] = why
	}
}

// refused reports whether somebody said "I don't know" to one of these facts in
// so many words.
func (s *state) refused(ids []string) bool {
	for _, id := range ids {
		for _, a := range []Answers{s.profile, s.incident.Answers} {
			if v, given := a[id]; given && v == nil {
				return true
			}
		}
	}
	return false
}

// assumes reports whether an open fact may be taken as given.
func (s *state) assumes(d *Derived, why Why) bool {
	if d.cond != nil {
		if holds, _ := d.cond.eval(s); holds != true {
			return false
		}
	}
	return d.Assume != "" && (d.Always || !s.refused(why.Asks())) && !s.answered(d.Silent)
}

// answered reports whether one of these facts is known.
func (s *state) answered(ids []string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return s.known[id] != nil })
}

// compute gives a derived fact from its expression, or from a list of which one
// yes is enough.
func (s *state) compute(d *Derived) (any, Why) {
	if d.expr != nil {
		return d.expr.eval(s)
	}
	answer := No
	w := Why{Text: "one of these"}
	for _, id := range d.Any {
		switch t := s.truth(id); {
		case t == Yes:
			answer = Yes
		case t == Unknown && answer == No:
			answer = Unknown
		}
	}
	for _, id := range d.Any {
		if s.truth(id) == answer {
			w.Because = append(w.Because, s.fact(id))
		}
	}
	w.Value = answer.String()
	if answer == Unknown {
		return nil, w
	}
	return answer == Yes, w
}

// truth is what is known of a yes-or-no fact.
func (s *state) truth(id string) Truth {
	if b, ok := s.known[id].(bool); ok {
		return TruthOf(b)
	}
	return Unknown
}

// fact explains one fact.
func (s *state) fact(id string) Why {
	w, ok := s.reasons[id]
	if !ok {
		w = Why{Text: id}
		if f := s.book.byFact[id]; f != nil {
			w.Title, w.Source = s.text(f.Title), f.Source
		}
	}
	w.Text = id
	w.Value = spell(s.known[id])
	return w
}

// set records a fact that the engine itself finds.
func (s *state) set(id string, t Truth, w Why) {
	if t != Unknown {
		s.known[id] = t == Yes
	}
	s.reasons[id] = w
}

// spell writes a value for people.
func spell(v any) string {
	switch v := v.(type) {
	case bool:
		return TruthOf(v).String()
	case int64:
		return strconv.FormatInt(v, 10)
	case string:
		return v
	case []string:
		if len(v) == 0 {
			return "none"
		}
		return strings.Join(v, ", ")
	case time.Time:
		return v.Format(time.RFC3339)
	}
	return Unknown.String()
}
