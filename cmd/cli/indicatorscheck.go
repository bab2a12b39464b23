package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ward/format/indicator"
)

func (e *env) indicatorsCheck() *cobra.Command {
	var o listOptions
	var asJSON bool
	c := &cobra.Command{
		Use: "check LIST...", Short: "Explain what is in lists of indicators and what is refused",
		Long: "Print for each list how many indicators of which type it holds, which lines or objects are refused and why, and\n" +
			"which values a warning list knows as harmless. Exit 1 when nothing in the lists is an indicator.",
		Example: "  ward indicators check hsc-2026-014.csv\n  ward indicators check feeds/ --warning-lists warninglists.tar.gz --json",
		Args:    atLeast("a list, or a folder or an archive of lists"),
		RunE: func(c *cobra.Command, args []string) error {
			l, err := e.readLists(c.Context(), args, o)
			if err != nil {
				return err
			}
			if asJSON {
				err = e.json(checkOf(l))
			} else {
				err = e.printLists(l)
			}
			if err != nil {
				return failed(err)
			}
			if l.builder.Len() == 0 {
				return l.none()
			}
			return l.partly()
		},
	}
	o.flags(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// check is what ward indicators check prints as JSON.
type check struct {
	Schema     string         `json:"schema"`
	Indicators int            `json:"indicators"`
	Duplicates int            `json:"duplicates"` // given twice by the same list
	Counts     map[string]int `json:"counts"`
	Lists      []checkedList  `json:"lists"`
	Broken     []string       `json:"broken"` // lists that could not be read to their end
}

type checkedList struct {
	*indicator.Report
	Counts map[string]int `json:"counts"`
}

func checkOf(l *lists) check {
	out := check{Schema: "ward.indicators-check/1", Indicators: l.builder.Len(), Duplicates: l.builder.Again(), Counts: map[string]int{}, Broken: l.broken}
	for _, r := range l.reports {
		counts := named(r)
		for t, n := range counts {
			out.Counts[t] += n
		}
		out.Lists = append(out.Lists, checkedList{Report: r, Counts: counts})
	}
	return out
}

func named(r *indicator.Report) map[string]int {
	out := map[string]int{}
	for t, n := range r.Counts {
		out[t.String()] = n
	}
	if r.Patterns > 0 {
		out["pattern"] = r.Patterns
	}
	return out
}

// shownRefusals is how many of a list are printed for people; JSON has a thousand.
const shownRefusals = 20

func (e *env) printLists(l *lists) error {
	var b strings.Builder
	for _, r := range l.reports {
		fmt.Fprintf(&b, "%s (%s): %s\n", printable(r.Source), r.Format, orNone(strings.Join(append(byType(r.Counts), patterns(r)...), ", ")))
		for i, x := range r.Refused {
			if i == shownRefusals {
				break
			}
			fmt.Fprintf(&b, "  %s: %s: %s\n", placeOf(x), x.Reason, printable(x.Text))
		}
		if more := r.RefusedTotal - min(len(r.Refused), shownRefusals); more > 0 {
			fmt.Fprintf(&b, "  and %d more refused\n", more)
		}
		for i, x := range r.Benign {
			if i == shownRefusals {
				break
			}
			fmt.Fprintf(&b, "  benign: %s %s is on %q\n", x.Type, printable(x.Value), x.List)
		}
		if more := r.BenignTotal - min(len(r.Benign), shownRefusals); more > 0 {
			fmt.Fprintf(&b, "  and %d more benign\n", more)
		}
	}
	fmt.Fprintf(&b, "%d indicators in %d lists; %d refused, %d given twice\n", l.builder.Len(), len(l.reports), l.refused(), l.builder.Again())
	_, err := fmt.Fprint(e.out, b.String())
	return err
}

func patterns(r *indicator.Report) []string {
	if r.Patterns == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d patterns of several parts", r.Patterns)}
}

func orNone(s string) string {
	if s == "" {
		return "no indicator"
	}
	return s
}

func placeOf(x indicator.Refused) string {
	if x.Ref != "" {
		return x.Ref
	}
	return fmt.Sprintf("line %d", x.Line)
}
