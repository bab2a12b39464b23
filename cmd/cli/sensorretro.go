package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ward/detect/sensor/agent/retro"
	"ward/detect/sensor/agent/watch"
	"ward/format/indicator"
)

// retroOptions are the flags of ward sensor retro.
type retroOptions struct {
	lists      listOptions
	indicators []string
	config     string
	asJSON     bool
	exitCode   bool
}

func (e *env) sensorRetro() *cobra.Command {
	var o retroOptions
	c := configFlag(&cobra.Command{Use: "retro --indicators PATH...", Short: "Ask whether indicators were seen before, without the old logs", Args: cobra.NoArgs,
		Long: "Answer from the salted hashes that the sensor keeps of what it saw: first seen 19 days ago, on 2 computers.\n" +
			"Nothing leaves this computer. What is not remembered (patterns of several parts, wide networks) is named.",
		Example: "  ward sensor retro --indicators hsc-2026-014.csv",
		RunE:    func(c *cobra.Command, _ []string) error { return e.runRetro(c.Context(), o) }}, &o.config)
	o.lists.flags(c)
	c.Flags().StringArrayVar(&o.indicators, "indicators", nil, "list of indicators; may be given more than once")
	c.Flags().BoolVar(&o.asJSON, "json", false, "one JSON object for each indicator")
	c.Flags().BoolVar(&o.exitCode, "exit-code", false, "exit with 3 when something was seen")
	_ = c.MarkFlagRequired("indicators") // the flag exists
	return c
}

func (e *env) runRetro(ctx context.Context, o retroOptions) error {
	s, err := watch.Read(o.config)
	if err != nil {
		return failed(err)
	}
	l, err := e.readLists(ctx, o.indicators, o.lists)
	if err != nil {
		return err
	}
	x, err := indicator.Open(l.builder.Bytes())
	if err != nil {
		return failed(err)
	}
	var list []indicator.Indicator
	if err := x.Each(func(in indicator.Indicator) error { list = append(list, in); return nil }); err != nil {
		return failed(err)
	}
	m, err := retro.OpenMemory(s.RetroDir())
	if err != nil {
		return failed(err)
	}
	answers, err := m.Ask(list)
	if err != nil {
		return failed(err)
	}
	seen, err := e.sayRetro(o, m, answers)
	if err != nil {
		return failed(err)
	}
	if o.exitCode && seen > 0 {
		return &exit{code: exitFindings}
	}
	return l.partly()
}

// sayRetro prints the answers and counts what was seen.
func (e *env) sayRetro(o retroOptions, m *retro.Memory, answers []retro.Answer) (seen int, err error) {
	enc := json.NewEncoder(e.out)
	unanswered := 0
	for _, a := range answers {
		if a.Seen {
			seen++
		}
		if a.Reason != "" {
			unanswered++
		}
		if o.asJSON {
			err = errors.Join(err, enc.Encode(a))
			continue
		}
		if a.Seen {
			where := strings.Join(a.Hosts, ", ")
			if a.More {
				where += " and more"
			}
			_, writing := fmt.Fprintln(e.out, printable(fmt.Sprintf("%s %s: first seen %s, last on %s, on %d days, at %s", a.Type, a.Indicator, a.First.Format("2006-01-02 15:04"), a.Last, a.Days, or(where, "no known computer"))))
			err = errors.Join(err, writing)
		}
	}
	fmt.Fprintf(e.err, "%d of %d indicators were seen since %s; %d cannot be answered from hashes (--json says why)\n", seen, len(answers), or(m.From, "never"), unanswered)
	return seen, err
}

// or is the text, or what stands for none.
func or(text, none string) string {
	if text == "" {
		return none
	}
	return text
}
