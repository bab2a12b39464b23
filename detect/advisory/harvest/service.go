package harvest

import (
	"context"
	"io"

	"ward"
	"ward/detect/advisory/provider"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/live"
)

// Intake is where what sources bring goes to.
type Intake interface {
	// Documents takes in single documents of one source, and tells of each in
	// their order what became of it. Why one was refused it keeps as a Fault.
	Documents(ctx context.Context, source string, in []Document) ([]Fate, error)
	// File takes in all that a source gives at its one address, by its kind.
	File(ctx context.Context, src *Source, r io.Reader) error
}

// Document is one that came from a provider, with what was proved of it.
type Document struct {
	provider.Document
	Name     string   // its address in the listing
	Unmarked ward.TLP // what it counts as without any marking: the narrower of what feed and source say
}

// Fate is what became of a document.
type Fate int

// Fates. The zero value lets it be fetched again later.
const (
	Again   Fate = iota // our own fault
	Taken               // it is here, or was already
	Refused             // until its listing names a newer one
)

// Config of New. All fields but Live are needed.
type Config struct {
	DB      *db.DB
	Clock   clock.Clock
	IDs     id.Source
	Guard   *auth.Guard
	Audit   *audit.Log
	Enqueue func(context.Context, *db.Tx, ...job.Args) error
	Client  *provider.Client
	Live    *live.Hub
	Intake  Intake
}

// Sources keeps the sources and asks them when they are due. Safe for concurrent use.
type Sources struct{ cfg Config }

// New makes it; nothing is asked yet.
func New(cfg Config) *Sources { return &Sources{cfg} }
