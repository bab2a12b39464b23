package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/klauspost/compress/gzip"

	"ward/detect/sensor/agent"
)

type options struct {
	ward, edge, dir, rg string
	mb, count           int
	rgCount, rgMB       int
	rgLimit             time.Duration
	seed                uint64
	runs                int
}

func main() {
	var o options
	flag.StringVar(&o.ward, "ward", "build/ward", "the program to measure")
	flag.StringVar(&o.edge, "edge", "", "the small build, to be measured beside it")
	flag.StringVar(&o.dir, "dir", filepath.Join(os.TempDir(), "ward-scan"), "where the data is made")
	flag.StringVar(&o.rg, "rg", "rg", "ripgrep to compare with; left out when it is not there")
	flag.IntVar(&o.mb, "mb", 320, "size of the log in MB")
	flag.IntVar(&o.count, "indicators", 1_000_000, "number of indicators")
	flag.IntVar(&o.rgCount, "rg-indicators", 1_000_000, "of these for the comparison with ripgrep, whose memory and start grow with them")
	flag.IntVar(&o.rgMB, "rg-mb", 16, "first part of the log for that, in MB")
	flag.DurationVar(&o.rgLimit, "rg-limit", 6*time.Minute, "the longest that ripgrep is waited for")
	flag.Uint64Var(&o.seed, "seed", 1, "of the data")
	flag.IntVar(&o.runs, "runs", 5, "measured runs of each program")
	gunzip := flag.String("gunzip", "", "only unpack this file: the yardstick of .gz")
	measured := flag.Bool("measure", false, "only run the program that follows and print what it took (the program gives this flag to itself)")
	flag.Parse()
	work := func() error { return run(o) }
	switch {
	case *gunzip != "":
		work = func() error { return unpack(*gunzip) }
	case *measured:
		work = func() error { return measure(flag.Args()) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "scan:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	list, log, known, err := generate(o)
	if err != nil {
		return err
	}
	index := filepath.Join(o.dir, "list.idx")
	cost, err := execute(o.ward, "indicators", "compile", list.path, "-o", index)
	if err != nil {
		return err
	}
	fmt.Printf("compile: %.2f s CPU, %d MB resident\n", cost.CPU, cost.RSS>>20)
	if err := ready(index); err != nil {
		return err
	}
	builds := [][]string{{o.ward}}
	if o.edge != "" {
		builds = append(builds, []string{o.edge})
	}
	for i := range builds {
		builds[i] = append(builds[i], "scan", "--workers", "1", "--quiet", "--indicators", index)
	}
	if err := equalAll(builds, log.path, reference{known}); err != nil {
		return err
	}
	if err := compare(o, builds, log.path); err != nil {
		return err
	}
	return besideRipgrep(o, list.path, log.path)
}

// ready opens the index as ward scan does, ten times, and prints the least.
func ready(index string) error {
	least := time.Hour
	for range 10 {
		begin := time.Now()
		_, _, closing, err := agent.OpenIndex(index)
		if err != nil {
			return err
		}
		least = min(least, time.Since(begin))
		if err := closing(); err != nil {
			return err
		}
	}
	fmt.Printf("index open and ready in %.1f ms\n", least.Seconds()*1000)
	return nil
}

// generate makes list and log and prints their manifest.
func generate(o options) (list, log made, known map[string]bool, err error) {
	r := rand.New(rand.NewPCG(o.seed, 2))
	known = map[string]bool{}
	var all []string
	list, err = file(filepath.Join(o.dir, "list.txt"), func(w *bufio.Writer) {
		for range o.count {
			i := indicator(r)
			known[i] = true
			if len(all) < 10_000 {
				all = append(all, i)
			}
			_, _ = w.WriteString(i + "\n") // Flush tells
		}
	})
	if err != nil {
		return
	}
	w := &world{r: rand.New(rand.NewPCG(o.seed, 3)), planted: all, share: 0.0002}
	for range 300_000 {
		w.hosts = append(w.hosts, domain(w.r))
	}
	for range 500_000 {
		w.addresses = append(w.addresses, ipv4(w.r))
	}
	log, err = file(filepath.Join(o.dir, "mix.log"), func(out *bufio.Writer) { w.lines(out, int64(o.mb)<<20) })
	for _, m := range []made{list, log} {
		fmt.Printf("%s: seed %d, %d bytes, sha256 %s\n", filepath.Base(m.path), o.seed, m.size, m.sum)
	}
	return
}

// equalAll stops everything unless the lines that each build finds are those of the reference.
func equalAll(builds [][]string, log string, m reference) error {
	want, err := m.lines(log)
	for i := 0; i < len(builds) && err == nil; i++ {
		err = equalTo(builds[i], log, want)
	}
	return err
}

func equal(ward []string, log string, m reference) error {
	return equalAll([][]string{ward}, log, m)
}

func equalTo(ward []string, log string, want map[int64]bool) error {
	var out bytes.Buffer
	c := exec.Command(ward[0], append(slices.Clone(ward[1:]), log)...)
	c.Stdout, c.Stderr = &out, os.Stderr
	if err := c.Run(); err != nil {
		return err
	}
	got := map[int64]bool{}
	for d := json.NewDecoder(&out); ; {
		var h struct {
			Line  int64
			Match string
		}
		if err := d.Decode(&h); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if !want[h.Line] {
			return fmt.Errorf("line %d is no hit for the reference: %q", h.Line, h.Match)
		}
		got[h.Line] = true
	}
	for n := range want {
		if !got[n] {
			return fmt.Errorf("line %d is missed", n)
		}
	}
	fmt.Printf("equal to the reference: %d lines\n", len(want))
	return nil
}

// cost is what a process took.
type cost struct {
	CPU     float64 // seconds, user and system
	Elapsed float64 // seconds
	RSS     int64   // bytes
}

// execute measures a program through a small process of its own: the peak that
// the kernel notes for a process begins with the size of the one that made it.
func execute(name string, args ...string) (cost, error) {
	return executeWithin(context.Background(), name, args...)
}

// executeWithin is execute with an end; the child goes with the small process.
func executeWithin(ctx context.Context, name string, args ...string) (cost, error) {
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	c := exec.CommandContext(ctx, self, append([]string{"-measure", "--", name}, args...)...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w", name, err)
	}
	var got cost
	return got, json.Unmarshal(out, &got)
}

func measure(args []string) error {
	c := exec.Command(args[0], args[1:]...)
	c.Stdout, c.Stderr = io.Discard, os.Stderr
	begun := time.Now()
	err := c.Run()
	elapsed := time.Since(begun).Seconds()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 && filepath.Base(args[0]) == "rg" {
		err = nil // nothing found
	}
	if err != nil {
		return err
	}
	out := cost{CPU: (c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds(), Elapsed: elapsed}
	if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		out.RSS = u.Maxrss << 10
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

// compare lets the programs take turns and prints the least that each took, and
// what part or how many times of its yardstick ward scan takes: once as a whole,
// and, as the start of the program is the same for any log, once without. A .gz
// is searched while it is unpacked, so that the time of both together counts too,
// with a worker for each core.
func compare(o options, builds [][]string, log string) error {
	packed, err := pack(log)
	if err != nil {
		return err
	}
	empty := filepath.Join(o.dir, "empty.log")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		return err
	}
	lines := &program{name: "wc -l", args: []string{"wc", "-l", log}}
	unpacking := &program{name: "gzip, same library", args: []string{os.Args[0], "-gunzip", packed}}
	programs := []*program{lines, unpacking}
	for _, b := range builds {
		name, of := filepath.Base(b[0]), func(more ...string) []string { return append(slices.Clone(b), more...) }
		start := &program{name: name + ", start", args: of(empty)}
		programs = append(programs, start,
			&program{name: name + " scan", args: of(log), beside: lines, start: start},
			&program{name: name + " scan .gz", args: of(packed), beside: unpacking, start: start},
			&program{name: name + " scan .gz, each core", args: of("--workers", "0", packed), beside: unpacking, start: start})
	}
	for range o.runs {
		for _, p := range programs {
			if err := p.run(); err != nil {
				return err
			}
		}
	}
	for _, p := range programs {
		p.print()
	}
	return nil
}

// program is one of those that take turns.
type program struct {
	name   string
	args   []string
	beside *program // the yardstick; nil of yardsticks and starts
	start  *program // the same program with nothing to do
	costs  []cost
}

func (p *program) print() {
	c := p.least((*cost).cpu)
	fmt.Printf("%-30s %8.3f s CPU %8.3f s  %5d MB resident", p.name, c.CPU, p.least((*cost).elapsed).Elapsed, c.RSS>>20)
	if p.beside != nil {
		fmt.Printf("  %s: %.2f x its CPU, %.2f x without the start, %.2f x its time", p.beside.name,
			p.times((*cost).cpu, 0), p.times((*cost).cpu, p.start.least((*cost).cpu).CPU), p.times((*cost).elapsed, 0))
	}
	fmt.Println()
}

func (c *cost) cpu() float64     { return c.CPU }
func (c *cost) elapsed() float64 { return c.Elapsed }

func (p *program) run() error {
	c, err := execute(p.args[0], p.args[1:]...)
	p.costs = append(p.costs, c)
	return err
}

// times is how many times the yardstick this one takes, less its start: the
// median over the turns, as both of one turn ran in the same minute.
func (p *program) times(of func(*cost) float64, start float64) float64 {
	var all []float64
	for i := range p.costs {
		all = append(all, (of(&p.costs[i])-start)/of(&p.beside.costs[i]))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// least is the run that others disturbed least.
func (p *program) least(of func(*cost) float64) cost {
	return slices.MinFunc(p.costs, func(a, b cost) int { return cmp.Compare(of(&a), of(&b)) })
}

// pack makes the .gz beside the log.
func pack(log string) (string, error) {
	in, err := os.Open(log)
	if err != nil {
		return "", err
	}
	defer in.Close() //nolint:errcheck // read only
	out, err := os.Create(log + ".gz")
	if err != nil {
		return "", err
	}
	z := gzip.NewWriter(out)
	if _, err := io.Copy(z, in); err != nil {
		return "", err
	}
	return log + ".gz", errors.Join(z.Close(), out.Close())
}

// unpack reads a .gz to its end.
func unpack(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	buf := make([]byte, 256<<10)
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, z, buf)
	return err
}
