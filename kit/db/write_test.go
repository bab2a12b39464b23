package db_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/kit/db"
	"ward/test/database"
)

var errNo = errors.New("no")

// words are the stored rows, by id.
func words(t *testing.T, d *db.DB) []string {
	t.Helper()
	var out []string
	err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
		out, err = db.Rows(context.Background(), tx, `SELECT id FROM thing ORDER BY id`, nil, func(r db.Row) (s string, err error) {
			return s, r.Scan(&s)
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// together queues the writes behind one that holds the writer, so that on
// SQLite they share a transaction, and returns their errors.
func together(d *db.DB, writes ...func(*db.Tx) error) []error {
	ctx := context.Background()
	held, free := make(chan bool), make(chan bool)
	var all sync.WaitGroup
	all.Go(func() {
		_ = d.Write(ctx, func(*db.Tx) error { close(held); <-free; return nil })
	})
	<-held
	errs := make([]error, len(writes))
	for i, fn := range writes {
		queued := make(chan bool)
		all.Go(func() { close(queued); errs[i] = d.Write(ctx, fn) })
		<-queued
		time.Sleep(2 * time.Millisecond) // the order in the queue is part of the test
	}
	close(free)
	all.Wait()
	return errs
}

func TestOneFailureIsItsOwn(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		good := func(id string) func(*db.Tx) error { return func(tx *db.Tx) error { return insert(tx, id, "") } }
		bad := func(tx *db.Tx) error { return errors.Join(insert(tx, "bad", ""), errNo) }
		twice := func(tx *db.Tx) error { return errors.Join(insert(tx, "x", ""), insert(tx, "x", "")) }
		errs := together(d, good("a"), bad, good("b"), twice, good("c"))
		for i, want := range []bool{true, false, true, false, true} {
			if got := errs[i] == nil; got != want {
				t.Errorf("write %d: got error %v, want success %v", i, errs[i], want)
			}
		}
		if !errors.Is(errs[1], errNo) || !db.Duplicate(errs[3]) {
			t.Errorf("got %v and %v, want the closure's own error and a duplicate", errs[1], errs[3])
		}
		if got, want := words(t, d), []string{"a", "b", "c"}; !slices.Equal(got, want) {
			t.Errorf("rows: got %v, want %v", got, want)
		}
	})
}

func TestPanicRollsBackAndGoesOn(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		func() {
			defer func() {
				if got := recover(); got != "boo" {
					t.Errorf("recovered %v, want boo", got)
				}
			}()
			_ = d.Write(context.Background(), func(tx *db.Tx) error { _ = insert(tx, "a", ""); panic("boo") })
		}()
		ended := make(chan bool)
		go func() { // as a test's FailNow does
			defer close(ended)
			_ = d.Write(context.Background(), func(tx *db.Tx) error { _ = insert(tx, "b", ""); runtime.Goexit(); return nil })
		}()
		<-ended
		if err := put(d, "c", ""); err != nil {
			t.Fatalf("the write after a panic: %v", err)
		}
		if got, want := words(t, d), []string{"c"}; !slices.Equal(got, want) {
			t.Errorf("rows: got %v, want %v", got, want)
		}
	})
}

func TestCancelledBeforeAndBetweenStatements(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		ctx, cancel := context.WithCancel(context.Background())
		err := d.Write(ctx, func(tx *db.Tx) error {
			_ = insert(tx, "a", "")
			cancel()
			_, err := tx.Exec(ctx, `INSERT INTO thing (id, word) VALUES ('b', '')`)
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled between statements: got %v", err)
		}
		err = d.Write(ctx, func(tx *db.Tx) error { return insert(tx, "c", "") })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled before: got %v", err)
		}
		if got := words(t, d); len(got) != 0 {
			t.Errorf("rows: got %v, want none", got)
		}
	})
}

// An interrupted INSERT makes SQLite give up the whole transaction, with the
// writes of others in it; so a statement of a write is not interrupted.
func TestCancelInsideAStatementHarmsNobody(t *testing.T) {
	const slow = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
		INSERT INTO thing (id, word) SELECT 'n' || i, '' FROM n RETURNING id`
	d := database.Open(t, database.SQLite)
	table(t, d)
	ctx, cancel := context.WithCancel(context.Background())
	errs := together(d,
		func(tx *db.Tx) error { return insert(tx, "before", "") },
		func(tx *db.Tx) error {
			time.AfterFunc(20*time.Millisecond, cancel)
			return errors.Join(tx.Query(ctx, slow, nil, func(db.Row) error { return nil }), errNo)
		},
		func(tx *db.Tx) error { return insert(tx, "behind", "") })
	if errs[0] != nil || errs[2] != nil {
		t.Errorf("neighbours: got %v and %v, want none", errs[0], errs[2])
	}
	if got, want := words(t, d), []string{"before", "behind"}; !slices.Equal(got, want) {
		t.Errorf("rows: got %d, want %v", len(got), want)
	}
}

func TestAfterCommit(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		table(t, d)
		calls := 0
		hook := func(tx *db.Tx) { tx.AfterCommit(func() { calls++ }) }
		if err := d.Write(context.Background(), func(tx *db.Tx) error { hook(tx); hook(tx); return insert(tx, "a", "") }); err != nil {
			t.Fatal(err)
		}
		if calls != 2 {
			t.Errorf("after a commit: got %d calls, want 2", calls)
		}
		_ = d.Write(context.Background(), func(tx *db.Tx) error { hook(tx); return errNo })
		if calls != 2 {
			t.Errorf("after a rollback: got %d calls, want still 2", calls)
		}
		// A hook may write: it no longer holds the writer.
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			tx.AfterCommit(func() { _ = put(d, "b", "") })
			return nil
		})
		if got, want := words(t, d), []string{"a", "b"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("a hook that writes: got %v, %v, want %v", got, err, want)
		}
	})
}

func TestLostRaceIsRepeated(t *testing.T) {
	d := database.Open(t, database.Postgres)
	table(t, d)
	tries, hooks := 0, 0
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		tries++
		tx.AfterCommit(func() { hooks++ })
		if err := insert(tx, fmt.Sprint(tries), ""); err != nil || tries == 3 {
			return err
		}
		_, err := tx.Exec(context.Background(), `DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''40001''; END'`)
		return err
	})
	if got := words(t, d); err != nil || tries != 3 || hooks != 1 || !slices.Equal(got, []string{"3"}) {
		t.Errorf("got error %v, %d tries, %d hooks, rows %v; want 3 tries, 1 hook, row 3", err, tries, hooks, got)
	}
}

func TestCloseUnderLoad(t *testing.T) {
	for _, kind := range []database.Kind{database.SQLite, database.Postgres} {
		t.Run(string(kind), func(t *testing.T) {
			url := database.URL(t, kind)
			d := database.Dial(t, url)
			table(t, d)
			acknowledged := writeUntilClosed(t, d, func() { time.Sleep(100 * time.Millisecond); d.Close() })
			if err := d.Close(); err != nil {
				t.Errorf("closing twice: %v", err)
			}
			if err := d.Ping(context.Background()); ward.CodeOf(err) != ward.Unavailable {
				t.Errorf("read after closing: got %v, want Unavailable", err)
			}
			if got := words(t, database.Dial(t, url)); len(got) < acknowledged || acknowledged == 0 {
				t.Errorf("got %d rows, %d were acknowledged", len(got), acknowledged)
			}
		})
	}
}

// writeUntilClosed runs 32 writers until each is refused and counts what was acknowledged.
// The end comes when one of them had its answer, however busy the machine is.
func writeUntilClosed(t *testing.T, d *db.DB, end func()) int {
	var all sync.WaitGroup
	var once sync.Once
	begun := make(chan bool)
	counts := make([]int, 32)
	for w := range counts {
		all.Go(func() {
			for {
				err := put(d, fmt.Sprintf("%d-%d", w, counts[w]), "")
				once.Do(func() { close(begun) })
				if err != nil {
					if ward.CodeOf(err) != ward.Unavailable {
						t.Errorf("got %v, want Unavailable", err)
					}
					return
				}
				counts[w]++
			}
		})
	}
	<-begun
	end()
	all.Wait()
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}
