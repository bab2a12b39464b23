package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

// liteOptions: WAL lets readers go on beside the writer; FULL syncs the log at
// each commit, as an alert or an audit entry that was acknowledged must survive
// a power cut; the writer takes its lock at BEGIN.
const liteOptions = "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)&_pragma=cache_size(-32000)&_txlock=immediate"

const (
	liteReaders = 8   // WAL readers; page reads are short
	groupSize   = 512 // writes that may share one commit
	queueSize   = 4096
)

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if path == "" || path == ":memory:" {
		return nil, errors.New("a file is needed")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := private(path); err != nil {
		return nil, err
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + liteOptions + liteBacklog
	writer, err := openLite(dsn)
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := writer.PingContext(ctx); err != nil {
		writer.Close()
		return nil, err
	}
	reader, err := openLite(dsn + "&mode=ro&_pragma=query_only(1)")
	if err != nil {
		writer.Close()
		return nil, err
	}
	reader.SetMaxOpenConns(liteReaders)
	reader.SetMaxIdleConns(liteReaders)
	keeper, err := openLite(dsn)
	if err != nil {
		return nil, errors.Join(err, writer.Close(), reader.Close())
	}
	keeper.SetMaxOpenConns(1)
	d := &DB{lite: writer, read: reader, writes: make(chan *write, queueSize), stop: make(chan struct{})}
	d.done.Add(2)
	go d.writer()
	go d.checkpoints(keeper, d.stop)
	return d, nil
}

// private makes the file, its log and the index of that readable for their owner
// alone, also where an earlier version made them otherwise. Those of another user
// stay as they are. A file that is there is not opened: closing it would end the
// locks that this process holds on it (sqlite.org/howtocorrupt.html, 2.2).
func private(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, os.ErrExist) {
		return err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		err := os.Chmod(path+suffix, 0o600)
		if err != nil && !errors.Is(err, os.ErrPermission) && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// write is one waiting closure. The writer hands its transaction to the waiting
// goroutine, which runs the closure itself: so a panic or a test's FailNow in
// the closure ends its own goroutine and not the writer.
type write struct {
	turn chan *sql.Tx // the transaction, once; closed instead when there is none
	ran  chan outcome // what came of the closure
	done chan error   // how the transaction ended
}

// outcome is what the waiting goroutine tells the writer.
type outcome struct {
	err  error
	lost bool // SQLite has given up the whole transaction, not only this part
}

func newWrite() *write {
	return &write{turn: make(chan *sql.Tx, 1), ran: make(chan outcome, 1), done: make(chan error, 1)}
}

func (d *DB) writeSQLite(ctx context.Context, fn func(*Tx) error) error {
	w := newWrite()
	if err := d.enqueue(ctx, w); err != nil {
		return err
	}
	// Once queued it runs to its end: giving up here would leave the caller
	// without knowing whether it was written.
	t, ok := <-w.turn
	if !ok {
		return <-w.done
	}
	tx := &Tx{lite: t, write: true}
	w.run(ctx, tx, fn)
	if err := <-w.done; err != nil {
		return err
	}
	tx.committed()
	return nil
}

// enqueue holds the gate while it waits for a place in the queue: the writer goes
// on meanwhile, so Close waits for it no longer than a commit.
func (d *DB) enqueue(ctx context.Context, w *write) error {
	d.gate.RLock()
	defer d.gate.RUnlock()
	if d.closed {
		return closing()
	}
	select {
	case d.writes <- w:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run is the closure in a savepoint, so that its failure is its own.
func (w *write) run(ctx context.Context, tx *Tx, fn func(*Tx) error) {
	res := outcome{err: errors.New("the write ended in a panic")}
	defer func() {
		if res.err != nil {
			if _, err := tx.lite.Exec(`ROLLBACK TO w`); err != nil {
				res = outcome{err: errors.Join(res.err, err), lost: true}
			}
		}
		if _, err := tx.lite.Exec(`RELEASE w`); res.err == nil && err != nil {
			res = outcome{err: err, lost: true}
		}
		w.ran <- res
	}()
	if err := ctx.Err(); err != nil {
		res.err = err
		return
	}
	res.err = fn(tx)
}

// writer is the one goroutine that writes. It takes all that waits, up to
// groupSize, and commits it together.
func (d *DB) writer() {
	defer d.done.Done()
	for w := range d.writes {
		for group := d.gather(w); len(group) > 0; {
			group = d.commit(group)
		}
	}
}

// gather takes what waits already and does not wait for more: a lone write is not
// held up for company.
func (d *DB) gather(first *write) []*write {
	group := []*write{first}
	for len(group) < groupSize {
		select {
		case w, ok := <-d.writes:
			if !ok {
				return group
			}
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

// commit runs the group in one transaction; a failed commit fails all that had
// succeeded. It returns those whose turn did not come.
func (d *DB) commit(group []*write) []*write {
	t, err := d.lite.BeginTx(context.Background(), nil)
	if err != nil {
		for _, w := range group {
			close(w.turn)
		}
		finish(group, fmt.Errorf("begin: %w", err))
		return nil
	}
	var good []*write
	for i, w := range group {
		res := w.take(t)
		if res.lost {
			_ = t.Rollback() // there is nothing left to roll back
			finish(append(good, w), res.err)
			return group[i+1:]
		}
		if res.err != nil {
			finish([]*write{w}, res.err)
			continue
		}
		good = append(good, w)
	}
	if err := t.Commit(); err != nil {
		finish(good, fmt.Errorf("commit: %w", err))
		return nil
	}
	d.wrote.Store(true)
	finish(good, nil)
	return nil
}

// take gives w its turn and waits until it has run.
func (w *write) take(t *sql.Tx) outcome {
	if _, err := t.Exec(`SAVEPOINT w`); err != nil {
		close(w.turn)
		return outcome{err: err, lost: true}
	}
	w.turn <- t
	return <-w.ran
}

// finish ends the writes of a group alike.
func finish(group []*write, err error) {
	for _, w := range group {
		w.done <- unavailable(err)
	}
}
