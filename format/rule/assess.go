package rule

import (
	"slices"
	"strings"
	"time"

	"ward"
)

// State is where a duty stands at the moment of the evaluation.
type State string

// States of a duty.
const (
	NotDue    State = "not_due"    // does not apply, for a known reason
	Open      State = "open"       // may apply: answers are missing
	Running   State = "running"    // due, and there is time
	Overdue   State = "overdue"    // due, and the time is over
	AtOnce    State = "at_once"    // due without undue delay, no outer bound known
	Waiting   State = "waiting"    // due, but what starts the clock has not happened
	OnDemand  State = "on_request" // due only when the authority asks
	Done      State = "sent"       // fulfilled
	Voluntary State = "voluntary"  // may be done
	NotLaw    State = "not_law"    // a proposal or another country's model
)

// Duty is one duty of the law, evaluated.
type Duty struct {
	ID         string     `json:"id"`
	Version    int        `json:"version"`
	Title      string     `json:"title"`
	Act        string     `json:"act"`
	Article    string     `json:"article"`
	Status     Status     `json:"status"`
	Stage      Stage      `json:"stage"`
	By         string     `json:"by"`
	Applies    Truth      `json:"applies"`
	State      State      `json:"state"`
	Undue      bool       `json:"without_undue_delay"`
	Base       *Base      `json:"base,omitempty"`
	Within     string     `json:"within,omitempty"` // "24 hours"; empty: no outer bound
	Due        *time.Time `json:"due,omitempty"`    // strict
	Latest     *time.Time `json:"latest,omitempty"` // by Regulation 1182/71, for information
	Provision  bool       `json:"provisional"`      // Due will move when the base is known
	Sent       *time.Time `json:"sent,omitempty"`
	Late       bool       `json:"late,omitempty"` // sent after Due
	Maybe      []Maybe    `json:"may_be_earlier,omitempty"`
	Receivers  []Receiver `json:"receivers"`
	Fields     []string   `json:"fields"`      // what the article itself demands
	Form       []string   `json:"form_fields"` // all that this stage's form requires now
	Column     string     `json:"-"`           // of the field catalogue: what the form is called, "cra"
	Ask        []string   `json:"ask"`         // answers that could change whether it applies
	Why        Why        `json:"why"`
	Note       string     `json:"note,omitempty"`
	CaveatCode string     `json:"caveat_code,omitempty"` // in_force, not_yet_in_force, pending, unknown
	Caveat     string     `json:"caveat,omitempty"`      // national law not confirmed
	ValidFrom  Date       `json:"valid_from"`
	Provenance
}

// Base is what a clock runs from.
type Base struct {
	Moment string    `json:"moment"`
	Title  string    `json:"title"`
	At     time.Time `json:"at"`
}

// Maybe is an earlier end that an open answer would bring.
type Maybe struct {
	Due    time.Time `json:"due"`
	Within string    `json:"within"`
	Ask    []string  `json:"ask"`
	Why    Why       `json:"why"`
}

// Receiver is one addressee, with the way to it as far as it is known.
type Receiver struct {
	Role       string     `json:"role"`
	Title      string     `json:"title"`
	Country    string     `json:"country,omitempty"`
	ID         string     `json:"id,omitempty"`
	Name       string     `json:"name,omitempty"` // empty: the pack does not know it
	Portal     string     `json:"portal,omitempty"`
	Email      string     `json:"email,omitempty"`
	Phone      string     `json:"phone,omitempty"`
	Languages  []string   `json:"languages,omitempty"`
	Note       string     `json:"note,omitempty"`
	Confidence Confidence `json:"confidence,omitempty"`
	Verified   Date       `json:"verified"`
	Source     string     `json:"source,omitempty"`
}

// duty evaluates one record.
func (s *state) duty(r *Record) *Duty {
	d := &Duty{ID: r.ID, Version: r.Version, Title: s.text(r.Title), Act: r.Act, Article: r.Article, Status: r.Status,
		Stage: r.Stage, By: r.By, Undue: r.Undue, Note: s.text(r.Note), ValidFrom: r.ValidFrom, Provenance: r.Provenance}
	to, whom := r.applies.eval(s)
	on, when := r.trigger.eval(s)
	d.Applies = both(answer(to), answer(on))
	d.Why = Why{Text: r.ID, Title: d.Title, Value: d.Applies.String(), Source: r.Act + " " + r.Article}
	for _, part := range []struct {
		t Truth
		w Why
	}{{answer(to), whom}, {answer(on), when}} {
		if part.t == d.Applies {
			d.Why.Because = append(d.Why.Because, part.w)
		}
	}
	s.inTime(r, d)
	d.Ask = d.Why.Asks()
	d.Receivers = s.receivers(r)
	d.Fields = append([]string{}, r.Fields...)
	d.Form, d.Column = s.book.wanted(r, s), r.Form
	s.caveat(r, d)
	if d.Applies != No {
		s.clocks(r, d)
	}
	s.settle(r, d)
	return d
}

// answer reads the value of a condition.
func answer(v any) Truth {
	if b, ok := v.(bool); ok {
		return TruthOf(b)
	}
	return Unknown
}

// inTime ends a duty that is not in force on the day of the incident, or that no
// incident starts.
func (s *state) inTime(r *Record, d *Duty) {
	day := s.day()
	if day.IsZero() || r.Status != InForce {
		return
	}
	code, note := "", ""
	switch {
	case day.Before(r.ValidFrom.Time):
		code, note = CodeNotYet, "in force only from "+r.ValidFrom.String()
	case r.Calendar != "":
		code, note = CodeCalendar, "runs by the calendar, whatever happens: every "+r.Calendar
	case !r.ValidTo.IsZero() && day.After(r.ValidTo.Time):
		code, note = CodeEnded, "no longer in force after "+r.ValidTo.String()
	default:
		return
	}
	d.Applies = No
	d.Why = Why{Text: r.ID, Title: d.Title, Value: No.String(), Source: d.Why.Source, Code: code, Note: note}
}

// day is the day whose law counts: that of awareness, else of the evaluation;
// zero when neither is known.
func (s *state) day() time.Time {
	day := s.at
	if t, ok := s.firstTime("aware_at", "detected_at", "started_at"); ok {
		day = t
	}
	if day.IsZero() {
		return day
	}
	day = day.In(s.cal.Zone)
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
}

// ofDay is a record as it stood on the day that counts: until national law is in
// force the directive's own text, as the caveat says.
func (s *state) ofDay(r *Record) *Record {
	t := s.view.pack.transposition(r.Transposed)
	if r.union == nil || t == nil || t.State != "in force" || s.day().IsZero() || !s.day().Before(t.From.Time) {
		return r
	}
	return r.union
}

// caveat lowers the confidence where national law carries a directive out and is
// not confirmed.
func (s *state) caveat(r *Record, d *Duty) {
	t := s.view.pack.transposition(r.Transposed)
	if t == nil {
		return
	}
	if t.Confidence.rank() < d.Confidence.rank() {
		d.Confidence = t.Confidence
	}
	switch {
	case t.State == "in force" && s.day().Before(t.From.Time) && !s.day().IsZero():
		d.CaveatCode, d.Caveat = "not_yet_in_force", "national law is in force only since "+t.From.String()+" ("+t.Law+"); the directive's own text is shown"
		d.Confidence = Low
	case t.State == "in force" && t.From.IsZero():
		d.CaveatCode, d.Caveat = "in_force", "national law: "+t.Law
	case t.State == "in force":
		d.CaveatCode, d.Caveat = "in_force", "national law: "+t.Law+", in force since "+t.From.String()
	case t.State == "pending":
		d.CaveatCode, d.Caveat = "pending", "not yet national law when last looked at; the directive's own text is shown"
	default:
		d.CaveatCode, d.Caveat = "unknown", "state of national law not confirmed; the directive's own text is shown"
	}
}

// settle names the state.
func (s *state) settle(r *Record, d *Duty) {
	if t, ok := s.incident.Sent[r.ID]; ok {
		d.Sent = &t
		d.Late = d.Due != nil && t.After(*d.Due)
	}
	switch {
	case d.Sent != nil:
		d.State = Done
	case d.Applies == No:
		d.State = NotDue
	case r.Status == Proposal || r.Status == Model:
		d.State = NotLaw
	case r.Stage == Offer:
		d.State = Voluntary
	case d.Applies == Unknown:
		d.State = Open
	case r.OnRequest && d.Due == nil:
		d.State = OnDemand
	case d.Due == nil && (r.Undue || r.Stage == Keep || r.Stage == Act):
		d.State = AtOnce
	case d.Due == nil:
		d.State = Waiting
	case s.at.After(*d.Due):
		d.State = Overdue
	default:
		d.State = Running
	}
}

// receivers looks the roles up in the packs of the countries concerned.
func (s *state) receivers(r *Record) []Receiver {
	var out []Receiver
	for _, id := range r.Receiver {
		role := s.book.byRole[id]
		if !role.Authority {
			out = append(out, Receiver{Role: id, Title: s.text(role.Title)})
			continue
		}
		for _, c := range s.places(r.Where) {
			out = append(out, s.authorities(role, c)...)
		}
	}
	return out
}

// places are the countries whose authorities receive.
func (s *state) places(where string) []ward.Country {
	home := []ward.Country{s.view.pack.Code}
	list := home
	switch where {
	case "occurrence":
		list = s.incident.Occurred
	case "placement":
		list = s.incident.Placed
	case "occurrence and placement":
		list = append(slices.Clone(s.incident.Occurred), s.incident.Placed...)
	}
	if len(list) == 0 {
		return home
	}
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// authorities are those of one role in one country; one without a name where
// the pack knows none: a gap is shown, not filled.
func (s *state) authorities(role *Role, c ward.Country) []Receiver {
	empty := []Receiver{{Role: role.ID, Title: s.text(role.Title), Country: string(c), Confidence: Low}}
	v, ok := s.book.views[c]
	if !ok {
		return empty
	}
	empty[0].Languages = v.pack.Languages
	var out []Receiver
	for _, a := range v.pack.receivers(role.ID) {
		langs := a.Languages
		if len(langs) == 0 {
			langs = v.pack.Languages
		}
		name := a.Name
		if a.English != "" {
			name += " (" + a.English + ")"
		}
		out = append(out, Receiver{Role: role.ID, Title: s.text(role.Title), Country: string(c), ID: a.ID, Name: name, Portal: a.Portal, Email: a.Email,
			Phone: a.Phone, Languages: langs, Note: s.text(a.Note), Confidence: a.Confidence, Verified: a.Verified, Source: a.Source})
	}
	if out == nil {
		return empty
	}
	return out
}

// wanted lists the fields that a form requires now, those of the article first.
func (b *Book) wanted(r *Record, s *state) []string {
	out := append([]string{}, r.Fields...)
	for _, f := range b.Fields {
		if r.Form == "" {
			break
		}
		need := f.Stages[r.Stage]
		if r.Form != "nis2" {
			need = f.Forms[r.Form]
		}
		if need != Required || slices.Contains(out, f.ID) {
			continue
		}
		if f.expr != nil {
			if v, _ := f.expr.eval(s); v == false {
				continue
			}
		}
		out = append(out, f.ID)
	}
	return out
}

// isSent reads "sent:N2".
func isSent(moment string) (string, bool) { return strings.CutPrefix(moment, sentPrefix) }
