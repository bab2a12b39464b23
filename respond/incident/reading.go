package incident

import (
	"context"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/i18n"
)

// listLimit bounds a list.
const listLimit = 200

// View is a report with what the law says of it.
type View struct {
	Report
	Picture
	Team  bool // the country's team works in this house
	Waits int  // messages of the team since the hospital's own last one; of Get alone
}

// To are the receivers of a stage.
func (v View) To(stage rule.Stage) []Addressee { return v.Addressees(stage, v.Team) }

// Own lists the reports of the actor's organisation, newest first. Needs incident.read.
func (s *Service) Own(ctx context.Context, a ward.Actor) (out []Line, err error) {
	if !s.cfg.Guard.May(a, permRead) {
		return nil, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listReports(ctx, tx, s.cfg.Guard.Scope(a, permRead), listOwn, FromHospital, 0, listLimit)
		return err
	})
	for i := range out {
		out[i].Title = DutyTitle(s.cfg.Printer(a.Lang), out[i].Duty, s.cat.dutyTitle(out[i].Country, out[i].Duty, a.Lang))
	}
	return out, ward.Wrap("list reports", err)
}

// Get shows a report of the actor's organisation. Needs incident.read.
func (s *Service) Get(ctx context.Context, a ward.Actor, id string) (v View, err error) {
	if !s.cfg.Guard.May(a, permRead) {
		return v, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if v.Report, err = s.load(ctx, tx, id); err == nil {
			_, err = s.visible(a, permRead, v.Report)
		}
		if err == nil {
			v.Waits, err = unanswered(ctx, tx, id, FromHospital)
		}
		return err
	})
	if err != nil {
		return View{}, ward.Wrap("show report", err)
	}
	waits := v.Waits
	v, err = s.look(ctx, v.Report, a.Lang)
	v.Waits = waits
	return v, ward.Wrap("show report", err)
}

// look adds what the law says.
func (s *Service) look(ctx context.Context, r Report, lang ward.Lang) (View, error) {
	from, err := s.sender(ctx, r)
	if err != nil {
		return View{}, err
	}
	p, err := s.cat.Assess(r, from.Standing, lang, s.cfg.Clock())
	if err != nil {
		return View{}, err
	}
	r.Crosses = crosses(r.Answers) // as whoever looks may read them
	words := s.cfg.Printer(lang)
	for _, list := range [][]rule.Duty{p.Clocks, p.Assessment.Duties} {
		for i := range list {
			list[i].Title = DutyTitle(words, list[i].ID, list[i].Title)
		}
	}
	for i, w := range p.Reasons {
		p.Reasons[i].Title = titled(words, "incident.q."+w.ID, titled(words, "incident.test."+w.ID, w.Title))
		p.Reasons[i].Test = titled(words, "incident.test."+w.TestID, w.Test)
	}
	return View{Report: r, Picture: p, Team: from.team}, nil
}

// DutyTitle is what people call a duty: the law's data speak English, German and French
// (other), the words of the pages all languages.
func DutyTitle(p *i18n.Printer, id, other string) string {
	return titled(p, "incident.duty."+strings.ToLower(strings.ReplaceAll(id, "-", "_")), other)
}

// RoleTitle is what an authority does; the same holds for it.
func RoleTitle(p *i18n.Printer, a Addressee) string {
	return titled(p, "incident.role."+a.Role, a.Title)
}

func titled(p *i18n.Printer, key, other string) string {
	if p.Has(i18n.Key(key)) {
		return p.T(i18n.Key(key)).String()
	}
	return other
}

// Document gives a sent stage to its hospital. Needs incident.read.
func (s *Service) Document(ctx context.Context, a ward.Actor, id, sending string) (v View, d Document, err error) {
	if v, err = s.Get(ctx, a, id); err != nil {
		return View{}, Document{}, err
	}
	d, err = s.document(ctx, v.Report, sending)
	return v, d, ward.Wrap("show what was sent", err)
}

// Copy gives the document as one receiver gets it: the one of a delivery, or the
// whole without. Needs incident.read.
func (s *Service) Copy(ctx context.Context, a ward.Actor, id, sending, delivery string) (Document, error) {
	v, d, err := s.Document(ctx, a, id, sending)
	if err != nil || delivery == "" {
		return d, err
	}
	for _, x := range v.Sendings {
		for _, to := range x.Deliveries {
			if x.ID == sending && to.ID == delivery {
				return d.For(to), nil
			}
		}
	}
	return Document{}, ward.Fail(ward.NotFound, "")
}

// Trail is a report's history and who of outside read it.
type Trail struct {
	View
	Entries []Entry
	Reads   []Read
}

// Read is one look of an authority.
type Read struct {
	At           time.Time
	Person       string
	Organisation string
	Act          string // opened, document, file, forwarded
}

// Trail shows the history, newest first, and the read log. Needs incident.read.
func (s *Service) Trail(ctx context.Context, a ward.Actor, id string) (t Trail, err error) {
	if t.View, err = s.Get(ctx, a, id); err != nil {
		return Trail{}, err
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		if t.Entries, err = entriesOf(ctx, tx, id); err != nil {
			return err
		}
		t.Reads = nil
		for _, action := range []ward.Permission{permHandle, permForwarded} {
			list, err := s.cfg.Audit.List(ctx, tx, audit.Filter{Scope: ward.Scope{Orgs: []ward.OrgID{t.Org}}, Action: string(action), Kind: "incident", ID: id}, listLimit, 0)
			if err != nil {
				return err
			}
			for _, e := range list {
				if slices.Contains([]string{actOpened, actDocument, actFile, actForwarded}, e.Detail["act"]) {
					t.Reads = append(t.Reads, Read{At: e.At, Person: e.Actor.Name, Organisation: e.Detail["team"], Act: e.Detail["act"]})
				}
			}
		}
		slices.SortStableFunc(t.Reads, func(x, y Read) int { return y.At.Compare(x.At) })
		return err
	})
	return t, ward.Wrap("show history", err)
}

// Acts of the team that the hospital sees as reads.
const (
	actOpened   = "read.report"
	actDocument = "read.document"
	actFile     = "read.file"
	// of another team, at what was forwarded to it
	actForwarded = "read.forwarded"
)

// window is how far back figures reach.
const window = 30 * 24 * time.Hour

// Figures counts for first screens: a hospital its own, a team its country's,
// the Centre the Union's, and nothing but counts.
func (s *Service) Figures(ctx context.Context, a ward.Actor) (f Figures, err error) {
	scope := ward.Scope{}
	for _, p := range []ward.Permission{permRead, permHandle, permCount} {
		if s.cfg.Guard.May(a, p) {
			scope = s.cfg.Guard.Scope(a, p)
			break
		}
	}
	now := s.cfg.Clock()
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		f, err = figuresOf(ctx, tx, scope, now.Add(-window), now)
		return err
	})
	return f, ward.Wrap("count reports", err)
}

// Now is the time by which pages say how much is left.
func (s *Service) Now() time.Time { return s.cfg.Clock() }
