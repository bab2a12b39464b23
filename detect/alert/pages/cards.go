package pages

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/detect/alert"
	"ward/kit/i18n"
	"ward/kit/module"
)

// needsLimit is how many alerts a first screen shows.
const needsLimit = 5

// Cards are what the first screens show of the alerts.
func Cards(svc *alert.Service) []module.Card {
	return []module.Card{
		{Order: 10, Permission: "alert.read", Roles: []ward.Role{ward.RoleMember, ward.RoleManager},
			Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
				return needsYou(ctx, svc, a, p)
			}},
		{Order: 10, Permission: "alert.overview", Roles: []ward.Role{ward.RoleCSIRT},
			Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
				return behind(ctx, svc, a, p)
			}},
		{Order: 10, Permission: "alert.overview", Roles: []ward.Role{ward.RoleCentre, ward.RoleAuditor},
			Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
				return lastDay(ctx, svc, a, p)
			}},
	}
}

// needsYou is a hospital's: what is open, by time left.
func needsYou(ctx context.Context, svc *alert.Service, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
	n, err := svc.Summary(ctx, a)
	if err != nil {
		return nil, err
	}
	list, err := svc.List(ctx, a, alert.Filter{Open: true, Limit: needsLimit})
	if err != nil {
		return nil, err
	}
	return needsCard(p, n, list.Alerts, svc.Now()), nil
}

// recentIssues is how many issues a first screen looks at.
const recentIssues = 50

// behind is a national CSIRT's: issues with somebody who was not reached or is late.
func behind(ctx context.Context, svc *alert.Service, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
	n, err := svc.Summary(ctx, a)
	if err != nil {
		return nil, err
	}
	all, err := svc.Overview(ctx, a, alert.OverviewFilter{Limit: recentIssues})
	if err != nil {
		return nil, err
	}
	var late []alert.Reach
	for _, r := range all {
		if (r.Failed > 0 || r.Overdue > 0) && len(late) < needsLimit {
			late = append(late, r)
		}
	}
	return behindCard(p, n, late), nil
}

// lastDay is the Centre's: what was raised within a day and how far it got.
func lastDay(ctx context.Context, svc *alert.Service, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
	all, err := svc.Overview(ctx, a, alert.OverviewFilter{Since: svc.Now().Add(-24 * time.Hour), Limit: recentIssues})
	if err != nil {
		return nil, err
	}
	return dayCard(p, all), nil
}
