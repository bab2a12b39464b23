package pages

import (
	"context"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/disclosure"
	"ward/kit/i18n"
	"ward/kit/module"
	"ward/kit/ui"
)

// Cards is what the first screen of the Centre shows of the cases.
func Cards(svc *disclosure.Service) []module.Card {
	return []module.Card{{Order: 15, Permission: "disclosure.read", Roles: []ward.Role{ward.RoleCentre},
		Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
			f, err := svc.Figures(ctx, a)
			if err != nil || f.Open == 0 && f.Overdue == 0 {
				return nil, err
			}
			return card(p, figures(p, f)), nil
		}}}
}

func figures(p *i18n.Printer, f disclosure.Figures) []ui.Stat {
	late := ui.Stat{Label: p.T("disclosure.card.overdue"), Value: p.Number(f.Overdue), Href: "/disclosures?overdue=1&state=all"}
	if f.Overdue > 0 {
		late.Tone = ui.Bad
	}
	fresh := ui.Stat{Label: p.T("disclosure.card.received"), Value: p.Number(f.New), Href: "/disclosures?state=received"}
	if f.New > 0 {
		fresh.Tone = ui.Warning
	}
	return []ui.Stat{late, fresh, {Label: p.T("disclosure.card.open"), Value: p.Number(f.Open), Href: "/disclosures"}}
}
