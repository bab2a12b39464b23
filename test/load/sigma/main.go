// Command sigma measures the Sigma engine with a whole rule set: how long the
// rules take to compile, what memory the tables need, and how many JSON events
// a CPU-second is enough for. Events are made up by a fixed rule (generator.go)
// with real events of SigmaHQ's regression data planted among them, each of
// which must trigger its rule, or the figures are void:
//
//	go run ./test/load/sigma
//	go run ./test/load/sigma -logs ../shared/data/logs/otrf-windows-json
//
// CPU is user and system time of the process, so that a busy machine counts
// less than it would in time of day; figures of a busy machine are still worse.
package main

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"ward/format/sigma"
	"ward/test/shared"
)

type options struct {
	rules, planted, logs, profile string
	events, rounds                int
	seed                          uint64
}

func main() {
	var o options
	flag.StringVar(&o.rules, "rules", filepath.Join(shared.Dir(), "sigma", "sigma-rules.tar.gz"), "rule set, tar.gz of YAML files")
	flag.StringVar(&o.planted, "planted", filepath.Join(shared.Dir(), "logs", "sigma-regression.tar.gz"), "events that must trigger one rule each")
	flag.StringVar(&o.logs, "logs", "", "folder of zip files with JSON lines, measured in place of made-up events")
	flag.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile")
	flag.IntVar(&o.events, "events", 50_000, "events that are made up")
	flag.IntVar(&o.rounds, "rounds", 5, "how often they are tested")
	flag.Uint64Var(&o.seed, "seed", 1, "of the events")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "sigma load:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	start := cpu()
	rules, err := readRules(o.rules)
	if err != nil {
		return err
	}
	parsed := cpu()
	engine, refused := sigma.Compile(rules, sigma.Options{})
	compiled := cpu()
	before := heap()
	tables := engine.Warm()
	fmt.Printf("rules       %d compiled, %d refused\n", len(engine.Rules()), len(refused))
	fmt.Printf("compile     parse %v, compile %v, tables of all log sources %v (CPU)\n", parsed-start, compiled-parsed, cpu()-compiled)
	fmt.Printf("memory      automata %.1f MB, heap +%.1f MB\n", mega(tables), mega(heap()-before))
	plants, err := readPlanted(o.planted)
	if err != nil {
		return err
	}
	if err := verify(engine, plants); err != nil {
		return err
	}
	events := made(o.events, o.seed, plants)
	if o.logs != "" {
		if events, err = readLogs(o.logs); err != nil {
			return err
		}
	}
	return measure(o, engine, events)
}

// verify lets every planted event find its rule.
func verify(e *sigma.Engine, plants []plant) error {
	m := e.NewMatcher()
	found := map[string]bool{}
	for _, p := range plants {
		matches, err := m.JSON(p.event)
		if err != nil {
			return fmt.Errorf("planted event of %s: %w", p.rule, err)
		}
		for _, x := range matches {
			found[p.rule] = found[p.rule] || x.Rule.ID == p.rule
		}
	}
	missed := 0
	for _, p := range plants {
		if !found[p.rule] {
			missed++
			fmt.Println("missed     ", p.rule)
		}
	}
	if missed > 0 {
		return fmt.Errorf("%d planted events do not trigger their rule: the figures are void", missed)
	}
	fmt.Printf("planted     %d rules found by their %d events\n", len(found), len(plants))
	return nil
}

func measure(o options, e *sigma.Engine, events [][]byte) error {
	size := 0
	for _, ev := range events {
		size += len(ev)
	}
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	m := e.NewMatcher()
	best := time.Duration(0)
	for range o.rounds {
		m.Stats = sigma.Stats{}
		start := cpu()
		for _, ev := range events {
			if _, err := m.JSON(ev); err != nil && o.logs == "" {
				return err
			}
		}
		if took := cpu() - start; best == 0 || took < best {
			best = took
		}
	}
	n := float64(len(events))
	fmt.Printf("events      %d, %.0f bytes on average\n", len(events), float64(size)/n)
	fmt.Printf("speed       %.0f events, %.0f MB per CPU-second (best of %d rounds)\n", n/best.Seconds(), mega(size)/best.Seconds(), o.rounds)
	fmt.Printf("counters    %s; broken %d, without log source %d\n", m.Stats, m.Stats.Broken, m.Stats.Unassigned)
	return nil
}

func mega[N int | uint64](n N) float64 { return float64(n) / 1e6 }

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

func readRules(file string) (rules []*sigma.Rule, err error) {
	err = shared.Unpack(file, func(name string, text []byte) {
		if path.Ext(name) == ".yml" {
			r, _ := sigma.Parse(bytes.NewReader(text), name)
			rules = append(rules, r...)
		}
	})
	return rules, err
}

// plant is a real event and the rule that it must trigger.
type plant struct {
	rule  string
	event []byte
}

func readPlanted(file string) ([]plant, error) {
	rules, events := map[string]string{}, []plant{}
	err := shared.Unpack(file, func(name string, text []byte) {
		switch path.Ext(name) {
		case ".yml":
			_, after, _ := strings.Cut(string(text), "rule_metadata:")
			_, after, _ = strings.Cut(after, "- id: ")
			id, _, _ := strings.Cut(after, "\n")
			rules[path.Dir(name)] = strings.TrimSpace(id)
		case ".json":
			d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
			for {
				v, err := d.ReadValue()
				if err != nil {
					return
				}
				v = v.Clone()
				if v.Compact() == nil {
					events = append(events, plant{path.Dir(name), v})
				}
			}
		}
	})
	for i := range events {
		events[i].rule = rules[events[i].rule]
	}
	return events, err
}

// readLogs reads the lines of all zip files of a folder.
func readLogs(dir string) ([][]byte, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.zip"))
	if err != nil || len(files) == 0 {
		return nil, errors.Join(err, errors.New("no zip files in "+dir))
	}
	var out [][]byte
	for _, f := range files {
		z, err := zip.OpenReader(f)
		if err != nil {
			return nil, err
		}
		for _, member := range z.File {
			if r, err := member.Open(); err == nil && !strings.Contains(member.Name, "__MACOSX") {
				lines := bufio.NewScanner(r)
				lines.Buffer(nil, 16<<20)
				for lines.Scan() {
					out = append(out, bytes.Clone(lines.Bytes()))
				}
			}
		}
		z.Close()
	}
	return out, nil
}
