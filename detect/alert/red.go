package alert

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
)

// RedOrg is one organisation with red alerts, critical ones or such as attackers
// use, that nobody there has acknowledged or that it has put aside.
type RedOrg struct {
	No           int64
	Organisation ward.Organisation
	Silent       int            // nobody has acknowledged
	Muted        []Alert        // of the unacknowledged ones those whose reminders the organisation put off, as far as the reader may see them
	Aside        int            // closed without a remedy: not applicable, or the risk accepted
	Since        time.Time      // raising of the oldest of them
	Contacts     []ward.Contact // of those that the reader may see
}

// RedList is a part of such a list; Next is empty at its end.
type RedList struct {
	Orgs []RedOrg
	Next string
}

// asideShown is how long what an organisation has put aside is shown.
const asideShown = 30 * 24 * time.Hour

// Red lists the organisations with red alerts that need a look, those with most
// unanswered ones first. limit 0 means 50, at most 200.
func (s *Service) Red(ctx context.Context, a ward.Actor, after string, limit int) (RedList, error) {
	if limit <= 0 || limit > 200 {
		limit = 50
	}
	var out RedList
	var muted []Alert
	v := s.view(a, permOverview)
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if out.Orgs, err = redOrgs(ctx, tx, v, v.now.Add(-asideShown), parseRed(after), limit+1); err != nil {
			return err
		}
		muted, err = redMuted(ctx, tx, v, out.Orgs)
		return err
	})
	if err != nil {
		return RedList{}, ward.Wrap("red alerts", err)
	}
	if len(out.Orgs) > limit {
		out.Orgs = out.Orgs[:limit]
		last := out.Orgs[limit-1]
		out.Next = strconv.Itoa(last.Silent) + "." + strconv.FormatInt(last.No, 10)
	}
	rows := make([]Responder, len(out.Orgs))
	for i, x := range out.Orgs {
		rows[i].Org, rows[i].Country = x.Organisation.ID, x.Organisation.Country
	}
	for _, m := range muted {
		at := slices.IndexFunc(out.Orgs, func(x RedOrg) bool { return x.No == m.OrgNo })
		if at >= 0 && s.cfg.Guard.Decide(a, permRead, m.Object()).Allowed && s.sees(a, m) {
			out.Orgs[at].Muted = append(out.Orgs[at].Muted, m)
		}
	}
	err = s.name(ctx, a, rows)
	for i, r := range rows {
		if r.Organisation.ID != "" {
			out.Orgs[i].Organisation = r.Organisation
		}
		out.Orgs[i].Contacts = r.Contacts
	}
	return out, ward.Wrap("red alerts", err)
}

// parseRed reads a key; what is none begins at the start.
func parseRed(s string) (k [2]int64) {
	x, y, _ := strings.Cut(s, ".")
	silent, err1 := strconv.ParseInt(x, 10, 32)
	org, err2 := strconv.ParseInt(y, 10, 64)
	if err1 != nil || err2 != nil {
		return k
	}
	return [2]int64{silent, org}
}
