package picture

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/plain"
	"ward/format/tally"
	"ward/kit/db"
	"ward/kit/i18n"
)

// Weekly is a situation report of one week: the house drafts it from the data, an
// analyst edits and publishes it, and every text that it had stays.
type Weekly struct {
	ID          string
	Country     ward.Country // empty: the Union
	Week        time.Time    // its Monday
	Published   int64        // version that readers see; 0 for none
	PublishedAt time.Time
	Version     int64 // of the newest text
	Body        string
	Versions    []WeeklyText // oldest first
}

// WeeklyText is one version.
type WeeklyText struct {
	Version int64
	At      time.Time
	Person  ward.PersonID // empty: drafted by the house
	Lang    ward.Lang
	Body    string
	Note    string // why it was changed after publication
}

// Draft reports whether nobody but editors sees it.
func (w Weekly) Draft() bool { return w.Published == 0 }

// Changed reports whether a newer text than the published one waits.
func (w Weekly) Changed() bool { return w.Published > 0 && w.Version > w.Published }

// Bounds of a text.
const (
	maxBody = 20_000
	maxNote = 300
)

// Draft makes the report of a week, or finds the one that is there. week is its
// Monday ("2026-11-23"), at most three years back; empty is the last full week.
// Text blocks come in the analyst's language. Needs picture.write.
func (s *Service) Draft(ctx context.Context, a ward.Actor, week string) (id string, err error) {
	decision, err := s.cfg.Guard.Check(a, permWrite, ward.Object{Kind: "picture"})
	if err != nil {
		return "", ward.Wrap("draft weekly report", err)
	}
	monday, err := s.monday(week)
	if err != nil {
		return "", ward.Wrap("draft weekly report", err)
	}
	body, err := s.draft(ctx, a, monday)
	if err != nil {
		return "", ward.Wrap("draft weekly report", err)
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "picture weekly"); err != nil {
			return err
		}
		if id, err = weeklyOf(ctx, tx, "", dayOf(monday)); err != nil || id != "" {
			return err
		}
		id = s.cfg.IDs()
		if err := insertWeekly(ctx, tx, id, "", dayOf(monday)); err != nil {
			return err
		}
		if err := insertText(ctx, tx, id, WeeklyText{Version: 1, At: s.cfg.Clock(), Lang: a.Lang, Body: body}); err != nil {
			return err
		}
		return s.record(ctx, tx, a, permWrite, decision.Policy, map[string]string{"act": "drafted", "weekly": id})
	})
	return id, ward.Wrap("draft weekly report", err)
}

// monday reads the beginning of a week that is over.
func (s *Service) monday(week string) (time.Time, error) {
	now := s.cfg.Clock().UTC()
	last := dayTime(dayOf(now)).AddDate(0, 0, -(int(now.Weekday())+6)%7-7)
	if week == "" {
		return last, nil
	}
	t, err := time.Parse(time.DateOnly, week)
	if err != nil || t.Weekday() != time.Monday || t.After(last) || t.Before(last.AddDate(-3, 0, 0)) {
		return last, ward.Fail(ward.Invalid, "picture.error.week").At("week")
	}
	return t, nil
}

// draft writes the blocks of a week: only what the cover says, as everybody will
// read it.
func (s *Service) draft(ctx context.Context, a ward.Actor, monday time.Time) (string, error) {
	k, err := s.sync(ctx)
	if err != nil {
		return "", err
	}
	now := s.cfg.Clock()
	p := s.cfg.Printer(a.Lang)
	month := Filter{Source: FromReports, From: monday.Format(time.DateOnly), To: monday.AddDate(0, 0, 6).Format(time.DateOnly)}.months()
	year := Filter{}.with(now, false)
	rows := s.rows(k, sight{daily: true}, now)
	x, long := figures(rows, month), figures(rows, year)
	key := func(k string) i18n.Key { return i18n.Key("picture.weekly.block." + k) }
	out := []string{p.T(key("head"), "from", p.Date(monday), "to", p.Date(monday.AddDate(0, 0, 6))).String()}
	if x.Total.Reports == 0 {
		out = append(out, p.T(key("quiet")).String())
	} else {
		out = append(out, p.T(key("reports"), "n", p.Number(x.Total.Reports), "year", p.Number(long.Total.Reports)).String())
	}
	lead := func(block, prefix string, list []Count) {
		for _, c := range list {
			if c.Word != "" && c.Word != Hidden {
				w := c.Word
				if prefix != "" {
					w = p.T(i18n.Key(prefix + strings.ReplaceAll(w, "-", "_"))).String()
				}
				out = append(out, p.T(key(block), "word", w, "n", p.Number(c.Reports)).String())
				return
			}
		}
	}
	lead("cause", "picture.causes.", long.Causes)
	lead("family", "", slices.DeleteFunc(slices.Clone(long.Families), func(c Count) bool { return c.Word == OtherFamily }))
	if long.Known > 0 {
		out = append(out, p.T(key("impact"), "index", p.Number(int(long.Index+.5))).String())
	}
	for _, c := range clusters(k, sight{}, now) {
		if c.Organisations >= tally.Threshold { // hospitals read it: they see no cluster, and no number that is smaller or exact
			out = append(out, p.T(key("cluster"), "supplier", c.Supplier, "n", p.Number(c.Organisations/tally.Step*tally.Step), "countries", p.Number(c.Countries)).String())
		}
	}
	if r, err := s.alerts(ctx, "", sight{daily: true}); err == nil && r != nil {
		out = append(out, p.T(key("alerts"), "n", p.Number(r.Organisations), "acknowledged", p.Number(r.Acknowledged)).String())
	}
	return strings.Join(append(out, p.T(key("advice")).String()), "\n\n"), nil
}

// Edit keeps a new text. seen is the version that the page showed: Conflict when
// somebody was faster. A report that is published needs a note. Needs picture.write.
func (s *Service) Edit(ctx context.Context, a ward.Actor, id string, seen int64, body, note string) error {
	body, note = strings.TrimSpace(plain.Text(body)), plain.Line(note)
	return ward.Wrap("edit weekly report", s.change(ctx, a, id, "edited", func(tx *db.Tx, w Weekly) error {
		if seen != w.Version {
			return ward.Fail(ward.Conflict, "picture.error.edit").At("body")
		}
		if err := errors.Join(ward.When(body == "" || len([]rune(body)) > maxBody, ward.Fail(ward.Invalid, "picture.error.body").At("body")),
			ward.When(len([]rune(note)) > maxNote || note == "" && w.Published > 0, ward.Fail(ward.Invalid, "picture.error.note").At("note"))); err != nil {
			return err
		}
		if err := setVersion(ctx, tx, id, w.Version+1); err != nil {
			return err
		}
		return insertText(ctx, tx, id, WeeklyText{Version: w.Version + 1, At: s.cfg.Clock(), Person: a.Person, Lang: a.Lang, Body: body, Note: note})
	}))
}

// Publish shows the newest text to all readers of the picture. Invalid at "body" while it
// asks for advice as the draft did. Needs picture.write.
func (s *Service) Publish(ctx context.Context, a ward.Actor, id string, seen int64) error {
	return ward.Wrap("publish weekly report", s.change(ctx, a, id, "published", func(tx *db.Tx, w Weekly) error {
		if seen != w.Version {
			return ward.Fail(ward.Conflict, "picture.error.edit").At("body")
		}
		texts, err := textsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if s.asDrafted(texts[len(texts)-1].Body) {
			return ward.Fail(ward.Invalid, "picture.weekly.drafted.done").At("body")
		}
		return setPublished(ctx, tx, id, w.Version, s.cfg.Clock())
	}))
}

// asDrafted reports whether a text still asks its author for advice, in whatever
// language it was drafted.
func (s *Service) asDrafted(body string) bool {
	return slices.ContainsFunc(ward.Languages(), func(l ward.Lang) bool {
		return strings.Contains(body, s.cfg.Printer(l).T("picture.weekly.block.advice").String())
	})
}

func (s *Service) change(ctx context.Context, a ward.Actor, id, act string, change func(*db.Tx, Weekly) error) error {
	decision, err := s.cfg.Guard.Check(a, permWrite, ward.Object{Kind: "picture"})
	if err != nil {
		return err
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "picture weekly"); err != nil {
			return err
		}
		w, err := weeklyByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := change(tx, w); err != nil {
			return err
		}
		return s.record(ctx, tx, a, permWrite, decision.Policy, map[string]string{"act": act, "weekly": id})
	})
}

// Weeklies lists reports, the newest week first; drafts only to who may write.
// Needs picture.read.
func (s *Service) Weeklies(ctx context.Context, a ward.Actor) (out []Weekly, err error) {
	if _, err := s.cfg.Guard.Check(a, permRead, ward.Object{Kind: "picture"}); err != nil {
		return nil, ward.Wrap("list weekly reports", err)
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listWeekly(ctx, tx, !s.MayWrite(a))
		return err
	})
	return out, ward.Wrap("list weekly reports", err)
}

// Weekly is one report. Readers get the published text and no history; NotFound
// while it is a draft. Needs picture.read.
func (s *Service) Weekly(ctx context.Context, a ward.Actor, id string) (w Weekly, err error) {
	if _, err := s.cfg.Guard.Check(a, permRead, ward.Object{Kind: "picture"}); err != nil {
		return w, ward.Wrap("read weekly report", err)
	}
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if w, err = weeklyByID(ctx, tx, id); err != nil {
			return err
		}
		w.Versions, err = textsOf(ctx, tx, id)
		return err
	})
	if err == nil && w.Draft() && !s.MayWrite(a) {
		return Weekly{}, ward.Fail(ward.NotFound, "")
	}
	if err != nil {
		return Weekly{}, ward.Wrap("read weekly report", err)
	}
	shown := w.Version
	if !s.MayWrite(a) {
		shown = w.Published
	}
	for _, v := range w.Versions {
		if v.Version == shown {
			w.Body = v.Body
		}
	}
	if !s.MayWrite(a) {
		w.Version, w.Versions = w.Published, nil
	}
	return w, nil
}
