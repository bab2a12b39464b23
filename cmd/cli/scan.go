package cli

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/report"
	"ward/format/indicator"
	"ward/format/redact"
	"ward/kit/clock"
)

// scanOptions are the flags of ward scan.
type scanOptions struct {
	lists        listOptions
	indicators   []string
	rules        []string
	placeholders string
	anySource    bool
	format       string
	lang         string
	since        string
	logFormat    string
	zone         string
	memory       string
	resume       string
	workers      int
	redact       bool
	exitCode     bool
	quiet        bool
	send         string
}

func (e *env) scan() *cobra.Command {
	var o scanOptions
	c := &cobra.Command{
		Use: "scan [--indicators PATH]... [--rules PATH]... LOG|DIR|-...", Short: "Look for indicators and rules in logs, where they lie",
		Long: "Search logs for the indicators of lists and the behaviour that rules describe. Nothing leaves the computer\n" +
			"unless --send says so.\n\n" +
			"PATH of --indicators is a text list, a table (CSV), a STIX 2.1 bundle, a MISP event, a bundle of ward, or an index\n" +
			"that ward indicators compile has made. LOG is a file, packed or not, a folder, or - for the input stream.\n\n" +
			"One hit is one line and indicator (or rule). At the end stderr says what was read and what was not.",
		Example: "  ward scan --indicators hsc-2026-014.csv /var/log\n" +
			"  ward scan --indicators all.idx --format html /var/log/squid > report.html\n" +
			"  zcat old.gz | ward scan --indicators all.idx --exit-code -",
		Args: atLeast("a log, a folder of logs, or - for the input stream"),
		RunE: func(c *cobra.Command, args []string) error { return e.runScan(c.Context(), o, args) },
	}
	o.lists.flags(c)
	f := c.Flags()
	f.StringArrayVar(&o.indicators, "indicators", nil, "list or compiled index; may be given more than once")
	f.StringArrayVar(&o.rules, "rules", nil, "Sigma rules: file, folder or archive; may be given more than once")
	f.BoolVar(&o.anySource, "any-source", false, "test records of unknown kind against all rules; more is found, and more of it by mistake")
	f.StringVar(&o.placeholders, "placeholders", "", "TOML file of what %names% in rules mean here: Workstations = [\"WS-*\"]")
	f.StringVar(&o.logFormat, "log-format", "auto", "how the logs are written, for all of them (docs/logs.md has the names)")
	f.StringVar(&o.zone, "zone", "UTC", "zone of times that state none, such as Europe/Vienna")
	f.StringVar(&o.format, "format", "", "text, json (one object a line) or html (default: text on a terminal, json otherwise)")
	f.StringVar(&o.lang, "lang", "en", "language of the html report, such as de or fr")
	f.StringVar(&o.since, "since", "", "leave out what is older: 2026-11-01, 2026-11-01T08:00:00Z or a span back from now, 36h, 14d")
	f.StringVar(&o.memory, "memory", "256M", "bound of the buffers: bytes, or with K, M, G")
	f.StringVar(&o.resume, "resume", "", "file that keeps how far the scan is; a scan that was interrupted goes on there")
	f.IntVar(&o.workers, "workers", 0, "searches at the same time (default: one for each processor)")
	f.BoolVar(&o.redact, "redact", false, "take names, accounts, patient and insurance numbers out of the hits (docs/logs.md says what that finds)")
	f.StringVar(&o.send, "send", "", "hand hits over to the Centre, names taken out; FILE holds the settings of the sensor")
	f.Lookup("send").NoOptDefVal = sensorFile
	f.BoolVar(&o.exitCode, "exit-code", false, "exit with 3 when something was found")
	f.BoolVar(&o.quiet, "quiet", false, "no progress and no summary on stderr")
	return c
}

func (e *env) runScan(ctx context.Context, o scanOptions, paths []string) error {
	cfg, err := e.scanConfig(o)
	if err != nil {
		return &exit{code: exitUsage, err: err}
	}
	facts := report.Facts{Logs: o.shown(paths), At: cfg.Now, Zone: cfg.Zone, Version: e.version}
	var listFaults error
	agent.ForgetStart() // before the index comes in, so that the peak is no sum of both
	if len(o.indicators) > 0 {
		closing, faults, err := e.loadIndicators(ctx, o, &cfg, &facts)
		if err != nil {
			return err
		}
		defer closing() //nolint:errcheck // read only
		listFaults = faults
	}
	if len(o.rules) > 0 {
		if err := e.loadRules(ctx, o, &cfg, &facts); err != nil {
			return err
		}
	}
	if cfg.Index == nil && cfg.Detector == nil {
		return &exit{code: exitUsage, err: errors.New("nothing to look for: give --indicators or --rules")}
	}
	keep, err := e.keepProgress(o, paths, &cfg)
	if err != nil {
		return failed(err)
	}
	out := bufio.NewWriterSize(e.out, 64<<10)
	w, err := e.scanWriter(o, out, &facts)
	if err != nil {
		return &exit{code: exitUsage, err: err}
	}
	away, err := e.sender(o.send)
	if err != nil {
		return failed(err)
	}
	cfg.Hit = func(h *agent.Hit) error {
		away.take(h)
		return w.hit(h)
	}
	show := e.scanBar(o.quiet)
	cfg.Step = func(p *agent.Progress) {
		if show.step(p); away == nil { // else a kill would leave hits behind the position that nobody has
			keep.step(p)
		}
	}
	sum, at, err := agent.Scan(ctx, cfg, paths)
	show.done()
	unsent := away.send(ctx, e)
	if unsent != nil {
		at = agent.Progress{} // a scan that goes on has to find again what was not handed over
	}
	ending := e.endScan(o, w, out, keep, sum, at, err, listFaults)
	if unsent != nil {
		return &exit{code: exitUnreachable, err: unsent}
	}
	return ending
}

// shown are paths as a report may show them: with --redact, without names in them.
func (o *scanOptions) shown(paths []string) []string {
	if !o.redact {
		return paths
	}
	r := redact.New(redact.Options{})
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i], _ = r.Text(p)
	}
	return out
}

// shownSummary is the same for what was not looked at.
func (o *scanOptions) shownSummary(sum agent.Summary) agent.Summary {
	skipped := make([]agent.Skipped, len(sum.Skipped))
	for i, s := range sum.Skipped {
		clean := o.shown([]string{s.File, s.Reason})
		skipped[i] = agent.Skipped{File: clean[0], From: s.From, Reason: clean[1]}
	}
	sum.Skipped = skipped
	return sum
}

// endScan writes what is left and chooses the exit code: what was found comes
// before what could not be read.
func (e *env) endScan(o scanOptions, w hitWriter, out *bufio.Writer, keep *keeper, sum agent.Summary, at agent.Progress, err, listFaults error) error {
	var ending error
	if err == nil || errors.Is(err, context.Canceled) { // an interrupted scan has its report too
		ending = w.end(o.shownSummary(sum))
	}
	if ending = errors.Join(ending, out.Flush()); ending != nil && err == nil {
		err = ending
	}
	if kept := keep.end(&at, sum.Complete); kept != nil && (err == nil || errors.Is(err, context.Canceled)) {
		err = kept
	}
	none := err == nil && sum.Files == 0 && sum.Bytes == 0 && sum.SkippedTotal == 0
	if !o.quiet && (err == nil || sum.Bytes > 0 || errors.Is(err, context.Canceled)) { // else nothing was begun
		e.sayScan(sum, at, keep)
	}
	switch {
	case errors.Is(err, context.Canceled):
		return &exit{code: exitInterrupted, err: errors.New("interrupted")}
	case err != nil:
		return failed(err)
	case o.exitCode && sum.Hits > 0:
		return &exit{code: exitFindings}
	case none: // an empty folder, or one that is not mounted, is no good news
		return &exit{code: exitPartly, err: errors.New("nothing was looked at: there is no file in what was named")}
	case sum.SkippedTotal > 0:
		return &exit{code: exitPartly, err: fmt.Errorf("%d files or parts of files were not looked at", sum.SkippedTotal)}
	}
	return listFaults
}

// scanConfig reads the flags that bound the scan.
func (e *env) scanConfig(o scanOptions) (agent.Config, error) {
	cfg := agent.Config{Workers: o.workers, Input: e.in}
	var err error
	if cfg.Memory, err = bytesOf(o.memory); err != nil {
		return cfg, err
	}
	if cfg.Memory < 8<<20 {
		return cfg, agent.ErrMemory
	}
	if cfg.LogFormat, err = logFormat(o.logFormat); err != nil {
		return cfg, err
	}
	if cfg.Zone, err = time.LoadLocation(o.zone); err != nil {
		return cfg, fmt.Errorf("--zone %q is no zone of the IANA database", o.zone)
	}
	if o.workers < 0 {
		return cfg, fmt.Errorf("--workers %d: give 1 or more, or nothing for one for each processor", o.workers)
	}
	cfg.Now = clock.System()()
	if o.redact {
		cfg.Redact = redact.New(redact.Options{})
	}
	if o.since != "" {
		cfg.Since, err = sinceOf(o.since, cfg.Now)
		if err == nil && cfg.Since.After(cfg.Now) {
			err = fmt.Errorf("--since %q lies ahead: nothing would be looked at", o.since)
		}
	}
	return cfg, err
}

// loadIndicators maps the index, or makes one of the lists in memory.
func (e *env) loadIndicators(ctx context.Context, o scanOptions, cfg *agent.Config, facts *report.Facts) (closing func() error, faults, err error) {
	if len(o.indicators) == 1 && agent.IsIndex(o.indicators[0]) {
		x, shrink, closing, err := agent.OpenIndex(o.indicators[0])
		if err != nil {
			return nil, nil, failed(err)
		}
		if x.Len() == 0 {
			return closing, nil, failed(errors.Join(fmt.Errorf("%s: the index holds no indicator", o.indicators[0]), closing()))
		}
		cfg.Index, cfg.Shrink, facts.Indicators, facts.Lists = x, shrink, x.Len(), x.Sources()
		return closing, nil, nil
	}
	l, err := e.readLists(ctx, o.indicators, o.lists)
	if err != nil {
		return nil, nil, err
	}
	if !o.quiet {
		e.sayLists(l)
	}
	if l.builder.Len() == 0 {
		return nil, nil, l.none()
	}
	for _, r := range l.reports {
		facts.Lists = append(facts.Lists, r.Source)
	}
	facts.Indicators, facts.Refused = l.builder.Len(), facts.Refused+l.refused()
	cfg.Index, err = indicator.Open(l.builder.Bytes())
	return func() error { return nil }, l.partly(), failed(err)
}

// bytesOf reads 512K, 256M, 2G.
func bytesOf(s string) (int64, error) {
	var n int64
	var unit string
	if _, err := fmt.Sscanf(s, "%d%s", &n, &unit); err != nil && n == 0 {
		return 0, fmt.Errorf("--memory %q is not a number of bytes", s)
	}
	shift, ok := map[string]int{"": 0, "k": 10, "m": 20, "g": 30}[strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(unit), "b"), "i")]
	if !ok || n <= 0 || n > 1<<20 && shift == 30 {
		return 0, fmt.Errorf("--memory %q is not a number of bytes", s)
	}
	return n << shift, nil
}

// sinceOf reads a day, a time or a span back from now.
func sinceOf(s string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if d, err := time.ParseDuration(days + "h"); err == nil && d > 0 {
			return now.Add(-24 * d), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, fmt.Errorf("--since %q is no day, time or span", s)
}

// keeper writes the file of --resume; nil-safe without one.
type keeper struct {
	path string
	what string
	last int64
}

// keepEvery is how many bytes are scanned between two writings: what a kill
// would have scanned again.
const keepEvery = 256 << 20

func (e *env) keepProgress(o scanOptions, paths []string, cfg *agent.Config) (*keeper, error) {
	if o.resume == "" {
		return &keeper{}, nil
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q %v", paths, o.indicators, o.rules, o.lists.warnings, o.lists.private)
	for _, p := range append(append([]string(nil), o.indicators...), o.rules...) {
		if st, err := os.Stat(p); err == nil {
			fmt.Fprint(h, st.Size(), st.ModTime().UnixNano())
		}
	}
	k := &keeper{path: o.resume, what: hex.EncodeToString(h.Sum(nil)[:16])}
	p, err := agent.ReadProgress(o.resume, k.what)
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	cfg.From = p
	return k, err
}

func (k *keeper) step(p *agent.Progress) {
	if k.path == "" || p.Covered.Bytes-k.last < keepEvery {
		return
	}
	k.last, p.What = p.Covered.Bytes, k.what
	_ = p.Write(k.path) // the last writing tells
}

// end keeps where an interrupted scan is, and takes the file of a finished one away.
func (k *keeper) end(p *agent.Progress, complete bool) error {
	if k.path == "" {
		return nil
	}
	if complete {
		if err := os.Remove(k.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if p.Path == "" && p.Covered.Bytes == 0 { // nothing was begun, and nothing is left to go on with
		return nil
	}
	p.What = k.what
	return p.Write(k.path)
}
