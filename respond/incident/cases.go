package incident

import (
	"context"
	"encoding/json"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/i18n"
)

// Case is a report as its country's team received it last: the answers are those
// that were sent, never those of a draft.
type Case struct {
	Report
	Standing ward.Standing // of the hospital; only name and country while it is not known
	Care     bool          // care of patients is hit
}

// casePage is how many cases are read at once: answers are unsealed one page after
// the other, so that no reading of a quarter holds the database.
const casePage = 200

// Cases are what was first reported to the team in a window, oldest first, without
// what a hospital disowned. Needs incident.handle.
func (s *Service) Cases(ctx context.Context, a ward.Actor, from, to time.Time) (out []Case, err error) {
	if !s.cfg.Guard.May(a, permHandle) {
		return nil, ward.Fail(ward.Forbidden, "error.forbidden")
	}
	w := caseWindow{scope: s.cfg.Guard.Scope(a, permHandle), from: from, to: to}
	for {
		page, err := s.casePage(ctx, w)
		if err != nil {
			return nil, ward.Wrap("read cases", err)
		}
		out = append(out, page...)
		if len(page) < casePage {
			break
		}
		w.from, w.after = page[len(page)-1].First, page[len(page)-1].ID
	}
	known := map[ward.OrgID]ward.Standing{}
	for i := range out {
		x := &out[i]
		if _, ok := known[x.Org]; !ok {
			from, err := s.sender(ctx, x.Report)
			if err != nil && ward.CodeOf(err) != ward.NotFound {
				return nil, ward.Wrap("read cases", err)
			}
			known[x.Org] = from.Standing
		}
		x.Standing = known[x.Org]
	}
	return out, nil
}

// Significance is what the law says of a case: yes, no or unknown.
func (s *Service) Significance(x Case) (string, error) {
	p, err := s.cat.Assess(x.Report, x.Standing, ward.English, s.cfg.Clock())
	if err != nil {
		return "", ward.Wrap("judge case", err)
	}
	return p.Assessment.Significant.Value, nil
}

// Handled is a sent report of the team's country without its answers, and the
// policy that decided. Needs incident.handle.
func (s *Service) Handled(ctx context.Context, a ward.Actor, id string) (r Report, policy string, err error) {
	if r, err = s.head(ctx, id); err == nil {
		policy, err = s.visible(a, permHandle, r)
	}
	if err != nil {
		return Report{}, "", ward.Wrap("find report", err)
	}
	return r, policy, nil
}

// NoteHandled writes what the team did with a report into its history, which the
// hospital sees, and into the audit log.
func (s *Service) NoteHandled(ctx context.Context, tx *db.Tx, a ward.Actor, policy string, r Report, kind, detail string) error {
	return s.note(ctx, tx, a, policy, permHandle, r, deed{kind, detail})
}

// NoteLook records a look at what was copied from a report under another right; the
// hospital sees it as one of the team's own.
func (s *Service) NoteLook(ctx context.Context, tx *db.Tx, a ward.Actor, p ward.Permission, policy, id string) error {
	r, err := reportByID(ctx, tx, id)
	if err != nil {
		return err
	}
	return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(p), Object: r.Object(), Outcome: audit.Done, Policy: policy,
		Detail: map[string]string{"act": actForwarded, "number": r.Number, "team": a.OrgName}})
}

// RowsOf are answers in words, in the order of the catalogue.
func (s *Service) RowsOf(p *i18n.Printer, a Answers) []Row {
	return Document{Answers: a, cat: s.cat}.Rows(p)
}

// LookInto is one look of the team at what belongs to a report: recorded as the
// download of a document is, and seen by the hospital. Needs incident.handle.
func (s *Service) LookInto(ctx context.Context, a ward.Actor, id string, fn func(*db.Tx) error) error {
	return ward.Wrap("look into report", s.read(ctx, a, id, actDocument, func(tx *db.Tx, _ Report) error { return fn(tx) }))
}

// NoteCounted writes into the audit log that figures of a country were taken out.
func (s *Service) NoteCounted(ctx context.Context, a ward.Actor, what string) error {
	x, err := s.cfg.Guard.Check(a, permHandle, ward.Object{Kind: "incident", Country: a.Country})
	if err != nil {
		return ward.Wrap("note", err)
	}
	return ward.Wrap("note", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(permHandle), Object: ward.Object{Kind: "incident", Country: a.Country}, Outcome: audit.Done,
			Policy: x.Policy, Detail: map[string]string{"act": what}})
	}))
}

// caseWindow is what of a scope was first reported at from or later and before to;
// of what came at the very moment of from, only what follows after.
type caseWindow struct {
	scope    ward.Scope
	from, to time.Time
	after    string
}

// casePage reads the next reports of w with the answers of their last sending.
func (s *Service) casePage(ctx context.Context, w caseWindow) (out []Case, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		out = nil
		return readCases(ctx, tx, w, func(row db.Row) error {
			var sealed []byte
			r, err := scanReport(lineRow{row, []any{&sealed}})
			if err != nil {
				return err
			}
			text, err := s.box.Open(sealed, owner("answers", r.ID))
			if err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(text), &r.Answers); err != nil {
				return ward.Fail(ward.Internal, "") // the decoder's error may quote an answer
			}
			out = append(out, Case{Report: r, Care: hitsCare(r.Answers)})
			return nil
		})
	})
	return out, err
}
