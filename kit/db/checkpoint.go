package db

import (
	"database/sql"
	"time"
)

// A commit that finds the log of SQLite long copies it into the file before it
// answers, and everybody waits. So the writer does it only when the log is very
// long (liteBacklog pages of 4 KB), and a connection of its own copies the log
// beside all other work, as far as no reader needs it.
const (
	checkpointEvery = time.Second
	liteBacklog     = "&_pragma=wal_autocheckpoint(16000)"
)

// checkpoints copies the log whenever something was written, until stop closes.
// What it cannot copy now, a full disk say, it tries a second later; the last
// connection that closes copies the rest.
func (d *DB) checkpoints(keeper *sql.DB, stop <-chan struct{}) {
	defer d.done.Done()
	defer keeper.Close() //nolint:errcheck // nothing was written by it
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		if d.wrote.Swap(false) {
			var busy, pages, copied int
			_ = keeper.QueryRow(`PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &pages, &copied)
		}
	}
}
