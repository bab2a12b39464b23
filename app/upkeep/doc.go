// Package upkeep is what an operator does with a house from outside: take a
// backup, put it back, move the house to another database, and ask what is
// wrong with it.
//
// A backup is one archive, tar in zstd:
//
//	ward-backup.json           head: version, migrations, tables
//	files/NAME                 what lies in the data folder, keys above all
//	database/ward.db           SQLite: a snapshot of the file, or
//	database/TABLE/000001.jsonl  rows in the portable form, one JSON array a line
//	manifest.json              SHA-256 of every entry, rows and sum of every table
//
// The manifest comes last, so an archive that was cut short has none. It holds
// every secret of the house and is not encrypted.
//
// A table's sum adds up the hashes of its rows, so it does not depend on their
// order, which two databases do not share. It is how a copy on another database
// is known to be the same.
package upkeep

import (
	"log/slog"

	"ward/kit/clock"
	"ward/kit/conf"

	"ward/app"
)

// Config is the house that is looked after.
type Config struct {
	conf.Config
	Version string
	Clock   clock.Clock  // nil is the system's
	Log     *slog.Logger // nil discards
	// Tell is called with what is being done, for a person who waits; nil for
	// nobody.
	Tell func(string)
}

func (c Config) complete() Config {
	if c.Clock == nil {
		c.Clock = clock.System()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Tell == nil {
		c.Tell = func(string) {}
	}
	return c
}

// house is the same settings for app.
func (c Config) house() app.Config {
	return app.Config{Config: c.Config, Version: c.Version, Log: c.Log, Clock: c.Clock}
}
