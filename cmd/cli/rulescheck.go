package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ward/format/sigma"
)

func (e *env) rules() *cobra.Command {
	c := &cobra.Command{
		Use: "rules", Short: "Check Sigma rules before they are used",
		Example: "  ward rules check rules/\n  ward scan --rules rules/ /var/log",
	}
	c.AddCommand(e.rulesCheck())
	return c
}

func (e *env) rulesCheck() *cobra.Command {
	var asJSON bool
	var places string
	c := &cobra.Command{
		Use: "check PATH...", Short: "Say which rules can be used, which not and why, and which are slow",
		Long: "PATH is a Sigma rule (.yml), a folder or an archive of rules; correlations and filters belong to the rules of the\n" +
			"same command. A slow rule works, but nothing in it is rare enough to pass it over: it is evaluated for every event of\n" +
			"its log source, or for every event that has the field named. Exit 1 when a rule is refused.",
		Example: "  ward rules check sigma/\n  ward rules check --json rule.yml\n  ward rules check --placeholders hospital.toml rules.zip",
		Args:    atLeast("a rule, or a folder or an archive of rules"),
		RunE: func(c *cobra.Command, args []string) error {
			rules, refused, err := e.readRules(c.Context(), args)
			if err != nil {
				return failed(err)
			}
			options, err := placeholders(places)
			if err != nil {
				return err
			}
			engine, more := sigma.Compile(rules, options)
			return e.sayRules(checkedRules(engine, append(refused, more...)), asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&places, "placeholders", "", "TOML file of what %names% in rules mean here: Workstations = [\"WS-*\"]")
	return c
}

// ruleCheck is what ward rules check prints as JSON.
type ruleCheck struct {
	Schema   string        `json:"schema"`
	Compiled int           `json:"compiled"` // correlations and filters that are used count too
	Refused  []refusedRule `json:"refused"`
	Slow     []slowRule    `json:"slow"`
}

type refusedRule struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	ID     string `json:"id,omitempty"`
	Title  string `json:"title,omitempty"`
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

type slowRule struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	ID    string `json:"id,omitempty"`
	Title string `json:"title"`
	Why   string `json:"why"`
}

func checkedRules(engine *sigma.Engine, refused []sigma.Refused) ruleCheck {
	out := ruleCheck{Schema: "ward.rules-check/1", Compiled: engine.Used(), Refused: []refusedRule{}, Slow: []slowRule{}}
	for _, r := range refused {
		out.Refused = append(out.Refused, refusedRule(r))
	}
	for _, s := range engine.Slow() {
		why := "evaluated for every event of " + s.Rule.Source.String()
		if s.Field != "" {
			why += " that has " + s.Field
		}
		line := s.Line
		if line == 0 {
			line = s.Rule.Line
		}
		out.Slow = append(out.Slow, slowRule{File: s.Rule.File, Line: line, ID: s.Rule.ID, Title: s.Rule.Title, Why: why})
	}
	return out
}

func (e *env) sayRules(c ruleCheck, asJSON bool) error {
	if asJSON {
		if err := e.json(c); err != nil {
			return failed(err)
		}
	} else if err := e.printRules(c); err != nil {
		return failed(err)
	}
	switch {
	case len(c.Refused) > 0:
		return &exit{code: exitFailed, err: fmt.Errorf("%d rules or files refused", len(c.Refused))}
	case c.Compiled == 0:
		return &exit{code: exitFailed, err: fmt.Errorf("no rule was found")}
	}
	return nil
}

func (e *env) printRules(c ruleCheck) error {
	var b strings.Builder
	for _, r := range c.Refused {
		fmt.Fprintf(&b, "%s:%d: refused (%s): %s\n", printable(r.File), r.Line, r.Reason, printable(r.Detail))
	}
	for _, s := range c.Slow {
		fmt.Fprintf(&b, "%s:%d: slow: %s\n", printable(s.File), s.Line, printable(s.Why))
	}
	fmt.Fprintf(&b, "%d rules compiled, %d refused, %d slow\n", c.Compiled, len(c.Refused), len(c.Slow))
	_, err := fmt.Fprint(e.out, b.String())
	return err
}
