package inventory

import (
	"context"
	"sync"

	"ward"
	"ward/kit/db"
)

// summary is what first screens and lists say of one inventory. It holds as long
// as the number of the last change and the day are the same.
type summary struct {
	change  int64
	day     string
	figures Figures
	choices Choices
}

// maxSummaries bounds the summaries that are kept; all are dropped when they are
// more, as each is a walk over one inventory and no more.
const maxSummaries = 2000

// summaries keeps a summary for each organisation whose people are at work.
type summaries struct {
	mu    sync.Mutex
	byOrg map[ward.OrgID]summary
}

func (c *summaries) find(org ward.OrgID, change int64, day string) (summary, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.byOrg[org]
	return s, ok && s.change == change && s.day == day
}

func (c *summaries) keep(org ward.OrgID, s summary) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byOrg == nil || len(c.byOrg) >= maxSummaries {
		c.byOrg = map[ward.OrgID]summary{}
	}
	c.byOrg[org] = s
}

// summary reads what a may see, from memory where nothing has changed. Only the
// inventory of a single organisation is kept: that is who opens these pages.
func (s *Service) summary(ctx context.Context, a ward.Actor) (out summary, err error) {
	scope := s.cfg.Guard.Scope(a, read)
	one := len(scope.Orgs) == 1 && !scope.Everything && len(scope.Countries) == 0
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		now := summary{day: s.today()}
		if one {
			if now.change, err = changeOf(ctx, tx, scope.Orgs[0]); err != nil {
				return err
			}
			var known bool
			if out, known = s.kept.find(scope.Orgs[0], now.change, now.day); known {
				return nil
			}
		}
		if now.figures, err = readFigures(ctx, tx, scope, now.day); err != nil {
			return err
		}
		if now.choices, err = readChoices(ctx, tx, scope); err != nil {
			return err
		}
		if one {
			s.kept.keep(scope.Orgs[0], now)
		}
		out = now
		return nil
	})
	return out, err
}

// Choices gives the values that a list can be filtered by.
func (s *Service) Choices(ctx context.Context, a ward.Actor) (Choices, error) {
	out, err := s.summary(ctx, a)
	return out.choices, ward.Wrap("choices", err)
}

// Figures sums up what a may see.
func (s *Service) Figures(ctx context.Context, a ward.Actor) (Figures, error) {
	out, err := s.summary(ctx, a)
	return out.figures, ward.Wrap("figures", err)
}
