package alert

import (
	"context"
	"errors"
	"slices"
	"time"

	"ward"
	"ward/detect/alert/matchbook"
	"ward/kit/db"
	"ward/kit/event"
)

// issueLock orders everything that makes issues or counts holdings: whoever
// comes later asks the inventory later, so the newest numbers win.
const issueLock = "alert.issue"

// errStale says that another matching was settled, or another revision stored,
// while this one ran: what it found may be older than what is stored.
var errStale = errors.New("a newer matching was settled in between")

// settleAttempts bounds how often a stale matching begins again at once; then
// the job does, after its wait.
const settleAttempts = 5

// again runs do until it is not stale.
func again(do func() error) (err error) {
	for range settleAttempts {
		if err = do(); !errors.Is(err, errStale) {
			return err
		}
	}
	return err
}

// onAdvisory raises alerts for everybody who holds what an advisory speaks of.
func (s *Service) onAdvisory(ctx context.Context, _ event.Meta, f ward.AdvisoryPublished) error {
	_, err := s.Raise(ctx, f.Advisory, f.Why)
	return ward.Wrap("raise for advisory", err)
}

// matching is what was found for one advisory, before it is written.
type matching struct {
	head    ward.AdvisoryHead
	matches []matchbook.Match
	seen    []ward.ProductID    // stored verdicts when the matching began
	began   int64               // turn of the last matching that was settled then
	at      time.Time           // when the verdicts were there
	said    string              // fingerprint of what it tells its readers; empty when it tells them nothing
	heads   []ward.AdvisoryHead // of all advisories of the issue, once it is settled
	// audience are those whom the Centre speaks to in this advisory.
	audience []ward.OrgID
}

// Raise matches the newest revision of an advisory against all inventories and
// writes the alerts: the matching outside, everything else in one transaction.
// Doing it again changes nothing. why is a reason of AdvisoryPublished. It
// returns how many alerts it changed; NotFound for an unknown advisory.
func (s *Service) Raise(ctx context.Context, advisory ward.AdvisoryID, why string) (changed int, err error) {
	s.raising.Add(1)
	defer s.raising.Add(-1)
	err = again(func() error {
		m, err := s.match(ctx, advisory)
		if err != nil {
			return err
		}
		return s.cfg.DB.Write(ctx, func(tx *db.Tx) (err error) {
			changed, err = s.settle(ctx, tx, m, why)
			return err
		})
	})
	return changed, err
}

// match asks for claims and verdicts.
func (s *Service) match(ctx context.Context, advisory ward.AdvisoryID) (matching, error) {
	var m matching
	// Before any question, so that whatever is settled later is known to be newer.
	// Products that come in from here on are matched by onInventory; only what
	// was there before may be replaced.
	if err := s.begin(ctx, advisory, &m); err != nil {
		return m, err
	}
	heads, err := s.cfg.Advisories.Heads(ctx, []ward.AdvisoryID{advisory})
	if err != nil {
		return m, err
	}
	var ok bool
	if m.head, ok = heads[advisory]; !ok {
		return m, ward.Fail(ward.NotFound, "alert.error.no_advisory")
	}
	claims, err := s.cfg.Advisories.Claims(ctx, advisory)
	if err != nil {
		return m, err
	}
	found, err := s.cfg.Inventory.Match(ctx, claims)
	if err != nil {
		return m, err
	}
	if m.audience, err = s.audienceOf(ctx, m.head); err != nil {
		return m, err
	}
	m.matches, m.said, err = s.withRemedies(ctx, advisory, found)
	m.at = s.cfg.Clock()
	return m, err
}

// begin notes what is stored before a matching asks anybody.
func (s *Service) begin(ctx context.Context, advisory ward.AdvisoryID, m *matching) error {
	return s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if m.began, err = lastTurn(ctx, tx); err != nil {
			return err
		}
		m.seen, err = productsMatched(ctx, tx, advisory)
		return err
	})
}

// withRemedies adds to verdicts what the advisory says to do, and gives the
// fingerprint of what it tells its readers.
func (s *Service) withRemedies(ctx context.Context, advisory ward.AdvisoryID, found []ward.ProductFinding) ([]matchbook.Match, string, error) {
	remedies, err := s.cfg.Advisories.Fingerprints(ctx, advisory)
	out := make([]matchbook.Match, len(found))
	for i := range found {
		out[i] = matchbook.Match{Advisory: advisory, ProductFinding: &found[i], Remedy: remedies[found[i].Finding.Path]}
	}
	slices.SortFunc(out, matchbook.ByProduct)
	return out, remedies[""], err
}
