// Command faults kills the house while an alert goes out to many organisations,
// again and again, and then counts: nothing may be lost, and nothing may come
// twice without saying so.
//
//	go run ./test/faults -orgs 15000 -rounds 60 -database sqlite:/tmp/faults/ward.db
//	go run ./test/faults -orgs 15000 -rounds 60 -database "$WARD_TEST_POSTGRES"
//
// The database must be empty. The first round goes undisturbed and is timed; the
// kills of the others fall anywhere in that time.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"time"
)

func main() {
	var o options
	flag.IntVar(&o.Orgs, "orgs", 500, "organisations that hold the product")
	flag.IntVar(&o.Rounds, "rounds", 3, "publications")
	flag.IntVar(&o.Kills, "kills", 2, "kills in each round")
	flag.StringVar(&o.Database, "database", "", "address of an empty database; empty means SQLite in a temporary folder")
	flag.StringVar(&o.Folder, "folder", "", "where the record of the mails lies; empty means a temporary folder")
	flag.Uint64Var(&o.Seed, "seed", rand.Uint64(), "seed of the moments")
	publish := flag.Int("publish", -1, "child only: publish this advisory, then work until idle")
	flag.IntVar(&o.Die, "die", 0, "child only: end without a word at this mail; 0 is never")
	child := flag.Bool("child", false, "run as the process that is killed")
	flag.Parse()
	if *child {
		if err := work(context.Background(), o, *publish, os.Stdout); err != nil {
			log.Fatal(err)
		}
		return
	}
	start := time.Now()
	r, err := run(context.Background(), o, log.Printf)
	if err != nil {
		log.Fatalf("seed %d: %v", o.Seed, err)
	}
	fmt.Printf("%d organisations, %d rounds, %d kills in %v: %d alerts, %d mails, %d of them repeats, all marked\n",
		o.Orgs, o.Rounds, r.Kills, time.Since(start).Round(time.Second), r.Alerts, r.Mails, r.Repeats)
}
