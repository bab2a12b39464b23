// Command live measures open pages: how much memory each costs the server, and
// how long a change takes to reach all of them. The pages are of as many hospitals,
// each with its own alert; the server is a process of its own, whose resident
// memory is read before and after.
//
//	go run ./test/load/live -pages 15000
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	pages := flag.Int("pages", 15000, "open pages, and hospitals")
	serve := flag.String("serve", "", "be the server, with its data in this folder")
	flag.Parse()
	var err error
	if err = files(uint64(*pages) + 500); err == nil {
		if *serve != "" {
			err = server(*serve, *pages)
		} else {
			err = measure(*pages)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// files raises the limit on open files as far as it may.
func files(need uint64) error {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return err
	}
	if l.Max < need {
		l.Max = need // only root may
	}
	l.Cur = max(l.Cur, min(need, l.Max))
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return fmt.Errorf("%d open files are needed and not allowed: %w", need, err)
	}
	return nil
}

// child is the server's process: a line in is a command, a line out its end.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start(folder string, pages int) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(self, "-serve", folder, "-pages", strconv.Itoa(pages))}
	c.cmd.Stderr = os.Stderr
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewReader(out)
	return c, c.cmd.Start()
}

func (c *child) read() (string, error) {
	line, err := c.out.ReadString('\n')
	return strings.TrimSpace(line), err
}

// do sends a command and gives the moment at which it was true in the server.
func (c *child) do(command string) (time.Time, error) {
	if _, err := fmt.Fprintln(c.in, command); err != nil {
		return time.Time{}, err
	}
	line, err := c.read()
	if err != nil {
		return time.Time{}, err
	}
	n, err := strconv.ParseInt(line, 10, 64)
	return time.Unix(0, n), err
}

// resident is the server's memory in kB as the kernel counts it.
func (c *child) resident() (int, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(b), "VmRSS:")
	return strconv.Atoi(strings.Fields(rest)[0])
}

func measure(pages int) error {
	folder, err := os.MkdirTemp("", "ward-live-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a folder of ours
	c, err := start(folder, pages)
	if err != nil {
		return err
	}
	defer c.cmd.Wait() //nolint:errcheck // it ends with its input
	defer c.in.Close() //nolint:errcheck
	address, err := c.read()
	if err != nil {
		return err
	}
	before, err := c.resident()
	if err != nil {
		return err
	}
	begin := time.Now()
	w := open(address, pages)
	if err := w.allOpen(); err != nil {
		return err
	}
	took := time.Since(begin)
	time.Sleep(3 * time.Second)
	after, err := c.resident()
	if err != nil {
		return err
	}
	fmt.Printf("%d pages opened in %.1f s; server %d MB before, %d MB after: %.1f kB a page\n",
		pages, took.Seconds(), before>>10, after>>10, float64(after-before)/float64(pages))
	for _, x := range []struct{ command, what string }{{"raise", "raised, until each page has its own"}, {"withdraw", "withdrawn in one transaction"}} {
		at, err := c.do(x.command)
		if err != nil {
			return err
		}
		if err := w.report(x.what, at); err != nil {
			return err
		}
	}
	peak, err := c.resident()
	fmt.Printf("server afterwards: %d MB, %.1f kB a page\n", peak>>10, float64(peak-before)/float64(pages))
	return err
}

// report waits until every page was told and prints how long after at that was.
func (w *watch) report(what string, at time.Time) error {
	all := make([]time.Duration, 0, w.pages)
	limit := time.After(2 * time.Minute)
	for len(all) < w.pages {
		select {
		case t := <-w.told:
			all = append(all, t.Sub(at))
		case err := <-w.failed:
			return err
		case <-limit:
			return fmt.Errorf("%s: %d of %d pages were told in two minutes", what, len(all), w.pages)
		}
	}
	slices.Sort(all)
	q := func(p float64) string {
		return all[min(len(all)-1, int(p*float64(len(all))))].Round(time.Millisecond).String()
	}
	fmt.Printf("%s: p50 %s, p99 %s, max %s\n", what, q(.5), q(.99), q(1))
	return nil
}
