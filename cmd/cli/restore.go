//go:build !edge

package cli

import (
	"github.com/spf13/cobra"

	"ward/app/upkeep"
)

func (e *env) restore() *cobra.Command {
	var h keeping
	var check, replace, yes bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup back, and verify it",
		Long: "Check the file, put database and keys into an empty place, compare every table, and verify the audit log.\n" +
			"A backup of SQLite goes into PostgreSQL and the other way round. A restore that was interrupted is begun anew by the same command.\n\n" +
			"Where there is a house already nothing happens, unless --replace says so: its files are put aside then, and a PostgreSQL\n" +
			"database is emptied.",
		Example: "  ward restore --check ward-2026-05-04.ward\n  ward restore ward-2026-05-04.ward --data /var/lib/ward\n" +
			"  ward restore ward-2026-05-04.ward --data /var/lib/ward --database postgres://ward@/ward?host=/var/run/postgresql",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if check {
				return e.restoreCheck(&h, args[0])
			}
			cfg, err := e.upkeep(c, &h)
			if err != nil {
				return err
			}
			if replace {
				what := "What is in " + cfg.Data + " and in " + shown(cfg.Database) + " will be replaced."
				if err := e.confirm(yes, what, "replace"); err != nil {
					return err
				}
			}
			r, err := upkeep.Restore(c.Context(), cfg, args[0], upkeep.RestoreOptions{Replace: replace})
			if err != nil {
				return failed(err)
			}
			return failed(e.printRestored(&h, args[0], r))
		},
	}
	h.add(c)
	c.Flags().BoolVar(&check, "check", false, "only check the file")
	c.Flags().BoolVar(&replace, "replace", false, "replace the house that is there")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

func (e *env) restoreCheck(h *keeping, path string) error {
	m, err := upkeep.Check(path)
	if err != nil {
		return failed(err)
	}
	if h.asJSON {
		return failed(e.json(summary("ward.restore-check/1", path, m)))
	}
	return failed(h.say(e.out, "%s is whole: %d rows in %d tables, taken on %s from %s by ward %s.\n",
		path, m.Rows(), len(m.Totals), m.At.Format("2006-01-02 15:04 UTC"), m.House, m.Version))
}

func (e *env) printRestored(h *keeping, path string, r upkeep.Restored) error {
	if h.asJSON {
		return e.json(struct {
			Schema  string        `json:"schema"`
			Backup  backupSummary `json:"backup"`
			Aside   string        `json:"aside"`
			Entries int64         `json:"audit_entries"`
			Signed  int64         `json:"audit_signed"`
		}{"ward.restore/1", summary("ward.backup/1", path, r.Manifest), r.Aside, r.Entries, r.Signed})
	}
	if r.Aside != "" {
		if err := h.say(e.out, "The former house lies in %s.\n", r.Aside); err != nil {
			return err
		}
	}
	return h.say(e.out, "Restored: %d rows in %d tables, all as they were saved. The audit log fits together: %d entries, %d under a signed checkpoint.\n"+
		"Next: ward doctor, then start the service.\n", r.Manifest.Rows(), len(r.Manifest.Totals), r.Entries, r.Signed)
}
