// Command sensor lives through weeks of a sensor in minutes: logs that are written and
// rotated, a Centre that is down and comes back and loses answers, a clock that jumps, and
// the sensor killed at any moment. In the end each line must have been counted once:
// doubles and skips are told, with the memory at the start and the end and the processor
// time of 100,000 lines.
//
//	go run ./test/load/sensor -lines 2000000
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	if child() {
		return
	}
	lines := flag.Int("lines", 2_000_000, "lines that are written")
	seed := flag.Uint64("seed", 1, "of chance")
	flag.Parse()
	dir, err := os.MkdirTemp("", "ward-soak-")
	if err == nil {
		defer os.RemoveAll(dir) //nolint:errcheck // a folder of its own
		var r report
		if r, err = soak(dir, *lines, *seed); err == nil {
			fmt.Println(r)
			err = r.fault()
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
