package advisory

import (
	"context"
	"strconv"

	"ward"
	"ward/format/plain"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/db"
)

// own is an object that belongs to nobody in particular, as a's own house sees
// it: sources and decisions are one for all, and a role that may read them in
// its country or house may read them at all.
func own(a ward.Actor, kind, id string) ward.Object {
	return ward.Object{Kind: kind, ID: id, Org: a.Org, Country: a.Country}
}

// marked is an advisory as an object of a decision.
func marked(id ward.AdvisoryID, tlp ward.TLP) ward.Object {
	return ward.Object{Kind: "advisory", ID: string(id), Marked: true, TLP: tlp}
}

// record writes the audit entry of an act that was allowed by d.
func (s *Service) record(ctx context.Context, tx *db.Tx, a ward.Actor, d auth.Decision, p ward.Permission, o ward.Object, detail map[string]string) error {
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: o, Outcome: audit.Done, Policy: d.Policy, Detail: detail})
}

// detail is what the audit log keeps of a delivery.
func (o *Outcome) detail(name string) map[string]string {
	return map[string]string{"file": plain.Cut(name, 200), "read": strconv.Itoa(o.Read), "new": strconv.Itoa(o.New),
		"revised": strconv.Itoa(o.Revised), "refused": strconv.Itoa(o.Refused)}
}

// MayAdd reports whether a may bring advisories: for the buttons of pages.
func (s *Service) MayAdd(a ward.Actor) bool { return s.cfg.Guard.May(a, "advisory.write") }

// MayDecide reports whether a may decide names and versions.
func (s *Service) MayDecide(a ward.Actor) bool { return s.cfg.Guard.May(a, "decision.write") }

// MayManage reports whether a may add, pause and fetch sources.
func (s *Service) MayManage(a ward.Actor) bool { return s.cfg.Guard.May(a, "source.write") }
