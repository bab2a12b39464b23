package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward/detect/sensor/agent/watch"
)

// report is what a run gives.
type report struct {
	lines, want, got, doubles, skips          int
	rotations, kills, outages, jumps, refused int
	read                                      int64
	begin, end                                int // KiB resident: when warm, at the end
	cpu                                       time.Duration
	took                                      time.Duration
}

// String says it for people.
func (r report) String() string {
	return fmt.Sprintf("%d lines written, %d read, in %.1f s; %d rotations, %d kills, %d outages, %d jumps of the clock\n%d hits of %d; doubles %d, skips %d; %d batches refused\nresident %.1f MB at the start, %.1f MB at the end; CPU %.3f s for 100,000 lines",
		r.lines, r.read, r.took.Seconds(), r.rotations, r.kills, r.outages, r.jumps, r.got, r.want, r.doubles, r.skips, r.refused,
		float64(r.begin)/1024, float64(r.end)/1024, r.cpu.Seconds()*100_000/float64(max(1, r.lines)))
}

// fault is what must not be.
func (r report) fault() error {
	if r.doubles+r.skips+r.refused > 0 {
		return errors.New("lines were counted twice or not at all, or batches refused")
	}
	return nil
}

// childFlag makes the program a sensor: settings, file of the clock's error, whether to
// end when all is read.
const childFlag = "-child"

func child() bool {
	if len(os.Args) != 5 || os.Args[1] != childFlag {
		return false
	}
	s, err := watch.Read(os.Args[2])
	if err == nil {
		now := func() time.Time {
			b, _ := os.ReadFile(os.Args[3])          // none: the clock is right
			skew, _ := time.ParseDuration(string(b)) // as above
			return time.Now().Add(skew)
		}
		err = watch.Run(context.Background(), watch.Config{Settings: s, Version: "soak", Now: now, Drain: os.Args[4] == "drain"})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return true
}

// run is one soak under way.
type run struct {
	report
	dir, settings, skew string
	rnd                 *rand.Rand
	centre              *centre
	child               *exec.Cmd
	hosts               map[string]int
	kept                map[string][]string // rotated, by log
}

const logs = 3

func soak(dir string, lines int, seed uint64) (report, error) {
	c, err := newCentre()
	if err != nil {
		return report{}, err
	}
	defer c.server.Close()
	r := &run{dir: dir, settings: filepath.Join(dir, "sensor.toml"), skew: filepath.Join(dir, "skew"), rnd: rand.New(rand.NewPCG(seed, 7)), centre: c, hosts: map[string]int{}, kept: map[string][]string{}} //nolint:gosec // chance that can be had again
	text := fmt.Sprintf("state = %q\nsensor = \"s-1\"\n[centre]\nurl = %q\nkey = %q\ntoken_file = %q\nevery = \"500ms\"\nsend_every = \"200ms\"\n[[files]]\npaths = [%q]\n",
		filepath.Join(dir, "state"), c.server.URL, c.public(), filepath.Join(dir, "token"), filepath.Join(dir, "logs", "*.log"))
	err = errors.Join(os.Mkdir(filepath.Join(dir, "logs"), 0o755), os.WriteFile(r.settings, []byte(text), 0o600), os.WriteFile(filepath.Join(dir, "token"), []byte("tok"), 0o600))
	if err != nil {
		return report{}, err
	}
	began := time.Now()
	err = r.live(lines)
	r.took = time.Since(began)
	return r.report, err
}

// live writes and disturbs until all lines are written, then lets the sensor end.
func (r *run) live(lines int) error {
	burst := max(100, min(20_000, lines/60))
	for i := range logs { // what was rotated before the first look is nobody's
		if err := r.write(i, 10); err != nil {
			return err
		}
	}
	if err := r.ended(); err != nil {
		return err
	}
	for r.lines < lines {
		if r.child == nil {
			if err := r.begins("run"); err != nil {
				return err
			}
		}
		if err := errors.Join(r.write(r.rnd.IntN(logs), r.rnd.IntN(2*burst)), r.disturb()); err != nil {
			return err
		}
		time.Sleep(time.Duration(r.rnd.IntN(400)) * time.Millisecond)
		if r.begin == 0 && r.lines > lines/5 && r.child != nil {
			r.begin = r.resident()
		}
	}
	time.Sleep(time.Second)
	r.end = r.resident()
	r.kill()
	r.centre.set(false, 0)
	if err := os.WriteFile(r.skew, []byte("0s"), 0o600); err != nil {
		return err
	}
	time.Sleep(4 * time.Second) // a log that was packed must have rested
	if err := r.ended(); err != nil {
		return err
	}
	st, err := watch.ReadStatus(filepath.Join(r.dir, "state"))
	r.read, r.refused = st.Lines, r.centre.refused
	for _, host := range slices.Sorted(maps.Keys(r.hosts)) {
		want, got := r.hosts[host], r.centre.counts[host]
		r.want, r.got = r.want+want, r.got+got
		r.doubles += max(0, got-want)
		r.skips += max(0, want-got)
	}
	return err
}

// ended runs the sensor until it has read and sent all.
func (r *run) ended() error {
	if err := r.begins("drain"); err != nil {
		return err
	}
	c := r.child
	r.child = nil
	err := c.Wait()
	r.spent(c)
	return err
}

func (r *run) begins(how string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	r.child = exec.Command(self, childFlag, r.settings, r.skew, how)
	r.child.Stderr = os.Stderr
	return r.child.Start()
}

func (r *run) spent(c *exec.Cmd) {
	if s := c.ProcessState; s != nil {
		r.cpu += s.UserTime() + s.SystemTime()
	}
}

func (r *run) kill() {
	if c := r.child; c != nil {
		r.child = nil
		_ = c.Process.Kill() // has ended by itself otherwise
		_ = c.Wait()         // killed
		r.spent(c)
	}
}

// resident is that of the sensor, in KiB.
func (r *run) resident() int {
	if r.child == nil {
		return 0
	}
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.child.Process.Pid)) // other systems say nothing
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	n, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return n
}

func (r *run) path(i int) string { return filepath.Join(r.dir, "logs", fmt.Sprintf("app%d.log", i)) }

// write adds lines to a log, one of four with what is looked for.
func (r *run) write(i, n int) error {
	var b bytes.Buffer
	for range n {
		r.lines++
		host, what := fmt.Sprint("pc-", r.rnd.IntN(40)), "www.fine.example"
		if r.rnd.IntN(4) == 0 {
			r.hosts[host]++
			what = "a.evil.example"
		}
		fmt.Fprintf(&b, "%s %s app[1]: request %d of a client for http://%s/path\n", time.Now().UTC().Format("2006-01-02T15:04:05Z"), host, r.lines, what)
	}
	f, err := os.OpenFile(r.path(i), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b.Bytes())
	return errors.Join(err, f.Close())
}

// disturb does now and then what happens to a sensor.
func (r *run) disturb() error {
	switch r.rnd.IntN(12) {
	case 0, 1:
		r.rotations++
		return r.rotate(r.rnd.IntN(logs))
	case 2:
		r.kills++
		r.kill()
	case 3:
		r.outages++
		r.centre.set(true, 0)
	case 4:
		r.centre.set(false, r.rnd.IntN(3))
	case 5:
		r.jumps++
		return os.WriteFile(r.skew, fmt.Appendf(nil, "%dm", r.rnd.IntN(360)-180), 0o600)
	}
	return nil
}

// rotate renames a log, or copies and cuts it, and packs the one before; of each log ten
// are kept.
func (r *run) rotate(i int) error {
	path := r.path(i)
	data, err := os.ReadFile(path)
	if err != nil || len(data) == 0 {
		return nil // renamed before, and not written since
	}
	to := fmt.Sprintf("%s.%d", path, r.rotations)
	old := r.kept[path]
	if n := len(old); n > 0 && !strings.HasSuffix(old[n-1], ".gz") {
		if err := packed(old[n-1]); err != nil {
			return err
		}
		old[n-1] += ".gz"
	}
	if r.kept[path] = append(old, to); len(r.kept[path]) > 10 {
		if err := os.Remove(r.kept[path][0]); err != nil {
			return err
		}
		r.kept[path] = r.kept[path][1:]
	}
	if r.rnd.IntN(3) > 0 {
		return os.Rename(path, to)
	}
	return errors.Join(os.WriteFile(to, data, 0o644), os.Truncate(path, 0))
}

// packed packs a file as gzip does: beside, with its time, then the old one goes.
func packed(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err = z.Write(data)
	return errors.Join(err, z.Close(), os.WriteFile(path+".gz", b.Bytes(), 0o644), os.Chtimes(path+".gz", info.ModTime(), info.ModTime()), os.Remove(path))
}
