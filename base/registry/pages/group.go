package pages

import (
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/base/registry"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

// groupRoutes are the pages of groups, the notices of them, and deputies.
func (p *pages) groupRoutes() []web.Page {
	return []web.Page{
		web.Get("/groups", "org.read", p.groups),
		web.Get("/groups/new", "org.write", p.newGroup),
		web.Post("/groups/new", "org.write", p.saveGroup),
		web.Get("/groups/join", "org.write", p.joinForm),
		web.Post("/groups/join", "org.write", p.join),
		web.Get("/groups/{group}", "org.read", p.group),
		web.Post("/listed-groups/{group}/apply", "org.write", p.apply),
		web.Post("/applications/{application}", "org.read", p.decideApplication),
		web.Post("/groups/{group}/invite", "org.read", p.inviteGroup),
		web.Post("/groups/{group}/act", "org.write", p.actFor),
		web.Get("/groups/{group}/leave", "org.write", p.askLeave),
		web.Post("/groups/{group}/leave", "org.write", p.leave),
		web.Post("/memberships/{membership}/remove", "org.read", p.removeMember),
		web.Post("/groups/{group}/managers", "org.read", p.addDeputy),
		web.Post("/groups/{group}/managers/{person}/remove", "org.read", p.removeDeputy),
		web.Get("/notices/{notice}", "org.read", p.notice),
		web.Post("/notices/{notice}", "org.write", p.settleNotice),
		web.Post("/notices/{notice}/receive", "notice.receive", p.receiveNotice),
		web.Get("/me/deputies", web.SignedIn, p.deputies),
		web.Post("/me/deputies", web.SignedIn, p.nameDeputy),
		web.Post("/me/deputies/{deputy}/end", web.SignedIn, p.endDeputy),
		web.Get("/me/leave", web.SignedIn, p.askLeaveOrganisation),
		web.Post("/me/leave", web.SignedIn, p.leaveOrganisation),
	}
}

func groupCrumbs(c *web.Call) []ui.Link {
	return append(home(c), ui.Link{Text: c.T("registry.group.title"), Href: "/groups"})
}

// groupsPage is what an organisation has to do with groups.
type groupsPage struct {
	own      []registry.Membership
	listed   []registry.Group
	asked    []registry.Application
	notices  []registry.Notice
	mayWrite bool
}

func (p *pages) groupsAt(c *web.Call) (groupsPage, error) {
	var m groupsPage
	o, err := p.svc.Show(c.Context(), c.Actor, c.Actor.Org)
	if err != nil {
		return m, err
	}
	m.mayWrite = p.svc.MayWrite(c.Actor, o.Profile)
	if m.own, err = p.svc.Groups(c.Context(), c.Actor); err != nil {
		return m, err
	}
	if m.listed, err = p.svc.ListedGroups(c.Context(), c.Actor); err != nil {
		return m, err
	}
	if m.asked, err = p.svc.Applications(c.Context(), c.Actor); err != nil {
		return m, err
	}
	m.notices, err = p.svc.Notices(c.Context(), c.Actor)
	return m, err
}

// waits tells whether the organisation asked for a group already.
func (m groupsPage) waits(group string) bool {
	return slices.ContainsFunc(m.asked, func(x registry.Application) bool { return x.Group.ID == group && x.State == registry.RequestOpen })
}

func groupsShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("registry.group.title"), Lead: c.T("registry.group.lead"), Crumbs: home(c)}
}

func (p *pages) groups(c *web.Call) error {
	m, err := p.groupsAt(c)
	if err != nil {
		return err
	}
	return c.OK(groupsShell(c), groupsBody(c.Printer, m))
}

func (p *pages) apply(c *web.Call) error {
	if _, err := p.svc.Apply(c.Context(), c.Actor, c.Path("group"), c.Form("message-"+c.Path("group"))); err != nil {
		m, gone := p.groupsAt(c)
		if gone != nil {
			return err
		}
		return again(c, err, groupsShell(c), func(ui.Errors) templ.Component { return groupsBody(c.Printer, m) })
	}
	return c.See("/groups", "registry.group.applied.done")
}

func (p *pages) decideApplication(c *web.Call) error {
	id := c.Path("application")
	err := p.svc.DecideApplication(c.Context(), c.Actor, id, c.Form("accept") != "", c.Form("reason-"+id))
	return p.onGroup(c, moved(err, "reason", "reason-"+id), "registry.group.saved.done")
}

func groupTable(p *i18n.Printer, list []registry.Membership) ui.Table {
	t := ui.Table{Caption: p.T("registry.group.title"), Hide: true,
		Columns: []ui.Column{{Head: p.T("registry.field.group_name")}, {Head: p.T("registry.field.group_kind")}, {Head: p.T("registry.group.since")},
			{Head: p.T("registry.group.until")}},
		Empty: ui.EmptyState{Title: p.T("registry.group.none"), Text: p.T("registry.group.none_why")}}
	for _, m := range list {
		name := link("/groups/"+m.Group.ID, i18n.Raw(m.Group.Name))
		if !m.Left.IsZero() {
			name = i18n.Raw(m.Group.Name)
		}
		t.Rows = append(t.Rows, []templ.Component{name, word(p, "registry.group_kind", m.Group.Kind), ui.Day(p, m.Joined), dayOr(p, m.Left)})
	}
	return t
}

// dayOr leaves out a day that has not come.
func dayOr(p *i18n.Printer, t time.Time) templ.Component {
	if t.IsZero() {
		return i18n.Text{}
	}
	return ui.Day(p, t)
}

func applicationTable(p *i18n.Printer, list []registry.Application) ui.Table {
	t := ui.Table{Caption: p.T("registry.group.asked"), Hide: true, Columns: []ui.Column{{Head: p.T("registry.field.group_name")}, {Head: p.T("registry.request.came")},
		{Head: p.T("registry.request.state")}, {Head: p.T("registry.field.reason")}}}
	for _, x := range list {
		t.Rows = append(t.Rows, []templ.Component{i18n.Raw(x.Group.Name), ui.Day(p, x.Created), word(p, "registry.request", x.State), i18n.Raw(x.Reason)})
	}
	return t
}

func newGroupShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("registry.group.new"), Lead: c.T("registry.group.new_lead"), Crumbs: groupCrumbs(c)}
}

func (p *pages) newGroup(c *web.Call) error {
	return c.OK(newGroupShell(c), newGroupBody(c.Printer, registry.Group{Kind: p.usualKind(c)}, nil))
}

// usualKind is the group that an organisation of its kind founds.
func (p *pages) usualKind(c *web.Call) registry.GroupKind {
	if c.Actor.Kind.CareProvider() {
		return registry.GroupOwner
	}
	return registry.GroupNetwork
}

func groupKinds(p *i18n.Printer, chosen registry.GroupKind) []ui.Option {
	list := options(p, "registry.group_kind", registry.GroupKinds(), string(chosen))
	for i, k := range registry.GroupKinds() {
		list[i].Hint = word(p, "registry.group_hint", k)
	}
	return list
}

func (p *pages) saveGroup(c *web.Call) error {
	g := registry.Group{Kind: registry.GroupKind(c.Form("kind")), Name: c.Form("name"), Purpose: c.Form("purpose"), Listed: c.Form("listed") != ""}
	made, err := p.svc.NewGroup(c.Context(), c.Actor, g)
	if err != nil {
		return again(c, err, newGroupShell(c), func(e ui.Errors) templ.Component { return newGroupBody(c.Printer, g, e) })
	}
	return c.See("/groups/"+made.ID, "registry.group.founded.done")
}

func joinShell(c *web.Call) ui.Shell {
	return ui.Shell{Title: c.T("registry.group.join"), Lead: c.T("registry.group.join_lead"), Crumbs: groupCrumbs(c)}
}

func (p *pages) joinForm(c *web.Call) error {
	return c.OK(joinShell(c), joinBody(c.Printer, "", registry.Group{}, nil))
}

// join shows first what the code invites to, and joins when that was seen.
func (p *pages) join(c *web.Call) error {
	code := c.Form("code")
	g, err := p.svc.LookAtGroup(c.Context(), c.Actor, code)
	if err == nil && c.Form("seen") == "" {
		return c.OK(joinShell(c), joinBody(c.Printer, code, g, nil))
	}
	if err == nil {
		g, err = p.svc.JoinGroup(c.Context(), c.Actor, code, c.Form("act_for") != "")
	}
	if err != nil {
		return again(c, err, joinShell(c), func(e ui.Errors) templ.Component { return joinBody(c.Printer, code, registry.Group{}, e) })
	}
	return c.See("/groups/"+g.ID, "registry.group.joined.done")
}

// groupPage is a group with what its manager may choose from.
type groupPage struct {
	registry.GroupView
	deputies []registry.Affiliation
	mayWrite bool
	reader   ward.OrgID
}

// groupIn is the group of the address, or that of the form where the address
// names a part of it.
func groupIn(c *web.Call) string {
	if g := c.Path("group"); g != "" {
		return g
	}
	return url.PathEscape(c.Form("group"))
}

func (p *pages) groupAt(c *web.Call) (groupPage, ui.Shell, error) {
	v, err := p.svc.Group(c.Context(), c.Actor, groupIn(c))
	m := groupPage{GroupView: v, reader: c.Actor.Org}
	if err != nil {
		return m, ui.Shell{}, err
	}
	if v.Manage {
		if m.deputies, err = p.svc.Deputies(c.Context(), c.Actor, v); ward.CodeOf(err) == ward.Forbidden {
			err = nil
		}
	}
	own, e := p.svc.Show(c.Context(), c.Actor, c.Actor.Org)
	m.mayWrite = e == nil && p.svc.MayWrite(c.Actor, own.Profile)
	return m, ui.Shell{Title: i18n.Raw(v.Name), Lead: i18n.Raw(v.Purpose), Crumbs: groupCrumbs(c)}, err
}

func (p *pages) group(c *web.Call) error {
	m, s, err := p.groupAt(c)
	if err != nil {
		return err
	}
	return c.OK(s, groupBody(c.Printer, m, "", nil))
}

// onGroup ends an act on a group: back to it, or the page again with what is wrong.
func (p *pages) onGroup(c *web.Call, err error, done i18n.Key) error {
	if err == nil {
		return c.See("/groups/"+groupIn(c), done)
	}
	m, s, gone := p.groupAt(c)
	if gone != nil {
		return err
	}
	return again(c, err, s, func(e ui.Errors) templ.Component { return groupBody(c.Printer, m, "", e) })
}

// inviteGroup answers with the code: it is shown this once.
func (p *pages) inviteGroup(c *web.Call) error {
	code, err := p.svc.InviteToGroup(c.Context(), c.Actor, c.Path("group"))
	if err != nil {
		return p.onGroup(c, err, "")
	}
	m, s, err := p.groupAt(c)
	if err != nil {
		return err
	}
	return c.OK(s, groupBody(c.Printer, m, code, nil))
}

func (p *pages) actFor(c *web.Call) error {
	return p.onGroup(c, p.svc.SetActFor(c.Context(), c.Actor, c.Path("group"), c.Form("act_for") != ""), "registry.group.saved.done")
}

func (p *pages) askLeave(c *web.Call) error {
	m, s, err := p.groupAt(c)
	if err != nil {
		return err
	}
	b := ui.Button{Text: c.T("registry.group.leave"), Kind: ui.Danger}
	return c.OK(s, confirmBody(c.T("registry.group.leave_ask", "name", m.Name), "/groups/"+m.ID+"/leave", b, "/groups/"+m.ID, c.T("registry.keep")))
}

func (p *pages) leave(c *web.Call) error {
	if err := p.svc.LeaveGroup(c.Context(), c.Actor, c.Path("group")); err != nil {
		return p.onGroup(c, err, "")
	}
	return c.See("/groups", "registry.group.left.done")
}

// removeMember ends with the list where a manager took the own organisation out:
// for it there is no such group any more.
func (p *pages) removeMember(c *web.Call) error {
	err := p.svc.RemoveFromGroup(c.Context(), c.Actor, c.Path("membership"))
	if err == nil {
		if _, gone := p.svc.Group(c.Context(), c.Actor, groupIn(c)); ward.CodeOf(gone) == ward.NotFound {
			return c.See("/groups", "registry.group.left.done")
		}
	}
	return p.onGroup(c, err, "registry.group.saved.done")
}

func (p *pages) addDeputy(c *web.Call) error {
	return p.onGroup(c, p.svc.AddDeputy(c.Context(), c.Actor, c.Path("group"), c.Form("hat")), "registry.group.saved.done")
}

func (p *pages) removeDeputy(c *web.Call) error {
	return p.onGroup(c, p.svc.RemoveDeputy(c.Context(), c.Actor, c.Path("group"), ward.PersonID(c.Path("person"))), "registry.group.saved.done")
}
