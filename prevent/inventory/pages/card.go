package pages

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/i18n"
	"ward/kit/module"
	"ward/kit/ui"
	"ward/prevent/inventory"
)

// Cards is what the first screen of a hospital shows of its inventory.
func Cards(svc *inventory.Service) []module.Card {
	return []module.Card{{Order: 20, Permission: read, Roles: []ward.Role{ward.RoleMember, ward.RoleManager},
		Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
			f, err := svc.Figures(ctx, a)
			if err != nil {
				return nil, err
			}
			return card(p, f), nil
		}}}
}

func figureStats(p *i18n.Printer, f inventory.Figures) []ui.Stat {
	out := []ui.Stat{{Label: p.T("inventory.figure.rows"), Value: p.Number(f.Rows), Href: "/inventory"}}
	noVersion := ui.Stat{Label: p.T("inventory.figure.no_version"), Value: p.Number(f.NoVersion), Href: "/inventory?version=missing"}
	if f.NoVersion > 0 {
		noVersion.Tone = ui.Warning
		noVersion.Note = p.T("inventory.figure.share", "share", p.Percent(float64(f.NoVersion)/float64(f.Rows)))
	}
	past := ui.Stat{Label: p.T("inventory.figure.past"), Value: p.Number(f.Past), Href: "/inventory?past=true"}
	if f.Past > 0 {
		past.Tone = ui.Warning
	}
	return append(out, noVersion, past)
}

// dayText shows a kept day in the reader's form.
func dayText(p *i18n.Printer, day string) string {
	t, err := time.Parse("2006-01-02", day)
	if err != nil {
		return day
	}
	// A day has no zone; noon keeps it the same day in all of them.
	return p.Date(t.Add(12 * time.Hour))
}
