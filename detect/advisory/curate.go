package advisory

import (
	"context"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/detect/advisory/claim"
	"ward/detect/advisory/decision"
	"ward/kit/db"
)

// Reviews answers which cases wait for a person. Whoever matches hospitals'
// products answers; the pages and the API get it as an argument.
type Reviews interface {
	// Reviews lists open cases, the most widely held first, at most limit.
	Reviews(ctx context.Context, limit int) ([]ward.ReviewCase, error)
}

// queueLength bounds the queue that is shown: it is worked off from the top.
const queueLength = 200

// QueueFull reports whether a queue of n cases was cut: there may be more than n.
func QueueFull(n int) bool { return n >= queueLength }

// ReviewQueue lists the cases that wait for a person.
func (s *Service) ReviewQueue(ctx context.Context, a ward.Actor, r Reviews) ([]ward.ReviewCase, error) {
	if _, err := s.cfg.Guard.Check(a, "decision.read", own(a, "decision", "")); err != nil {
		return nil, ward.Wrap("review queue", err)
	}
	cases, err := r.Reviews(ctx, queueLength)
	return cases, ward.Wrap("review queue", err)
}

// ReviewCase gives one case of the queue by its key with the claims of the leaf
// that raised it; NotFound once it is no longer open.
func (s *Service) ReviewCase(ctx context.Context, a ward.Actor, r Reviews, key string) (ward.ReviewCase, []ward.Claim, error) {
	cases, err := s.ReviewQueue(ctx, a, r)
	if err != nil {
		return ward.ReviewCase{}, nil, err
	}
	for _, c := range cases {
		if c.Key() == key {
			claims, err := s.ClaimsAt(ctx, a, c.Advisory, c.Finding.Leaf)
			return c, claims, err
		}
	}
	return ward.ReviewCase{}, nil, ward.Fail(ward.NotFound, "advisory.review.error.gone")
}

// Decide keeps a decision for ever and has everything that it touches matched
// again. Kind and the fields of that kind, Reason, and the case are the input;
// the rest is filled in. Conflict if another decision on the same texts is in force.
func (s *Service) Decide(ctx context.Context, a ward.Actor, in decision.Decision) (decision.Decision, error) {
	object := own(a, "decision", "")
	d, err := s.cfg.Guard.Check(a, "decision.write", object)
	if err == nil {
		err = in.Check()
	}
	if err != nil {
		return decision.Decision{}, ward.Wrap("decide", err)
	}
	in.ID, in.At, in.Undone = s.cfg.IDs(), s.cfg.Clock(), decision.Undoing{}
	in.Author, in.AuthorName, in.AuthorOrg = a.Person, a.Name, a.Org
	object.ID = in.ID
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if in.Advisory != "" {
			head, err := liveHead(ctx, tx, in.Advisory)
			if err != nil {
				return err
			}
			if _, err := s.cfg.Guard.Check(a, "advisory.read", marked(head.ID, head.TLP)); err != nil {
				return ward.Fail(ward.NotFound, "")
			}
		}
		if err := decision.Insert(ctx, tx, &in); db.Duplicate(err) {
			return ward.Fail(ward.Conflict, "advisory.decision.error.exists").Because(err)
		} else if err != nil {
			return err
		}
		if err := s.decisionChanged(ctx, tx, &in); err != nil {
			return err
		}
		return s.record(ctx, tx, a, d, "decision.write", object, map[string]string{"kind": string(in.Kind), "act": "decide"})
	})
	return in, ward.Wrap("decide", err)
}

// decisionChanged tells everybody who matches; a note changes no verdict.
func (s *Service) decisionChanged(ctx context.Context, tx *db.Tx, d *decision.Decision) error {
	if d.Kind == decision.Note {
		return nil
	}
	if _, err := claim.Decisions.Next(ctx, tx); err != nil {
		return err
	}
	if s.cfg.Live != nil {
		if err := s.cfg.Live.Tell(ctx, tx, "advisory-decision", d.ID); err != nil {
			return err
		}
	}
	return s.cfg.Bus.Publish(ctx, tx, ward.DecisionMade{Decision: d.ID})
}

// Undo ends a decision's effect and keeps it with who, when and why. Conflict
// if it was ended before.
func (s *Service) Undo(ctx context.Context, a ward.Actor, id, reason string) error {
	object := own(a, "decision", id)
	d, err := s.cfg.Guard.Check(a, "decision.write", object)
	if err != nil {
		return ward.Wrap("undo decision", err)
	}
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > decision.MaxReason {
		return ward.Wrap("undo decision", ward.Fail(ward.Invalid, "advisory.decision.error.reason").At("reason"))
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		old, err := decision.ByID(ctx, tx, id)
		if err != nil {
			return err
		}
		ended, err := decision.Undo(ctx, tx, id, decision.Undoing{At: s.cfg.Clock(), By: a.Person, Name: a.Name, Reason: reason})
		if err != nil {
			return err
		}
		if !ended {
			return ward.Fail(ward.Conflict, "advisory.decision.error.undone")
		}
		if err := s.decisionChanged(ctx, tx, &old); err != nil {
			return err
		}
		return s.record(ctx, tx, a, d, "decision.write", object, map[string]string{"kind": string(old.Kind), "act": "undo"})
	})
	return ward.Wrap("undo decision", err)
}

// DecisionPage is a page of all decisions, newest first.
type DecisionPage struct {
	Decisions []decision.Decision
	Next      string // cursor of the next page; "" on the last
}

// DecisionList lists decisions in force and undone. cursor is DecisionPage.Next.
func (s *Service) DecisionList(ctx context.Context, a ward.Actor, cursor string, limit int) (DecisionPage, error) {
	if _, err := s.cfg.Guard.Check(a, "decision.read", own(a, "decision", "")); err != nil {
		return DecisionPage{}, ward.Wrap("list decisions", err)
	}
	limit = pageSize(limit)
	key, id, err := readCursor(cursor)
	if err != nil {
		return DecisionPage{}, ward.Wrap("list decisions", err)
	}
	before, _ := strconv.ParseInt(key, 10, 64)
	var out DecisionPage
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out.Decisions, err = decision.Before(ctx, tx, time.UnixMicro(before), id, limit+1)
		return err
	})
	if len(out.Decisions) > limit {
		out.Decisions = out.Decisions[:limit]
		last := out.Decisions[limit-1]
		out.Next = writeCursor(strconv.FormatInt(last.At.UnixMicro(), 10), last.ID)
	}
	return out, ward.Wrap("list decisions", err)
}

// DecisionByID reads one decision.
func (s *Service) DecisionByID(ctx context.Context, a ward.Actor, id string) (decision.Decision, error) {
	var out decision.Decision
	_, err := s.cfg.Guard.Check(a, "decision.read", own(a, "decision", id))
	if err == nil {
		err = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
			out, err = decision.ByID(ctx, tx, id)
			return err
		})
	}
	return out, ward.Wrap("read decision", err)
}
