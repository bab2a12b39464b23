//go:build !edge

package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"ward/app"
	"ward/app/upkeep"
	"ward/kit/log"
)

func (e *env) audit() *cobra.Command {
	c := &cobra.Command{Use: "audit", Short: "The tamper-evident audit log"}
	c.AddCommand(e.auditVerify())
	return c
}

func (e *env) auditVerify() *cobra.Command {
	var s settings
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify [CHECKPOINT-FILE…]",
		Short: "Check that no entry was changed, removed or added",
		Long: "Compute the audit log again from its entries and compare it with the stored hashes, the stored\n" +
			"checkpoints, and checkpoints that were kept outside of the house.",
		Example: "  ward audit verify --data /var/lib/ward\n  ward audit verify --database postgres://ward@db/ward /mnt/anchor/checkpoints",
		RunE: func(c *cobra.Command, files []string) error {
			cfg, err := s.load(c)
			if err != nil {
				return err
			}
			var outside []string
			for _, f := range files {
				text, err := os.ReadFile(f)
				if err != nil {
					return failed(err)
				}
				outside = append(outside, string(text))
			}
			if err := upkeep.There(c.Context(), cfg.Database); err != nil { // a look makes no house
				return failed(err)
			}
			a, err := app.New(c.Context(), app.Config{Config: cfg, Version: e.version, Log: log.New(e.err, cfg.Log.Format, "error")})
			if err != nil {
				return failed(err)
			}
			defer a.Close() //nolint:errcheck // read only
			return e.printAudit(c, a, outside, asJSON)
		},
	}
	s.add(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (e *env) printAudit(c *cobra.Command, a *app.App, outside []string, asJSON bool) error {
	r, err := a.VerifyAudit(c.Context(), outside...)
	if err != nil {
		return failed(err)
	}
	fault := ""
	if r.Fault != nil {
		fault = fmt.Sprintf("entry %d: %s: %s", r.Fault.Seq, r.Fault.Kind, r.Fault.Text)
	}
	if asJSON {
		err = e.json(map[string]any{"schema": "ward.audit-verify/1", "ok": r.Fault == nil, "entries": r.Size, "root": r.Root.String(),
			"anchored": r.Anchored, "fault": fault})
	} else if fault == "" {
		_, err = fmt.Fprintf(e.out, "The audit log fits together: %d entries, %d covered by a signed checkpoint.\nRoot %s\n", r.Size, r.Anchored, r.Root)
	}
	if err == nil && fault != "" {
		err = errors.New("the audit log does not fit: " + fault)
	}
	return failed(err)
}
