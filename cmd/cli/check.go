//go:build !edge

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ward/format/csaf"
	"ward/format/pack"
	"ward/format/problem"
	"ward/format/recognise"
	"ward/kit/clock"
)

// checkLimit bounds one file that is checked: 64 MB, the bound of every reader.
const checkLimit = 64 << 20

const checkSchema = "ward.check/1"

// checked is what is said of one file.
type checked struct {
	Schema   string            `json:"schema"`
	File     string            `json:"file"`
	Kind     string            `json:"kind"`
	Version  string            `json:"version,omitempty"`
	OK       bool              `json:"ok"`
	Problems []problem.Problem `json:"problems"`           // what makes the file not valid
	Level    string            `json:"level,omitempty"`    // CSAF only: up to which level it was tested
	Findings []finding         `json:"findings,omitempty"` // CSAF only: of all levels, by test
}

// finding is one thing that a CSAF test says.
type finding struct {
	Test   string `json:"test"`
	Level  string `json:"level"`
	Place  string `json:"place"`
	Means  string `json:"means"` // what the test asks, in plain words
	Detail string `json:"detail,omitempty"`
	Clause string `json:"clause"` // address of the section in the standard
	NotRun bool   `json:"not_run,omitempty"`
}

// checkOptions are the flags of one call.
type checkOptions struct {
	level    string
	format   string
	asJSON   bool
	quiet    bool
	exitCode bool

	upTo csaf.Level
	now  clock.Clock
}

const checkLong = `Recognise each file by its content and validate it: CSAF 2.0 and 2.1, provider metadata, ROLIE feeds,
CycloneDX, SPDX, OpenVEX, KEV catalogues, EPSS, CVE records, tables. Names what is wrong and where.
Folders and archives are walked through; "-" reads one file or archive from standard input.

CSAF documents are tested up to a level (CSAF 2.0 and 2.1, chapter 6):

  mandatory    schema and section 6.1: what fails here makes the document invalid
  recommended  also section 6.2 (2.0 says optional): a warning
  informative  also section 6.3: a hint

Exits with 1 when a file is not valid, not recognised or cannot be read, with 2 for wrong use, and with 3
when all are valid and a higher level found something (only with --exit-code).`

func (e *env) check() *cobra.Command {
	o := checkOptions{now: clock.System()}
	c := &cobra.Command{
		Use:   "check FILE|DIR|-…",
		Short: "Recognise and validate documents",
		Long:  checkLong,
		Example: "  ward check advisory.json\n  ward check --level informative --format json csaf.tar.gz\n" +
			"  curl -s https://example.org/csaf.json | ward check --level recommended -\n  ward check ./advisories bom.xml --quiet",
		Args: atLeast("a file, a folder, an archive, or - for the input stream"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.read(); err != nil {
				return &exit{code: exitUsage, err: err}
			}
			return e.runCheck(c.Context(), args, o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.level, "level", csaf.Mandatory.Word(), "tests of CSAF documents: mandatory, recommended or informative")
	f.StringVar(&o.format, "format", "text", "text, or json: one object a line and file")
	f.BoolVar(&o.asJSON, "json", false, "the same as --format json")
	f.BoolVar(&o.quiet, "quiet", false, "print only files of which there is something to say")
	f.BoolVar(&o.exitCode, "exit-code", false, "exit with 3 when valid documents have findings of a higher level")
	return c
}

// read turns the flags' words into values.
func (o *checkOptions) read() (err error) {
	var ok bool
	if o.upTo, ok = csaf.ParseLevel(o.level); !ok {
		return fmt.Errorf("--level is mandatory, recommended or informative, not %q", printable(o.level))
	}
	if o.format != "text" && o.format != "json" {
		return fmt.Errorf("--format is text or json, not %q", printable(o.format))
	}
	o.asJSON = o.asJSON || o.format == "json"
	return nil
}

// tally counts what was said of all files.
type tally struct{ all, bad, told int }

func (e *env) runCheck(ctx context.Context, paths []string, o checkOptions) error {
	var sum tally
	tell := func(res checked) error {
		sum.all++
		if !res.OK {
			sum.bad++
		}
		told := slices.ContainsFunc(res.Findings, func(f finding) bool { return !f.NotRun })
		if told {
			sum.told++
		}
		if o.quiet && res.OK && !told {
			return nil
		}
		return e.printCheck(res, o.asJSON)
	}
	each := func(name string, r io.Reader) error {
		res := o.one(name, r)
		if !slices.Contains(paths, name) && res.Kind == string(recognise.Unknown) && !document(name) {
			return nil // a README beside the documents
		}
		return tell(res)
	}
	broken := func(name string, err error) error { return tell(unreadable(name, "read", plain(err))) }
	for _, path := range paths {
		var err error
		if path == "-" {
			err = e.standardInput(ctx, each, broken)
		} else {
			err = files{each: each, broken: broken}.walk(ctx, []string{path})
			if ctx.Err() == nil && err != nil { // a name that is not there: the others still count
				err = broken(path, err)
			}
		}
		if err != nil {
			return failed(err)
		}
	}
	switch {
	case sum.all == 0:
		return failed(errors.New("no file was found"))
	case sum.bad > 0:
		return failed(fmt.Errorf("%d of %d files are not valid", sum.bad, sum.all))
	case o.exitCode && sum.told > 0:
		return &exit{code: exitFindings, err: fmt.Errorf("%d of %d files have findings; all are valid", sum.told, sum.all)}
	}
	return nil
}

// standardInput is one file or archive, held in memory: archives are read from
// their end.
func (e *env) standardInput(ctx context.Context, each func(string, io.Reader) error, broken func(string, error) error) error {
	data, err := io.ReadAll(io.LimitReader(e.in, checkLimit+1))
	switch {
	case err != nil:
		return broken("-", err)
	case len(data) > checkLimit:
		return broken("-", fmt.Errorf("more than %d bytes", checkLimit))
	}
	var own error
	err = pack.Walk("-", bytes.NewReader(data), int64(len(data)), pack.Limits{}, func(entry string, r io.Reader) error {
		if own = ctx.Err(); own == nil {
			own = each(nameOf("-", entry), r)
		}
		return own
	})
	if err == nil || own != nil {
		return own
	}
	return broken("-", err)
}

// document reports whether a file inside a folder or archive was meant to be
// read: one that nobody recognises is then a fault.
func document(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".xml", ".csv", ".xlsx", ".spdx", ".cdx", ".tag", ".gz", ".zip", ".tar", ".zst", ".bz2", ".tgz":
		return true
	}
	return false
}

// one says what is to say of one file.
func (o *checkOptions) one(name string, r io.Reader) checked {
	out := checked{Schema: checkSchema, File: name, Problems: []problem.Problem{}}
	data, err := io.ReadAll(io.LimitReader(r, checkLimit+1))
	switch {
	case err != nil:
		return unreadable(name, "read", plain(err))
	case len(data) > checkLimit:
		return unreadable(name, "size", fmt.Sprintf("more than %d bytes", checkLimit))
	}
	if recognise.Recognise(name, data) == recognise.CSAF {
		out.report(csaf.Examine(data, o.upTo, o.now()))
		return out
	}
	res := recognise.Check(name, data)
	out.Kind, out.Version = string(res.Kind), res.Version
	out.Problems = append(out.Problems, res.Problems...)
	out.OK = len(out.Problems) == 0
	return out
}

// report takes over what the CSAF validator says.
func (c *checked) report(r csaf.Report) {
	c.Kind, c.Version, c.Level, c.OK = string(recognise.CSAF), r.Edition, r.Level.Word(), r.Valid()
	for _, f := range r.Findings {
		test, _ := csaf.TestOf(r.Edition, f.Test) // syntax and schema are no numbered tests
		c.Findings = append(c.Findings, finding{Test: f.Test, Level: f.Level.Word(), Place: f.Place, Means: test.Title, Detail: f.Detail,
			Clause: csaf.Clause(r.Edition, f.Test), NotRun: f.NotRun})
		if f.Level == csaf.Mandatory && !f.NotRun {
			f.Rule = f.Test
			c.Problems = append(c.Problems, f.Problem)
		}
	}
}

// unreadable is said of a file of which nothing else can be.
func unreadable(name, rule, detail string) checked {
	return checked{Schema: checkSchema, File: name, Kind: "unreadable", Problems: []problem.Problem{{Rule: rule, Detail: detail}}}
}

func (e *env) printCheck(c checked, asJSON bool) error {
	if asJSON {
		return e.jsonLine(c)
	}
	word := "ok"
	if !c.OK {
		word = "NOT VALID"
	}
	lines := []string{fmt.Sprintf("%s: %s %s: %s", c.File, c.Kind, c.Version, word)}
	lines = append(lines, c.findingLines()...)
	if len(c.Findings) == 0 {
		for _, p := range c.Problems {
			lines = append(lines, "  "+p.Error())
		}
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(e.out, printable(l)); err != nil {
			return err
		}
	}
	return nil
}

// findingLines says each test once, with what it asks and where to read on,
// and the places below it.
func (c checked) findingLines() []string {
	var out []string
	last := ""
	for _, f := range c.Findings {
		if f.Test != last {
			last = f.Test
			head := "  " + f.Level + " " + f.Test
			switch {
			case f.Means == "": // syntax and schema
			case f.NotRun:
				head += " not decided: " + f.Means
			default:
				head += " not met: " + f.Means
			}
			out = append(out, head, "    "+f.Clause)
		}
		line := "    " + f.Place
		if f.Detail != "" {
			line += ": " + f.Detail
		}
		out = append(out, line)
	}
	return out
}
