package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"ward"
	"ward/prevent/inventory"
)

// measure prints one table of all figures.
func measure(ctx context.Context, o options) error {
	s, d, err := open(ctx, o.path())
	if err != nil {
		return err
	}
	defer d.Close()
	before := heap()
	start := time.Now()
	if err := s.Refresh(ctx); err != nil {
		return err
	}
	built, worked := time.Since(start), cpu()
	peak := status("VmHWM")
	after := heap()
	debug.FreeOSMemory()
	sizes, products, err := s.Sizes(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "organisations x rows\t%d x %d = %d (%s)\n", o.orgs, o.rows, o.orgs*o.rows, o.assets)
	fmt.Fprintf(w, "products in dictionary, entries in index\t%d, %d\n", products, sizes.Entries)
	fmt.Fprintf(w, "database file\t%s\n", fileSize(o.path()))
	fmt.Fprintf(w, "rebuild from the database\t%s, CPU since the start %s\n", built.Round(time.Millisecond), worked.Round(time.Millisecond))
	fmt.Fprintf(w, "index in memory (live heap)\t%d MB\n", (after-before)>>20)
	fmt.Fprintf(w, "process: resident peak while building, after\t%s, %s\n", peak, status("VmRSS"))
	for _, fanOut := range []bool{false, true} {
		name := map[bool]string{false: "rare", true: "fan-out"}[fanOut]
		if err := ask(ctx, w, s, name, fanOut, o); err != nil {
			return err
		}
	}
	return w.Flush()
}

func ask(ctx context.Context, w *tabwriter.Writer, s *inventory.Service, name string, fanOut bool, o options) error {
	var took []time.Duration
	before := cpu()
	var m ward.Matches
	for n := range o.queries {
		claims := advisory(n, fanOut, o)
		start := time.Now()
		var err error
		if m, err = s.Holders(ctx, claims); err != nil {
			return err
		}
		took = append(took, time.Since(start))
	}
	perQuery := (cpu() - before) / time.Duration(o.queries)
	rows := 0
	for _, h := range m.Holdings {
		rows += h.Affected + h.Review
	}
	slices.Sort(took)
	fmt.Fprintf(w, "Holders, %s (last: %d findings, %d organisations, %d rows)\tp50 %s, p99 %s of %d; CPU %s each\n", name,
		len(m.Findings), len(m.Holdings), rows, took[len(took)/2].Round(time.Microsecond), took[len(took)*99/100].Round(time.Microsecond),
		len(took), perQuery.Round(time.Microsecond))
	return nil
}

// heap is what the process keeps, in bytes.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// cpu is what the process has used so far: on a busy machine the one time that
// can be compared.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// status reads a line of /proc/self/status, "-" where there is none.
func status(name string) string {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kb := 0
			fmt.Sscan(rest, &kb)
			return fmt.Sprintf("%d MB", kb>>10)
		}
	}
	return "-"
}

func fileSize(path string) string {
	i, err := os.Stat(path)
	if err != nil {
		return "-"
	}
	return fmt.Sprintf("%d MB", i.Size()>>20)
}
