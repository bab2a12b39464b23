package registry

import (
	"context"

	"ward"
	"ward/kit/db"
)

// Waiting counts what a first screen must say that somebody waits for or that
// runs out.
type Waiting struct {
	Requests     int // of organisations to be taken in
	Due          int // organisations to be checked again within 30 days
	Applications int // to join groups that the person manages
	Domains      int // of the own organisation, whose proof has gone or is about to
}

// Waiting counts for a: for whoever verifies the requests and checks of his beat,
// for a person the applications to his groups, for who keeps the organisation's
// facts its domains.
func (s *Service) Waiting(ctx context.Context, a ward.Actor) (w Waiting, err error) {
	if s.guard.May(a, "org.verify") {
		in, err := s.Requests(ctx, a)
		if err != nil {
			return w, ward.Wrap("waiting", err)
		}
		w.Requests, w.Due = len(in.Open), len(in.Due)
	}
	own := s.guard.Decide(a, "org.write", ward.Object{Org: a.Org, Country: a.Country}).Allowed
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if w.Applications, err = waitingApplications(ctx, tx, a.Person); err != nil || !own {
			return err
		}
		w.Domains, err = s.domains.Failing(ctx, tx, a.Org)
		return err
	})
	return w, ward.Wrap("waiting", err)
}
