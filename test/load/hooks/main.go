// Command hooks measures how fast webhooks are called: from the advisory that is
// told until the receivers were called, with dead, slow and failing ones among
// them. Receivers keep their connections open; 30 hospitals share one.
//
//	go run ./test/load/hooks -hooks 15000
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"ward"
	"ward/kit/db"
	"ward/test/faults/house"
)

func main() {
	hooks := flag.Int("hooks", 15000, "webhooks, one of each hospital")
	flag.Parse()
	if err := run(*hooks); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(hooks int) error {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "ward-hooks-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	r, err := listen(hooks)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(folder, "ward.db"))
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // the program ends
	w := house.Europe(hooks)
	w.Do(func() { clear(w.People) }) // mails are measured elsewhere
	w.Publish("adv-1", "Infusion pump takes commands from the network", ward.TLPClear, []string{"CVE-2026-1"},
		map[ward.ProductID]ward.Verdict{house.Pump: ward.Affected})
	h, err := house.Open(ctx, d, w, house.Options{Folder: folder})
	if err != nil {
		return err
	}
	if err := register(ctx, h, r, hooks); err != nil {
		return err
	}
	if err := h.Start(ctx); err != nil {
		return err
	}
	defer h.Stop() //nolint:errcheck // the program ends
	begin := time.Now()
	if err := h.Tell(ctx, ward.AdvisoryPublished{Advisory: "adv-1", Why: "new"}); err != nil {
		return err
	}
	return r.await(begin)
}

// register makes a webhook of each hospital, as its manager does.
func register(ctx context.Context, h *house.House, r *receivers, hooks int) error {
	var wg sync.WaitGroup
	var failed atomic.Value
	next := atomic.Int64{}
	for range 64 {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < hooks; i = int(next.Add(1)) - 1 {
				o := h.World.Orgs[house.Org(i)]
				a := ward.Actor{Person: ward.PersonID("p-" + o.ID), Org: o.ID, Country: o.Country, Kind: o.Kind, Role: ward.RoleManager}
				if _, err := h.Alerts.Hooks().Add(ctx, a, r.address(i), ward.TLPGreen); err != nil {
					failed.Store(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if err, ok := failed.Load().(error); ok {
		return errors.Join(errors.New("register webhooks"), err)
	}
	return nil
}
