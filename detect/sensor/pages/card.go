package pages

import (
	"context"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/sensor"
	"ward/kit/i18n"
	"ward/kit/module"
	"ward/kit/ui"
)

// Cards are what the first screens show: a hospital and its CSIRT what was seen,
// the Centre how many hospitals look.
func Cards(svc *sensor.Service) []module.Card {
	return []module.Card{
		{Order: 12, Permission: "sighting.read", Roles: []ward.Role{ward.RoleMember, ward.RoleManager, ward.RoleCSIRT},
			Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
				f, err := svc.Figures(ctx, a)
				if err != nil || f.Open == 0 {
					return nil, err
				}
				return card(p, figures(p, a, f), "sensor.hits.title"), nil
			}},
		{Order: 18, Permission: "sighting.count", Roles: []ward.Role{ward.RoleCentre},
			Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
				list, err := svc.Sensing(ctx, a)
				if err != nil || len(list) == 0 {
					return nil, err
				}
				return card(p, []ui.Stat{{Label: p.T("sensor.card.sensing"), Value: p.T("sensor.count.least", "count", p.Number(list[0].Least)).String(), Href: "/detection"}}, "sensor.list.title"), nil
			}},
	}
}

func figures(p *i18n.Printer, a ward.Actor, f sensor.Figures) []ui.Stat {
	fresh := ui.Stat{Label: p.T("sensor.card.new"), Value: p.Number(f.New), Href: "/sightings?state=new"}
	if f.New > 0 {
		fresh.Tone = ui.Warning
	}
	out := []ui.Stat{fresh, {Label: p.T("sensor.card.open"), Value: p.Number(f.Open), Href: "/sightings"}}
	if a.Role == ward.RoleCSIRT {
		out = append(out, ui.Stat{Label: p.T("sensor.card.hospitals"), Value: p.Number(f.Hospitals), Href: "/sightings"})
	}
	return out
}
