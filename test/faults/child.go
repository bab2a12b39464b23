package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"ward"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/test/faults/house"
)

// options of a run; parent and child share them.
type options struct {
	Orgs, Rounds, Kills int
	Die                 int // child only: at this mail
	Database, Folder    string
	Seed                uint64
}

func (o options) outbox() string { return filepath.Join(o.Folder, "outbox") }

// world is the same in every process: all publications are known, and told one
// by one.
func (o options) world() *house.World {
	w := house.Europe(o.Orgs)
	for i := range o.Rounds {
		w.Publish(advisory(i), "Pump", ward.TLPClear, []string{fmt.Sprintf("CVE-2026-%04d", i)}, map[ward.ProductID]ward.Verdict{house.Pump: ward.Affected})
	}
	return w
}

func advisory(round int) ward.AdvisoryID { return ward.AdvisoryID(fmt.Sprintf("adv-%04d", round)) }

// work is the process that is killed: it publishes, unless told not to, and
// works until nothing is left.
func work(ctx context.Context, o options, publish int, out io.Writer) error {
	d, err := db.Open(ctx, o.Database)
	if err != nil {
		return err
	}
	defer d.Close()
	h, err := house.Open(ctx, d, o.world(), house.Options{Folder: o.Folder, Mail: &record{file: o.outbox(), die: int64(o.Die)},
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		return err
	}
	if publish >= 0 {
		if err := h.Tell(ctx, ward.AdvisoryPublished{Advisory: advisory(publish), Revision: "1", Why: "new"}); err != nil {
			return err
		}
	}
	fmt.Fprintln(out, "ready")
	if err := h.Start(ctx); err != nil {
		return err
	}
	if err := h.Idle(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "idle")
	return h.Stop()
}

// record is a mail sender that writes a line for each message: its id and
// whether it says that it is a repeat. The line is there before Send returns,
// and outlives the process, which may end itself at the die-th one.
type record struct {
	file string
	die  int64
	sent atomic.Int64
}

// Send implements mail.Sender.
func (r *record) Send(_ context.Context, m mail.Message) error {
	f, err := os.OpenFile(r.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	kind := "first"
	if strings.HasPrefix(m.Subject, "Repeat: ") {
		kind = "repeat"
	}
	if _, err := fmt.Fprintln(f, m.ID, kind); err != nil {
		f.Close()
		return err
	}
	if r.sent.Add(1) == r.die {
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		return errors.Join(err, f.Close())
	}
	return f.Close()
}
