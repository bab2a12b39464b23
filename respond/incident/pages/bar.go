package pages

import (
	"time"

	"ward/format/rule"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/respond/incident"
)

// bar is the clock bar of a report.
type bar struct {
	v    incident.View
	now  time.Time
	may  bool // change the base, mark duties
	ask  map[string][]ui.Link
	team bool // reads somebody else's
}

func (b bar) title(p *i18n.Printer) i18n.Text {
	if b.team {
		return p.T("incident.clock.of_hospital")
	}
	return p.T("incident.clock.title")
}

func (h handler) clocksOf(c *web.Call, v incident.View) bar {
	b := bar{v: v, now: h.svc.Now(), may: h.svc.MayWrite(c.Actor)}
	if b.may {
		b.ask = h.missing(c.Printer, v)
	}
	return b
}

// mostAsked is how many questions stand at one duty.
const mostAsked = 3

// missing are the questions on which it hangs whether a duty applies, as far as the
// last stage that is open asks them.
func (h handler) missing(p *i18n.Printer, v incident.View) map[string][]ui.Link {
	open := v.Open()
	if len(open) == 0 {
		return nil
	}
	stage, where, out := open[len(open)-1], map[string]string{}, map[string][]ui.Link{}
	for _, s := range v.Steps(stage) {
		for _, id := range s.Questions {
			where[id] = stepPath(v.ID, stage, s.ID) + "#" + id
		}
	}
	for _, d := range v.Clocks {
		for _, id := range d.Ask {
			if d.State == rule.Open && where[id] != "" && len(out[d.ID]) < mostAsked {
				q, _ := h.svc.Catalogue().Question(id)
				out[d.ID] = append(out[d.ID], ui.Link{Text: incident.Title(p, q), Href: where[id]})
			}
		}
	}
	return out
}

// clockTones: state is always a word as well.
var clockTones = map[rule.State]ui.Tone{rule.Overdue: ui.Bad, rule.AtOnce: ui.Warning, rule.Running: ui.Info, rule.Waiting: ui.Neutral,
	rule.OnDemand: ui.Neutral, rule.Open: ui.Neutral, rule.Done: ui.Success}

// soon is how near an end must be to be called so.
const soon = 6 * time.Hour

// stateOf is the word and tone of a clock.
func (b bar) stateOf(p *i18n.Printer, d rule.Duty) (ui.Tone, i18n.Text) {
	switch {
	case d.Sent != nil && d.Late:
		return ui.Warning, p.T("incident.clock.late")
	case d.State == rule.Running && d.Due.Sub(b.now) < soon:
		return ui.Warning, p.T("incident.clock.soon")
	}
	return clockTones[d.State], ui.Word(p, "incident.clock.", d.State)
}

// left says how long a clock still runs, or for how long it is over.
func left(p *i18n.Printer, now, due time.Time) i18n.Text {
	d := due.Sub(now)
	if d < 0 {
		return p.T("incident.clock.over", "time", span(p, -d))
	}
	return p.T("incident.clock.left", "time", span(p, d))
}

// span is a duration in its two largest units.
func span(p *i18n.Printer, d time.Duration) string {
	hours, minutes := int(d.Hours()), int(d.Minutes())%60
	if hours >= 48 {
		return p.N("incident.days", hours/24).String() + " " + p.N("incident.hours", hours%24).String()
	}
	if hours > 0 {
		return p.N("incident.hours", hours).String() + " " + p.N("incident.minutes", minutes).String()
	}
	return p.N("incident.minutes", minutes).String()
}

// tellable reports whether a duty is one of telling people, which a person marks.
func tellable(d rule.Duty) bool {
	return d.Sent == nil && d.Applies == rule.Yes && (d.Stage == rule.Inform || d.Stage == rule.Act)
}
