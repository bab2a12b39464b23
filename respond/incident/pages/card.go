package pages

import (
	"context"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/i18n"
	"ward/kit/module"
	"ward/kit/ui"
	"ward/respond/incident"
)

// Cards are what first screens show: a hospital what to do at once, a team its
// queue, the Centre counts alone.
func Cards(svc *incident.Service) []module.Card {
	figures := func(show func(*i18n.Printer, incident.Figures) templ.Component) func(context.Context, ward.Actor, *i18n.Printer) (templ.Component, error) {
		return func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
			f, err := svc.Figures(ctx, a)
			if err != nil {
				return nil, err
			}
			return show(p, f), nil
		}
	}
	return []module.Card{
		{Order: 1, Permission: "incident.write", Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
			list, err := svc.Own(ctx, a)
			if err != nil {
				return nil, err
			}
			return hospitalCard(p, list, svc.Now()), nil
		}},
		{Order: 1, Permission: "incident.handle", Roles: []ward.Role{ward.RoleCSIRT}, Show: figures(teamCard)},
		{Order: 14, Permission: "incident.count", Roles: []ward.Role{ward.RoleCentre}, Show: figures(centreCard)},
	}
}

func teamCard(p *i18n.Printer, f incident.Figures) templ.Component {
	if f.Sent == 0 && f.Unanswered == 0 {
		return nil
	}
	late := ui.Stat{Label: p.T("incident.card.overdue"), Value: p.Number(f.Overdue), Href: "/incident-queue"}
	if f.Overdue > 0 {
		late.Tone = ui.Bad
	}
	return figureCard(p, "incident.queue.title", []ui.Stat{{Label: p.T("incident.card.unanswered"), Value: p.Number(f.Unanswered), Href: "/incident-queue"}, late,
		{Label: p.T("incident.card.sent"), Value: p.Number(f.Sent)}})
}

// small is the count below which the Centre reads "fewer than": a figure of one
// or two would name a hospital to whoever knows its country.
const small = 5

// centreCard shows counts over the Union, small ones hidden.
func centreCard(p *i18n.Printer, f incident.Figures) templ.Component {
	if f.Sent == 0 {
		return nil
	}
	count := func(n int) string {
		if n > 0 && n < small {
			return p.T("incident.card.fewer", "count", p.Number(small)).String()
		}
		return p.Number(n)
	}
	return figureCard(p, "incident.card.union", []ui.Stat{{Label: p.T("incident.card.sent"), Value: count(f.Sent)}, {Label: p.T("incident.card.care"), Value: count(f.Care)},
		{Label: p.T("incident.card.crosses"), Value: count(f.Crosses)}})
}
