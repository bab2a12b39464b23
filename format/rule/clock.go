package rule

import "time"

// instant is a moment as far as it is known.
type instant struct {
	at          time.Time
	title       string
	known       bool
	provisional bool // stands for another that is not known yet
}

// moment finds a base. Of a stage that was not sent yet, its own end stands in:
// whoever sends it earlier moves the chain forward.
func (s *state) moment(id string) instant {
	if duty, ok := isSent(id); ok {
		return s.sent(duty)
	}
	m := s.book.byMoment[id]
	title := s.text(m.Title)
	if m.From != "" {
		base := s.moment(m.From)
		base.title = title
		if base.known {
			base.at = m.Within.After(base.at, s.cal)
		}
		return base
	}
	if t, ok := s.known[m.Fact].(time.Time); ok {
		return instant{at: t, title: title, known: true}
	}
	if m.Else == "" {
		return instant{title: title}
	}
	other := s.moment(m.Else)
	other.provisional = other.provisional || !m.Strict
	return other
}

// sent is the moment at which an earlier stage was fulfilled. As long as it is
// not, its own end stands in: the latest moment that it can be fulfilled in time.
func (s *state) sent(duty string) instant {
	if t, ok := s.incident.Sent[duty]; ok {
		return instant{at: t, title: duty + " sent", known: true}
	}
	if d := s.results[duty]; d != nil && d.Due != nil {
		return instant{at: *d.Due, title: duty + " sent (its own end until then)", known: true, provisional: true}
	}
	return instant{title: duty + " sent"}
}

// clocks finds the end of a duty: the earliest of those clocks that run. Clocks
// that an open answer would start are kept as Maybe when they end earlier.
func (s *state) clocks(r *Record, d *Duty) {
	if t, ok := s.incident.Requested[r.ID]; ok {
		d.Due, d.Base = &t, &Base{Moment: "requested", Title: "date set by the authority", At: t}
		return
	}
	var maybe []Maybe
	ended := len(r.Clock) > 0
	for i := range r.Clock {
		c := &r.Clock[i]
		runs, why := s.runs(c)
		base := s.moment(c.From)
		ended = ended && runs == No && c.RunningAt != ""
		if runs == No || !base.known {
			continue
		}
		due := c.Within.After(base.at, s.cal)
		if runs == Unknown && c.RunningAt != "" && s.truth("still_running") == Yes {
			runs, base.provisional = Yes, true // as it looks now, it will run then
		}
		if runs == Unknown {
			if !c.Within.IsZero() {
				maybe = append(maybe, Maybe{Due: due, Within: c.Within.String(), Ask: why.Asks(), Why: why})
			}
			continue
		}
		s.take(r, d, c, base, due)
	}
	if ended { // a duty of running incidents, and this one is over
		d.Applies = No
		d.Why = Why{Text: r.ID, Title: d.Title, Value: No.String(), Source: d.Why.Source, Code: CodeHandled, Note: "the incident was handled by then"}
	}
	for _, m := range maybe {
		if d.Due == nil || m.Due.Before(*d.Due) {
			d.Maybe = append(d.Maybe, m)
		}
	}
}

// take makes c the duty's clock if it ends before what there is.
func (s *state) take(r *Record, d *Duty, c *Clock, base instant, due time.Time) {
	if d.Due != nil && !due.Before(*d.Due) || d.Base != nil && c.Within.IsZero() {
		return
	}
	d.Base = &Base{Moment: c.From, Title: base.title, At: base.at.In(s.cal.Zone)}
	d.Provision = base.provisional
	if c.Article != "" {
		d.Article = c.Article
	}
	if c.Within.IsZero() {
		return
	}
	d.Within, d.Due, d.Latest = c.Within.String(), &due, nil
	if r.Periods != "" {
		latest := c.Within.Latest(base.at, s.cal)
		d.Latest = &latest
	}
}

// runs says whether a clock runs: its condition, and whether the incident still
// ran at a moment.
func (s *state) runs(c *Clock) (Truth, Why) {
	t, w := Yes, Why{Text: "true", Value: Yes.String()}
	if c.expr != nil {
		var v any
		v, w = c.expr.eval(s)
		t = answer(v)
	}
	moment := c.RunningAt + c.UnlessRunningAt // Read refuses both at once
	if moment == "" {
		return t, w
	}
	running := s.runningAt(moment)
	if c.UnlessRunningAt != "" {
		running = [...]Truth{Unknown: Yes, No: Yes, Yes: No}[running]
	}
	title := "the incident still runs on that day"
	return both(t, running), Why{Text: "handled_at", Title: title, Value: running.String(), Because: []Why{w}}
}

// runningAt reports whether the incident still ran at a moment. Before that
// moment it is open, unless it is handled already.
func (s *state) runningAt(moment string) Truth {
	m := s.moment(moment)
	if end, ok := s.known["handled_at"].(time.Time); ok && m.known {
		return TruthOf(end.After(m.at))
	}
	switch {
	case s.truth("still_running") == No:
		return No
	case !m.known || s.at.Before(m.at):
		return Unknown
	}
	return Yes
}
