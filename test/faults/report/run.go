package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/test/process"
)

// options of a run.
type options struct {
	Kills, Most      int
	Database, Folder string
	Seed             uint64
	After            func(*world, *process.Server) error // with the house still at work; nil for nothing
}

// result is what a run counted.
type result struct {
	Kills, Reports, Sendings, Mails, Repeats int
	Left                                     map[string]int // kills that left something at a step
}

// String implements fmt.Stringer.
func (r result) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d kills, %d reports, %d sendings, %d mails, %d of them tried again and marked; kills that fell between two steps:", r.Kills, r.Reports, r.Sendings, r.Mails, r.Repeats)
	for _, s := range steps {
		fmt.Fprintf(&b, " %s %d;", s, r.Left[s])
	}
	return strings.TrimSuffix(b.String(), ";")
}

// all says whether a kill fell between any two steps.
func (r result) all() bool { return len(r.Left) == len(steps) }

// desks is how many people of each hospital report at the same time.
const desks = 4

// run lets hospitals report while the server is killed, then counts.
func run(ctx context.Context, o options, say func(string, ...any)) (result, error) {
	r := result{Left: map[string]int{}}
	srv, err := process.New(o.Folder, o.Database)
	if err != nil {
		return r, err
	}
	if err := srv.Start(ctx); err != nil {
		return r, err
	}
	defer srv.Kill() //nolint:errcheck // it may be gone
	w, err := settle(ctx, srv)
	if err != nil {
		return r, err
	}
	c := &crowd{stop: make(chan struct{}), answers: make(chan string), asked: map[string]bool{}, failed: make(chan error, len(w.hospitals))}
	for _, h := range w.hospitals {
		c.wait.Add(1)
		go h.work(ctx, c)
	}
	moments := rand.New(rand.NewPCG(o.Seed, 0))
	for r.Kills < o.Kills || r.Kills < o.Most && !r.all() {
		if err := kill(ctx, srv, c, moments, &r); err != nil {
			return r, err
		}
		if r.Kills%10 == 0 {
			say("%v", r)
		}
	}
	close(c.stop)
	c.wait.Wait()
	select {
	case err := <-c.failed:
		return r, err
	default:
	}
	err = w.check(ctx, srv, &r)
	if err == nil && o.After != nil {
		err = o.After(w, srv)
	}
	return r, err
}

// kill waits for a moment, kills, looks at what is left and starts again.
func kill(ctx context.Context, srv *process.Server, c *crowd, moments *rand.Rand, r *result) error {
	if err := moment(ctx, srv, c, moments); err != nil {
		return err
	}
	if err := srv.Kill(); err != nil {
		return err
	}
	c.down.Store(true)
	r.Kills++
	d, err := db.Open(ctx, srv.Database)
	if err != nil {
		return err
	}
	at, err := left(ctx, d, srv.Outbox(), c)
	d.Close() //nolint:errcheck // read only
	if err != nil {
		return err
	}
	for step := range maps.Keys(at) {
		if at[step] > 0 {
			r.Left[step]++
		}
	}
	err = srv.Start(ctx)
	c.down.Store(false)
	return err
}

// tables are what a moment may wait for in the database: a sending before its
// answer is out, a try before its mail is.
var tables = map[string]string{"sent": `SELECT COUNT(*) FROM incident_sending`, "tried": `SELECT COALESCE(SUM(tries), 0) FROM incident_delivery`}

// moment waits for one: as a step is answered, as a row or a mail appears, or any.
func moment(ctx context.Context, srv *process.Server, c *crowd, moments *rand.Rand) error {
	time.Sleep(time.Duration(moments.IntN(300)) * time.Millisecond)
	wanted := []string{"begin", "early", "notification", "mail", "sent", "tried", "any"}[moments.IntN(7)]
	d, err := db.Open(ctx, srv.Database)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // read only
	look := func() (n int, err error) {
		switch {
		case wanted == "mail":
			return count(srv.Outbox()), nil
		case tables[wanted] != "":
			err = d.Read(ctx, func(tx *db.Tx) error { return tx.QueryRow(ctx, tables[wanted]).Scan(&n) })
		}
		return n, err
	}
	first, err := look()
	for end := time.Now().Add(5 * time.Second); err == nil && wanted != "any" && time.Now().Before(end); {
		select {
		case err := <-c.failed:
			return err
		case step := <-c.answers:
			if step == wanted {
				time.Sleep(time.Duration(moments.IntN(2)*moments.IntN(40)) * time.Millisecond)
				return nil
			}
		default:
			var n int
			if n, err = look(); n > first {
				return err
			}
			time.Sleep(50 * time.Microsecond)
		}
	}
	return err
}

func count(folder string) int {
	list, err := os.ReadDir(folder)
	if err != nil {
		return 0
	}
	return len(list)
}

// settle brings a new training house to rest and lets two hospitals in: one whose
// team works in the house, and one of a country whose team gets mail.
func settle(ctx context.Context, srv *process.Server) (*world, error) {
	w := &world{}
	op, err := srv.As(ctx, ward.RoleOperator)
	if err != nil {
		return nil, err
	}
	w.operator = op
	if w.team, err = srv.As(ctx, ward.RoleCSIRT); err != nil {
		return nil, err
	}
	if err := w.operator.Rest(ctx, patient); err != nil {
		return nil, err
	}
	home, err := srv.As(ctx, ward.RoleManager)
	if err != nil {
		return nil, err
	}
	abroad, err := w.foreign(ctx, srv)
	if err != nil {
		return nil, err
	}
	for range desks {
		w.hospitals = append(w.hospitals, newHospital("HR", home), newHospital("IE", abroad))
	}
	return w, w.begin(ctx, srv)
}
