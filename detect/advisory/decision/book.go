package decision

import (
	"context"
	"sync"

	"ward"
	"ward/detect/advisory/claim"
	"ward/format/match"
	"ward/kit/db"
)

// Book holds the decisions in force in the matcher's form and follows their
// counter, like claim.Index. Safe for concurrent use.
type Book struct {
	db     *db.DB
	mu     sync.Mutex
	change int64
	value  *match.Decisions
}

// NewBook makes one; it reads nothing yet.
func NewBook(d *db.DB) *Book { return &Book{db: d} }

// Now follows the database and gives what is in force now. The value is shared and
// must not be changed.
func (c *Book) Now(ctx context.Context) (*match.Decisions, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var n int64
	var list []Decision
	err := c.db.Read(ctx, func(tx *db.Tx) (err error) {
		if n, err = claim.Decisions.Read(ctx, tx); err != nil || c.value != nil && n == c.change {
			return err
		}
		list, err = inForce(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if c.value == nil || n != c.change {
		c.value, c.change = forMatcher(list), n
	}
	return c.value, nil
}

func forMatcher(list []Decision) *match.Decisions {
	out := &match.Decisions{Aliases: map[match.Alias]bool{}, Readings: map[match.Reading]ward.Verdict{}}
	for i := range list {
		switch d := &list[i]; d.Kind {
		case Alias:
			out.Aliases[d.alias()] = d.Same
		case Reading:
			out.Readings[d.reading()] = d.Verdict
		}
	}
	return out
}
