package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// rgBytes is what ripgrep 13 was seen to hold for each indicator: 11 GB for a million.
const rgBytes = 12_000

// besideRipgrep lets both look for the first so many indicators of the list, in the
// first part of the log: most of what ripgrep does, it does for the list, again in
// each run, and it ends in minutes only if the log is small. Where its memory is not
// there, it is given fewer.
func besideRipgrep(o options, list, log string) error {
	if _, err := exec.LookPath(o.rg); err != nil {
		fmt.Printf("%-22s LEFT OUT: not installed\n", "rg -F -f")
		return nil
	}
	n := o.rgCount
	for room := available(); n > 1000 && int64(n)*rgBytes > room; {
		n /= 2
	}
	few, head, index := filepath.Join(o.dir, "few.txt"), filepath.Join(o.dir, "head.log"), filepath.Join(o.dir, "few.idx")
	if err := errors.Join(firstLines(list, few, n, 1<<62), firstLines(log, head, 1<<62, o.rgMB<<20)); err != nil {
		return err
	}
	if _, err := execute(o.ward, "indicators", "compile", few, "-o", index); err != nil {
		return err
	}
	known, err := knownOf(few)
	if err != nil {
		return err
	}
	ours := program{name: "ward scan", args: []string{o.ward, "scan", "--workers", "1", "--quiet", "--indicators", index, head}}
	if err := equal(ours.args[:len(ours.args)-1], head, reference{known}); err != nil {
		return err
	}
	for range o.runs {
		if err := ours.run(); err != nil {
			return err
		}
	}
	c := ours.least((*cost).cpu)
	fmt.Printf("with %d indicators in the first %d MB: ward scan %.3f s CPU, %d MB resident\n", n, o.rgMB, c.CPU, c.RSS>>20)
	ctx, stop := context.WithTimeout(context.Background(), o.rgLimit)
	defer stop()
	begin := time.Now()
	theirs, err := executeWithin(ctx, o.rg, "-F", "-f", few, head)
	if ctx.Err() != nil {
		fmt.Printf("rg -F -f did not end within %s\n", o.rgLimit)
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Printf("rg -F -f %.3f s CPU, %d MB resident, %s: %.0f times ward scan\n", theirs.CPU, theirs.RSS>>20, time.Since(begin).Round(time.Second), theirs.CPU/c.CPU)
	return nil
}

// available is the memory that programs may still take.
func available() (n int64) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 4 << 30 // unknown: little
	}
	for line := range bytes.Lines(text) {
		if _, err := fmt.Sscanf(string(line), "MemAvailable: %d kB", &n); err == nil {
			return n << 10
		}
	}
	return 4 << 30
}

// firstLines copies so many whole lines of a file, of no more than size bytes.
func firstLines(from, to string, lines, size int) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	n := 0
	for line := range bytes.Lines(text) {
		if lines == 0 || n+len(line) > size {
			break
		}
		n, lines = n+len(line), lines-1
	}
	return os.WriteFile(to, text[:n], 0o644)
}

func knownOf(list string) (map[string]bool, error) {
	text, err := os.ReadFile(list)
	known := map[string]bool{}
	for line := range bytes.Lines(text) {
		known[string(bytes.TrimSpace(line))] = true
	}
	return known, err
}
