package agent

import (
	"context"
	"errors"
	"io"
	"runtime"
	"time"

	"ward/format/indicator"
	"ward/format/logline"
	"ward/format/redact"
)

// Config says what a scan looks for and within which bounds. The zero value
// finds nothing.
type Config struct {
	// Index holds the indicators; nil searches for none.
	Index *indicator.Index
	// Shrink gives back the memory of a mapped index; it is called from time to time.
	// Nil does nothing.
	Shrink func()
	// Detector looks at records beside the search; nil is none.
	Detector Detector
	// Since leaves out what is known to be older: files changed last before it, and
	// hits whose line has an earlier time. Zero takes all.
	Since time.Time
	// LogFormat says how all the logs are written; logline.Auto finds it out.
	LogFormat logline.Format
	// Zone is that of stamps without one; nil is UTC.
	Zone *time.Location
	// Now stands for the time of change of a stream: the year of stamps that have
	// none is told by it. Zero leaves their times unknown.
	Now time.Time
	// Workers search at the same time; zero means one for each processor.
	Workers int
	// Memory bounds the buffers, in bytes; zero means 256 MiB. The index is mapped
	// and not counted.
	Memory int64
	// Input is what "-" reads.
	Input io.Reader
	// From is where an interrupted scan goes on; nil begins at the beginning.
	From *Progress
	// Redact, if set, takes what names people out of each hit before it is told.
	Redact *redact.Redactor
	// Hit gets each hit in the order of files and places. An error ends the scan.
	Hit func(*Hit) error
	// Step, if set, is told of progress after each piece, at most all 256 KiB.
	Step func(*Progress)
}

// Detector looks at the records of one log while its bytes pass. Implementations
// are used by one goroutine for each log.
type Detector interface {
	// Detect reads the log to its end, tells of each hit with Line and Offset (the
	// rest of the place is filled in), and returns what it counted, as "records".
	// It must read on even when it has nothing to do.
	Detect(ctx context.Context, log Log, r io.Reader, tell func(*Hit)) (map[string]int64, error)
}

// Log says of which log the bytes are.
type Log struct {
	File     string
	Modified time.Time // zero for streams

	head *head // nil until its first bytes are read
}

// ErrMemory says that the bound on memory is too small to work with.
var ErrMemory = errors.New("--memory must be at least 8 MiB")

const (
	defaultMemory = 256 << 20
	minMemory     = 8 << 20
	// pieceSize is the longest line that is searched as one.
	pieceSize = 256 << 10
	// smallPiece is what a worker alone reads at once: it, its marks and the filter
	// stay in the second cache of a core.
	smallPiece = 64 << 10
	// shrinkEvery is how many bytes are searched between two calls of Shrink.
	shrinkEvery = 8 << 20
)

func (c *Config) withDefaults() error {
	if c.Workers <= 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.Memory == 0 {
		c.Memory = defaultMemory
	}
	if c.Memory < minMemory {
		return ErrMemory
	}
	// each worker has one piece in hand, one waits, one is with the collector
	if most := int(c.Memory / (4 * pieceSize)); c.Workers > most/4 {
		c.Workers = max(1, most/4)
	}
	return nil
}
