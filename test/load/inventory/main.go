// Command inventory measures the index of all inventories: how long it takes to
// build from the database, what memory it needs, and how fast it answers who
// holds what an advisory speaks of. The data are made up by a fixed rule
// (documented at generator), so that anybody can repeat the figures:
//
//	go run ./test/load/inventory -orgs 15000 -rows 2000 -products 20000
//
// It first writes a database, unless -data holds one of the same size, then
// starts itself anew to measure in a fresh process.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// options are the flags.
type options struct {
	orgs, rows, products int
	assets               string
	data                 string
	queries              int
	warnings             int
	measure              bool
}

func main() {
	var o options
	flag.IntVar(&o.orgs, "orgs", 15_000, "organisations")
	flag.IntVar(&o.rows, "rows", 2_000, "rows of each")
	flag.IntVar(&o.products, "products", 20_000, "distinct products, each in 224 versions")
	flag.StringVar(&o.assets, "assets", "blobs", `what is written: "blobs" only the lists of products, "full" also every row`)
	flag.StringVar(&o.data, "data", filepath.Join(os.TempDir(), "ward-load"), "folder of the database")
	flag.IntVar(&o.queries, "queries", 200, "advisories of each kind")
	flag.IntVar(&o.warnings, "warnings", 0, "advisories to publish to everybody, measuring until the alerts are durable")
	flag.BoolVar(&o.measure, "measure", false, "only measure (the program gives this flag to itself)")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "inventory load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.assets != "blobs" && o.assets != "full" {
		return fmt.Errorf("-assets %q: want blobs or full", o.assets)
	}
	if o.measure && o.warnings > 0 {
		return warn(ctx, o)
	}
	if o.measure {
		return measure(ctx, o)
	}
	if err := fill(ctx, o); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, self, append(os.Args[1:], "-measure")...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	return c.Run()
}

// path is one database for each size.
func (o options) path() string {
	return filepath.Join(o.data, fmt.Sprintf("%d-%d-%d-%s.db", o.orgs, o.rows, o.products, o.assets))
}
