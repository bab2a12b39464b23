// Command reports measures a real `ward serve` as hospitals report to it at a
// steady rate: how long sending takes until it is durable and answered, how far the
// picture is behind, and how long pages of the picture take with a year of incidents.
//
//	go run ./test/load/reports
//	go run ./test/database/cluster -- sh -c 'go run ./test/load/reports -database "$WARD_TEST_POSTGRES"'
//
// The database must be empty. Generator and server share the machine's cores.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"time"

	"ward"
	"ward/test/process"
)

// options of a run.
type options struct {
	Reports, Year int
	Span          time.Duration
	Database      string
}

func main() {
	process.Main()
	var o options
	flag.IntVar(&o.Reports, "reports", 1000, "reports that are sent")
	flag.DurationVar(&o.Span, "for", time.Minute, "in this time")
	flag.IntVar(&o.Year, "year", 50_000, "incidents of the last year in the picture")
	flag.StringVar(&o.Database, "database", "", "address of an empty database; empty means SQLite in a temporary folder")
	flag.Parse()
	folder, err := os.MkdirTemp("", "ward-reports-")
	if err != nil {
		log.Fatal(err)
	}
	err = measure(context.Background(), o, folder)
	os.RemoveAll(folder) //nolint:errcheck // a folder of ours
	if err != nil {
		log.Fatal(err)
	}
}

func measure(ctx context.Context, o options, folder string) error {
	srv, err := process.New(folder, o.Database)
	if err != nil {
		return err
	}
	if err := srv.Start(ctx); err != nil {
		return err
	}
	defer srv.Kill() //nolint:errcheck // the end
	people := map[ward.Role]*process.Client{}
	for r := range srv.Links {
		if people[r], err = srv.As(ctx, r); err != nil {
			return err
		}
	}
	if err := people[ward.RoleOperator].Rest(ctx, 5*time.Minute); err != nil {
		return err
	}
	if err := fill(ctx, srv.Database, o.Year); err != nil {
		return err
	}
	if err := submit(ctx, o, people[ward.RoleManager], people[ward.RoleCSIRT]); err != nil {
		return err
	}
	if err := people[ward.RoleOperator].Rest(ctx, 5*time.Minute); err != nil {
		return err
	}
	return pages(ctx, people)
}

// told prints how long something took.
func told(what string, all []time.Duration) {
	slices.Sort(all)
	at := func(p float64) time.Duration {
		return all[min(len(all)-1, int(p*float64(len(all))))].Round(100 * time.Microsecond)
	}
	fmt.Printf("%-60s %5d times: p50 %v, p99 %v, max %v\n", what, len(all), at(.5), at(.99), all[len(all)-1].Round(100*time.Microsecond))
}
