package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"ward/kit/db"
)

// result is what a run counted.
type result struct {
	Alerts, Mails, Repeats, Kills int
}

// run does the rounds and checks after each of them.
func run(ctx context.Context, o options, say func(string, ...any)) (result, error) {
	if o.Folder == "" {
		dir, err := os.MkdirTemp("", "ward-faults-")
		if err != nil {
			return result{}, err
		}
		defer os.RemoveAll(dir)
		o.Folder = dir
	}
	if o.Database == "" {
		o.Database = "sqlite:" + filepath.Join(o.Folder, "ward.db")
	}
	moments := rand.New(rand.NewPCG(o.Seed, 0))
	var r result
	full := time.Duration(0) // how long the work of a round takes: the first one goes undisturbed
	for round := range o.Rounds {
		publish := round
		for kill := range o.Kills {
			if full == 0 {
				break
			}
			// A moment of the clock falls anywhere, and now and then after the work;
			// a mail of every second round is always within it.
			d := death{after: 1 + time.Duration(moments.Int64N(int64(full)))}
			if kill == 0 && round%2 == 1 {
				d = death{mail: 1 + moments.IntN(o.Orgs)}
			}
			took, err := child(ctx, o, publish, d)
			publish = -1
			switch {
			case errors.Is(err, errKilled):
				r.Kills++
			case err != nil:
				return r, err
			default:
				full = min(full, took) // the first round was slow
			}
		}
		took, err := child(ctx, o, publish, death{})
		if err != nil {
			return r, err
		}
		if round == 0 {
			full = took
		}
		if err := check(ctx, o, round, &r); err != nil {
			return r, fmt.Errorf("round %d: %w", round, err)
		}
		say("round %d: %d kills so far, %d alerts, %d mails, %d repeats", round, r.Kills, r.Alerts, r.Mails, r.Repeats)
	}
	return r, nil
}

// errKilled says that a child was cut off at its work, as was meant.
var errKilled = errors.New("killed")

// death says when a child is killed; a zero one lets it live.
type death struct {
	after time.Duration // after its fact is durable, unless it is done before
	mail  int           // as it sends its nth mail, counted from 1
}

// child runs the process and gives how long its work took.
func child(ctx context.Context, o options, publish int, d death) (time.Duration, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, self, "-child", "-publish", strconv.Itoa(publish), "-orgs", strconv.Itoa(o.Orgs),
		"-rounds", strconv.Itoa(o.Rounds), "-die", strconv.Itoa(d.mail), "-database", o.Database, "-folder", o.Folder)
	cmd.Env = append(os.Environ(), childEnv+"=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	lines := bufio.NewScanner(out)
	ready := lines.Scan() && lines.Text() == "ready"
	start := time.Now()
	if ready && d.after > 0 {
		defer time.AfterFunc(d.after, func() { cmd.Process.Kill() }).Stop() //nolint:errcheck // it may have ended
	}
	idle := ready && lines.Scan() && lines.Text() == "idle"
	took := time.Since(start)
	err = cmd.Wait()
	switch {
	case idle: // killed or not after its work: nothing was cut off
		return took, nil
	case d != death{} && ready:
		return took, errKilled
	}
	return took, errors.Join(errors.New("the process ended before its work was done"), err)
}

// childEnv tells the test binary that it is the child.
const childEnv = "WARD_FAULTS_CHILD"

// check counts what a round must have brought: one alert for each organisation,
// each mail sent at least once, and each further time marked.
func check(ctx context.Context, o options, round int, r *result) error {
	d, err := db.Open(ctx, o.Database)
	if err != nil {
		return err
	}
	defer d.Close()
	var alerts, holders, unsent, mails int
	err = d.Read(ctx, func(tx *db.Tx) error {
		if err := tx.QueryRow(ctx, `SELECT COUNT(*), COUNT(DISTINCT a.org) FROM alert a JOIN alert_issue_advisory s ON s.issue = a.issue
			WHERE s.advisory = $1`, advisory(round)).Scan(&alerts, &holders); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN d.state <> 'sent' THEN 1 ELSE 0 END), 0), COUNT(*)
			FROM alert_delivery d WHERE d.channel = 'mail'`).Scan(&unsent, &mails)
	})
	if err != nil {
		return err
	}
	if alerts != o.Orgs || holders != o.Orgs {
		return fmt.Errorf("%d alerts for %d organisations, want one for each of %d", alerts, holders, o.Orgs)
	}
	if want := o.Orgs * (round + 1); unsent != 0 || mails != want {
		return fmt.Errorf("%d mails, of which %d are not sent, want %d and 0", mails, unsent, want)
	}
	r.Alerts += alerts
	r.Mails, r.Repeats, err = marked(o.outbox(), mails)
	return err
}

// marked reads the record of the receiving side.
func marked(file string, want int) (mails, repeats int, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, 0, err
	}
	seen := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		id, kind, _ := strings.Cut(line, " ")
		mails++
		if kind == "repeat" {
			repeats++
		}
		if seen[id] && kind != "repeat" {
			return mails, repeats, fmt.Errorf("mail %s came again and does not say so", id)
		}
		seen[id] = true
	}
	if len(seen) != want {
		return mails, repeats, fmt.Errorf("%d different mails reached the receivers, want %d", len(seen), want)
	}
	return mails, repeats, nil
}
