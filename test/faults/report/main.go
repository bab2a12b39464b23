// Command report kills a real `ward serve` again and again while hospitals send
// incident reports to it, at random and between any two steps from the report to
// its receipt, its delivery and the picture. Then it counts: what was answered is
// there once, with its receipt and its deliveries, a mail that may come twice says
// so, and the picture counts each report once.
//
//	go run ./test/faults/report -kills 100
//	go run ./test/faults/report -kills 100 -database "$WARD_TEST_POSTGRES"
//
// The database must be empty.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"time"

	"ward/test/process"
)

func main() {
	process.Main()
	var o options
	flag.IntVar(&o.Kills, "kills", 20, "how often the server is killed at least")
	flag.IntVar(&o.Most, "most", 0, "how often at most, until a kill fell between any two steps; 0: as often as at least")
	flag.StringVar(&o.Database, "database", "", "address of an empty database; empty means SQLite in a temporary folder")
	flag.Uint64Var(&o.Seed, "seed", rand.Uint64(), "seed of the moments")
	flag.Parse()
	folder, err := os.MkdirTemp("", "ward-report-")
	if err != nil {
		log.Fatal(err)
	}
	o.Folder = folder
	begin := time.Now()
	r, err := run(context.Background(), o, log.Printf)
	os.RemoveAll(folder) //nolint:errcheck // a folder of ours
	if err != nil {
		log.Fatalf("seed %d: %v", o.Seed, err)
	}
	if o.Most > 0 && !r.all() {
		log.Fatalf("seed %d: no kill fell between some steps: %v", o.Seed, r)
	}
	fmt.Printf("%v in %v\n", r, time.Since(begin).Round(time.Second))
}
