package signal

import (
	"context"

	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/id"
)

// Heads are the heads of advisories, as far as they depend on what is known of CVEs.
type Heads interface {
	// Reassess brings all that name one of the CVEs up to what is known now, and
	// counts those that changed.
	Reassess(ctx context.Context, tx *db.Tx, cves []string) (touched int, err error)
	// Rescore brings all up to the stored EPSS scores.
	Rescore(ctx context.Context, tx *db.Tx) error
}

// Config of New. All fields are needed.
type Config struct {
	DB    *db.DB
	Clock clock.Clock
	IDs   id.Source
	Bus   *event.Bus
	Heads Heads
}

// Keeper stores what catalogues, scores and records say. Safe for concurrent use.
type Keeper struct{ cfg Config }

// New makes a keeper.
func New(cfg Config) *Keeper { return &Keeper{cfg} }
