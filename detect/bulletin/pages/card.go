package pages

import (
	"context"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/bulletin"
	"ward/kit/i18n"
	"ward/kit/module"
)

// cardRows is how many alerts a first screen names.
const cardRows = 5

// Cards tells the Centre's analysts which alerts wait for a second person.
func Cards(svc *bulletin.Service) []module.Card {
	return []module.Card{{Order: 12, Permission: "bulletin.approve", Roles: []ward.Role{ward.RoleCentre},
		Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
			rows, err := svc.List(ctx, a, bulletin.Submitted)
			if err != nil || len(rows) == 0 {
				return nil, err
			}
			return card(p, rows[:min(len(rows), cardRows)], len(rows)), nil
		}}}
}
