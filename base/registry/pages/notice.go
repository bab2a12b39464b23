package pages

import (
	"github.com/a-h/templ"

	"ward/base/registry"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
)

func noticeTitle(p *i18n.Printer, n registry.Notice) i18n.Text {
	if n.Leaving {
		return p.T("registry.notice.leaving")
	}
	return p.T("registry.notice.joining")
}

func noticeShell(c *web.Call, n registry.Notice) ui.Shell {
	s := ui.Shell{Title: noticeTitle(c.Printer, n), Lead: c.T("registry.notice.lead"), Crumbs: groupCrumbs(c)}
	if !n.Own {
		s.Crumbs = append(home(c), ui.Link{Text: c.T("registry.request.inbox"), Href: "/requests"})
	}
	return s
}

func noticeTone(s registry.NoticeState) ui.Tone {
	switch s {
	case registry.NoticeDue:
		return ui.Warning
	case registry.NoticeReceived, registry.NoticeOutside:
		return ui.Success
	}
	return ui.Neutral
}

func noticeTable(p *i18n.Printer, caption i18n.Key, list []registry.Notice, own bool) ui.Table {
	t := ui.Table{Caption: p.T(caption), Columns: []ui.Column{{Head: p.T("registry.group.notice")}, {Head: p.T("registry.notice.arrangement")},
		{Head: p.T("registry.notice.effect")}, {Head: p.T("registry.request.state")}}}
	if !own {
		t.Columns = append(t.Columns, ui.Column{Head: p.T("registry.notice.from")})
	}
	for _, n := range list {
		row := []templ.Component{link("/notices/"+n.ID, noticeTitle(p, n)), i18n.Raw(n.Membership.Group.Name), ui.Day(p, n.Effect),
			ui.StateChip(noticeTone(n.State), word(p, "registry.notice_state", n.State))}
		if !own {
			row = append(row, i18n.Raw(n.Membership.OrgName))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// noticePage is a notice and what its reader may do with it.
type noticePage struct {
	registry.Notice
	maySettle  bool
	mayReceive bool
}

func (p *pages) noticeAt(c *web.Call) (noticePage, error) {
	n, err := p.svc.Notice(c.Context(), c.Actor, c.Path("notice"))
	if err != nil {
		return noticePage{}, err
	}
	m := noticePage{Notice: n, mayReceive: !n.Own && n.State == registry.NoticeHanded}
	if n.Own && n.State == registry.NoticeDue {
		v, err := p.svc.Show(c.Context(), c.Actor, c.Actor.Org)
		if err != nil {
			return m, err
		}
		m.maySettle = p.svc.MayWrite(c.Actor, v.Profile)
	}
	return m, nil
}

func (p *pages) notice(c *web.Call) error {
	m, err := p.noticeAt(c)
	if err != nil {
		return err
	}
	return c.OK(noticeShell(c, m.Notice), noticeBody(c.Printer, m, "", nil))
}

func (p *pages) settleNotice(c *web.Call) error {
	remark := c.Form("remark")
	err := p.svc.SettleNotice(c.Context(), c.Actor, c.Path("notice"), registry.NoticeState(c.Form("state")), remark)
	return p.onNotice(c, err, remark)
}

func (p *pages) receiveNotice(c *web.Call) error {
	return p.onNotice(c, p.svc.ReceiveNotice(c.Context(), c.Actor, c.Path("notice")), "")
}

// onNotice ends an act on a notice: back to it, or the page again with what is wrong.
func (p *pages) onNotice(c *web.Call, err error, remark string) error {
	if err == nil {
		return c.See("/notices/"+c.Path("notice"), "registry.notice.saved.done")
	}
	m, gone := p.noticeAt(c)
	if gone != nil {
		return err
	}
	return again(c, err, noticeShell(c, m.Notice), func(e ui.Errors) templ.Component { return noticeBody(c.Printer, m, remark, e) })
}
