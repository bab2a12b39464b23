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

// Cards tell what somebody waits for, ask a hospital's manager for what its
// profile lacks, and the operator for the house's name.
func Cards(svc *registry.Service) []module.Card {
	return []module.Card{waitingCard(svc), {Order: 60, Permission: "org.write", Roles: []ward.Role{ward.RoleManager},
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
		}}, setupCard(svc)}
}

// setupCard leads an operator back who left before the house had a name, and he an
// address to sign in with.
func setupCard(svc *registry.Service) module.Card {
	return module.Card{Order: 5, Permission: "system.read", Roles: []ward.Role{ward.RoleOperator},
		Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
			v, err := svc.Show(ctx, a, a.Org)
			if err != nil || v.Name != "" {
				return nil, err
			}
			return waitingTasks(p, []ui.Task{{Text: p.T("registry.setup.title"), Hint: p.T("registry.setup.lead"), Href: "/setup",
				State: p.T("registry.next.todo"), Tone: ui.Warning}}), nil
		}}
}

func waitingCard(svc *registry.Service) module.Card {
	return module.Card{Order: 12, Permission: "org.read", Show: func(ctx context.Context, a ward.Actor, p *i18n.Printer) (templ.Component, error) {
		w, err := svc.Waiting(ctx, a)
		if err != nil || w == (registry.Waiting{}) {
			return nil, err
		}
		return waitingTasks(p, tasksOf(p, w)), nil
	}}
}

func tasksOf(p *i18n.Printer, w registry.Waiting) []ui.Task {
	var out []ui.Task
	add := func(n int, text i18n.Key, href string, state i18n.Key, tone ui.Tone) {
		if n > 0 {
			out = append(out, ui.Task{Text: p.N(text, n), Href: href, State: p.T(state), Tone: tone})
		}
	}
	add(w.Requests, "registry.waiting.requests", "/requests", "registry.waiting.decide", ui.Warning)
	add(w.Due, "registry.waiting.due", "/requests", "registry.waiting.check", ui.Info)
	add(w.Applications, "registry.waiting.applications", "/groups", "registry.waiting.decide", ui.Warning)
	add(w.Domains, "registry.waiting.domains", "/org/domains", "registry.waiting.prove", ui.Warning)
	return out
}

func gapsOf(p *i18n.Printer, gaps []registry.Gap) []ui.Task { return gapTasks(p, "/org", gaps) }
