package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"ward"
)

// liteOptions: WAL lets readers go on beside the writer; FULL syncs the log at
// each commit, as an alert or an audit entry that was acknowledged must survive
// a power cut; the writer takes its lock at BEGIN.
const liteOptions = "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)" +
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
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + liteOptions
	writer, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := writer.PingContext(ctx); err != nil {
		writer.Close()
		return nil, err
	}
	reader, err := sql.Open("sqlite", dsn+"&mode=ro&_pragma=query_only(1)")
	if err != nil {
		writer.Close()
		return nil, err
	}
	reader.SetMaxOpenConns(liteReaders)
	reader.SetMaxIdleConns(liteReaders)
	d := &DB{lite: writer, read: reader, writes: make(chan *write, queueSize), closed: make(chan struct{})}
	d.done.Add(1)
	go d.writer()
	return d, nil
}

// write is one waiting closure.
type write struct {
	ctx  context.Context
	fn   func(*Tx) error
	err  error
	tx   *Tx
	done chan struct{}
}

func (d *DB) writeSQLite(ctx context.Context, fn func(*Tx) error) error {
	w := &write{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case d.writes <- w:
	case <-ctx.Done():
		return ctx.Err()
	case <-d.closed:
		return errClosed
	}
	// Once queued it runs to its end: giving up here would leave the caller
	// without knowing whether it was written.
	select {
	case <-w.done:
		return w.err
	case <-d.closed:
		<-w.done
		return w.err
	}
}

var errClosed = ward.Fail(ward.Unavailable, "error.closing")

// writer is the one goroutine that writes. It takes all that waits, up to
// groupSize, and commits it together.
func (d *DB) writer() {
	defer d.done.Done()
	for {
		select {
		case w := <-d.writes:
			d.commit(d.gather(w))
		case <-d.closed:
			d.drain()
			return
		}
	}
}

func (d *DB) gather(first *write) []*write {
	group := []*write{first}
	for len(group) < groupSize {
		select {
		case w := <-d.writes:
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

func (d *DB) drain() {
	for {
		select {
		case w := <-d.writes:
			d.commit(d.gather(w))
		default:
			return
		}
	}
}

// commit runs the group in one transaction. Each closure has a savepoint, so
// its failure is its own; a failed commit fails all that had succeeded.
func (d *DB) commit(group []*write) {
	t, err := d.lite.BeginTx(context.Background(), nil)
	if err == nil {
		for _, w := range group {
			w.err = w.run(t)
		}
		err = t.Commit()
	}
	for _, w := range group {
		if w.err == nil && err != nil {
			w.err = commitError(err)
		}
		if w.err == nil {
			w.tx.committed()
		}
		close(w.done)
	}
}

// commitError names a full disk, which a person can mend; nothing that was
// acknowledged is lost by it.
func commitError(err error) error {
	if diskFull(err) {
		return ward.Fail(ward.Unavailable, "error.disk_full").Because(err)
	}
	return fmt.Errorf("commit: %w", err)
}

func (w *write) run(t *sql.Tx) (err error) {
	w.tx = &Tx{lite: t}
	if w.ctx.Err() != nil {
		return w.ctx.Err()
	}
	if _, err := t.Exec(`SAVEPOINT w`); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v", p)
		}
		if err != nil {
			if diskFull(err) {
				err = ward.Fail(ward.Unavailable, "error.disk_full").Because(err)
			}
			_, back := t.Exec(`ROLLBACK TO w`)
			err = errors.Join(err, back)
		}
		if _, rel := t.Exec(`RELEASE w`); err == nil {
			err = rel
		}
	}()
	return w.fn(w.tx)
}
