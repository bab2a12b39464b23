//go:build !edge

package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"ward/app/upkeep"
)

func (e *env) doctor() *cobra.Command {
	var h keeping
	var l upkeep.Look
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong with the house, and what to do",
		Long: "Look at settings, data folder, keys, database, jobs, audit log and limits. It changes nothing and prints no secret.\n" +
			"Run it as the user of the service, with the same settings. Exit codes: 0, nothing is broken (there may be\n" +
			"warnings); 1, something is broken; 2, the command itself was wrong.",
		Example: "  ward doctor --config /etc/ward/ward.toml\n  ward doctor --data /var/lib/ward --deep --connect\n  ward doctor --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := e.upkeep(c, &h)
			all := []upkeep.Finding{{Check: "settings", State: upkeep.Good, Text: "every setting can be read"}}
			if err != nil {
				all[0] = upkeep.Finding{Check: "settings", State: upkeep.Broken, Text: err.Error(), Next: "docs/operating.md, Settings"}
			} else {
				all = append(all, upkeep.Examine(c.Context(), cfg, l)...)
			}
			if err := e.printFindings(&h, all); err != nil {
				return failed(err)
			}
			if !upkeep.Healthy(all) {
				return &exit{code: exitFailed}
			}
			return nil
		},
	}
	h.add(c)
	c.Flags().StringVar(&h.listen, "listen", "127.0.0.1:8080", "HOST:PORT that the house answers on")
	c.Flags().BoolVar(&l.Connect, "connect", false, "ask DNS, the mail relay and the text gateway, too")
	c.Flags().BoolVar(&l.Deep, "deep", false, "go through the whole audit log and all inventories; mends their index")
	return c
}

func (e *env) printFindings(h *keeping, all []upkeep.Finding) error {
	if h.asJSON {
		return e.json(struct {
			Schema   string           `json:"schema"`
			OK       bool             `json:"ok"`
			Findings []upkeep.Finding `json:"findings"`
		}{"ward.doctor/1", upkeep.Healthy(all), all})
	}
	for _, f := range all {
		if h.quiet && f.State != upkeep.Broken && f.State != upkeep.Notice {
			continue
		}
		if _, err := fmt.Fprintf(e.out, "%-8s %s: %s\n", f.State, f.Check, f.Text); err != nil {
			return err
		}
		if f.Next != "" {
			if _, err := fmt.Fprintf(e.out, "%8s next: %s\n", "", f.Next); err != nil {
				return err
			}
		}
	}
	return nil
}
