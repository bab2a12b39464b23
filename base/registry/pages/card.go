package pages

import (
	"context"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/i18n"
	"ward/kit/module"
	"ward/kit/ui"
)

// cardGaps is how many gaps the first screen shows: it is no to-do list.
const cardGaps = 3

// Cards asks a hospital's manager for what its profile lacks.
func Cards(svc *registry.Service) []module.Card {
	return []module.Card{{Order: 60, Permission: "org.write", Roles: []ward.Role{ward.RoleManager},
		Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
			v, err := svc.Show(ctx, a, a.Org)
			if err != nil {
				return nil, err
			}
			gaps := registry.Gaps(v)
			if len(gaps) == 0 {
				return nil, nil
			}
			return gapCard(p, gaps[:min(len(gaps), cardGaps)]), nil
		}}}
}

func gapsOf(p *i18n.Printer, gaps []registry.Gap) []ui.Task { return gapTasks(p, "/org", gaps) }
