//go:build !edge

package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"ward"
	"ward/app"
	"ward/format/problem"
	"ward/format/rule"
	"ward/format/rule/input"
	"ward/kit/clock"
)

// clockOptions are the flags of ward clock.
type clockOptions struct {
	profile, incident string
	country, at       string
	list, json, all   bool
	strict, exitCode  bool
}

// clock is the command: legal deadlines without a server.
func (e *env) clock() *cobra.Command {
	var o clockOptions
	c := &cobra.Command{
		Use:   "clock --profile FILE --incident FILE",
		Short: "Which legal deadlines an incident starts, to whom, and why, without a server",
		Long: "Say which duties to report or tell an incident brings for an organisation: until when, to whom,\n" +
			"by which article, and which answers are missing. Nothing leaves this machine.\n\n" +
			"Both files are JSON, and - reads standard input. Keys are facts such as country, kind, headcount or\n" +
			"aware_at, ransomware; --list shows the duties, docs/clock.md all keys. What is not answered stays\n" +
			"open; null and \"unknown\" say so. Times without an offset are those of the country.\n\n" +
			"The due time is the strict reading. It is help with the law, not legal advice.",
		Example: "  ward clock --profile hospital.json --incident tonight.json\n" +
			"  ward clock --profile hospital.json --incident tonight.json --json --at 2027-01-30T10:00:00Z\n" +
			"  ward clock --profile hospital.json\n" +
			"  ward clock --list --country DE",
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return e.runClock(o) },
	}
	f := c.Flags()
	f.StringVar(&o.profile, "profile", "", "what is known of the organisation, JSON")
	f.StringVar(&o.incident, "incident", "", "what is known of the incident, JSON")
	f.StringVar(&o.country, "country", "", "Member State, instead of the profile's; with --list: only its law")
	f.StringVar(&o.at, "at", "", "moment for which to answer (RFC 3339), default now")
	f.BoolVar(&o.list, "list", false, "print the duties themselves, with source and confidence")
	f.BoolVar(&o.json, "json", false, "print JSON")
	f.BoolVar(&o.all, "all", false, "print duties that do not apply as well, with the reason")
	f.BoolVar(&o.strict, "strict", false, "an unknown key is an error")
	f.BoolVar(&o.exitCode, "exit-code", false, "exit with 3 when a duty is overdue")
	return c
}

// runClock checks the flags before any file is read.
func (e *env) runClock(o clockOptions) error {
	var country ward.Country
	if o.country != "" {
		c, ok := ward.ParseCountry(o.country)
		if !ok {
			return &exit{code: exitUsage, err: fmt.Errorf("--country %s is no Member State; two letters are wanted, such as DE", o.country)}
		}
		country = c
	}
	book, err := app.Law()
	if err != nil {
		return failed(err)
	}
	if o.list {
		return e.listLaw(book, country, o.json)
	}
	if o.profile == "" {
		return &exit{code: exitUsage, err: errors.New("--profile FILE is needed, or --list")}
	}
	a, err := e.assess(book, country, o)
	if err != nil {
		return err
	}
	if o.json {
		err = e.json(clockJSON(a, o.all))
	} else {
		err = e.printClock(book, a, o)
	}
	if err != nil {
		return failed(err)
	}
	if o.exitCode {
		for _, d := range a.Duties {
			if d.State == rule.Overdue && d.By == "organisation" {
				return &exit{code: exitFindings}
			}
		}
	}
	return nil
}

// assess reads both files and asks the law.
func (e *env) assess(book *rule.Book, country ward.Country, o clockOptions) (*rule.Assessment, error) {
	at := clock.System()()
	if o.at != "" {
		t, err := time.Parse(time.RFC3339, o.at)
		if err != nil {
			return nil, &exit{code: exitUsage, err: fmt.Errorf("--at %s is no time such as 2027-01-30T10:00:00Z", o.at)}
		}
		at = t
	}
	text, err := e.readInput(o.profile)
	if err != nil {
		return nil, failed(err)
	}
	p, remarks, err := input.Profile(book, text)
	if err := e.told(o, o.profile, remarks, err); err != nil {
		return nil, err
	}
	if country != "" {
		p.Country = country
	}
	if p.Country == "" {
		return nil, failed(fmt.Errorf("%s: no country; add \"country\": \"DE\" or use --country", o.profile))
	}
	var i rule.Incident
	if o.incident != "" {
		if text, err = e.readInput(o.incident); err != nil {
			return nil, failed(err)
		}
		i, remarks, err = input.Incident(book, p.Country, text)
		if err := e.told(o, o.incident, remarks, err); err != nil {
			return nil, err
		}
	}
	a, err := rule.Evaluate(book, p, i, at)
	return a, failed(err)
}

// maxClockInput is one byte above what the reader takes, so that it can say so.
const maxClockInput = 1<<20 + 1

// readInput reads a file or standard input, never more than the reader takes.
func (e *env) readInput(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(e.in, maxClockInput))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxClockInput))
}

// told prints what was gone over, and turns faults into the command's error.
func (e *env) told(o clockOptions, file string, remarks []problem.Problem, err error) error {
	for _, r := range remarks {
		fmt.Fprintf(e.err, "%s:%s: %s\n", file, r.Place, printable(r.Detail))
	}
	if err != nil {
		return failed(fmt.Errorf("%s cannot be used:\n%w", file, err))
	}
	if o.strict && len(remarks) > 0 {
		return failed(fmt.Errorf("%s: %d keys are not known", file, len(remarks)))
	}
	return nil
}
