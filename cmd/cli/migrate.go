//go:build !edge

package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"ward/app/upkeep"
	"ward/kit/conf"
)

func (e *env) migrateDatabase() *cobra.Command {
	var h keeping
	var to string
	var o upkeep.MoveOptions
	var release, yes bool
	c := &cobra.Command{
		Use:   "migrate-database --to URL",
		Short: "Move the house to another database, while it serves",
		Long: "Copy the database, SQLite or PostgreSQL, into an empty one of either kind, compare every table, and verify the audit log.\n\n" +
			"The house may serve meanwhile. When the copy is there, the old database is held: it can be read, and every write is refused\n" +
			"with a sentence that says why. What changed meanwhile is copied again, both are compared, and the new database opens. The old\n" +
			"one stays held for good, so nothing that was confirmed can be missing in the new one. Then write the new address into the\n" +
			"settings and restart the service.\n\n" +
			"A fault lets go of the old database. After a kill it stays held until the same command runs again, which begins anew, or until\n" +
			"--release. --rehearse copies and compares without holding anybody up, and shows how long it takes.",
		Example: "  ward migrate-database --data /var/lib/ward --to postgres://ward@/ward?host=/var/run/postgresql --rehearse\n" +
			"  WARD_TO=postgres://ward:secret@db/ward ward migrate-database --config /etc/ward/ward.toml\n" +
			"  ward migrate-database --config /etc/ward/ward.toml --release",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := e.upkeep(c, &h)
			if err != nil {
				return err
			}
			if release {
				return e.release(c, &h, cfg, yes)
			}
			if to == "" { // an address with a password is no flag
				to = conf.Environ()("WARD_TO")
			}
			if to == "" {
				return &exit{code: exitUsage, err: errors.New("--to, or WARD_TO, names the new database: sqlite:PATH or postgres://…")}
			}
			m, err := upkeep.Move(c.Context(), cfg, to, o)
			if err != nil {
				return failed(err)
			}
			return e.printMoved(&h, to, m, o.Rehearse)
		},
	}
	h.add(c)
	c.Flags().StringVar(&to, "to", "", "sqlite:PATH or postgres://…, empty; with a password use WARD_TO")
	c.Flags().BoolVar(&o.Rehearse, "rehearse", false, "copy and compare only; the old database is not held, the new one does not open")
	c.Flags().BoolVar(&release, "release", false, "let the old database be written again, after a move that was killed or is regretted")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask before --release")
	return c
}

func (e *env) release(c *cobra.Command, h *keeping, cfg upkeep.Config, yes bool) error {
	if err := e.confirm(yes, "What was written in the new database, if it opened, will be missing in the old one. Nobody may use both.", "release"); err != nil {
		return err
	}
	to, err := upkeep.Release(c.Context(), cfg)
	if err != nil {
		return failed(err)
	}
	return failed(h.say(e.out, "The database can be written again; it had been held for the move to %s.\n", to))
}

func (e *env) printMoved(h *keeping, to string, m upkeep.Moved, rehearsal bool) error {
	var rows int64
	for _, t := range m.Totals {
		rows += t.Rows
	}
	if h.asJSON {
		return failed(e.json(struct {
			Schema   string         `json:"schema"`
			Complete bool           `json:"complete"`
			From     string         `json:"from"`
			To       string         `json:"to"`
			Rows     int64          `json:"rows"`
			Tables   []upkeep.Total `json:"tables"`
			Again    []string       `json:"copied_again"`
			Held     float64        `json:"held_seconds"`
			Serving  string         `json:"serving"`
			Entries  int64          `json:"audit_entries"`
		}{"ward.migrate-database/2", !rehearsal, m.From, m.To, rows, m.Totals, m.Again, m.Held.Seconds(), m.Serving, m.Entries}))
	}
	if rehearsal {
		return failed(h.say(e.out, "Rehearsed from %s to %s: %d rows in %d tables, each compared. Meanwhile %d tables changed here.\n"+
			"The new database opens for nobody yet.\nNext: the same command without --rehearse; it begins anew.\n",
			m.From, m.To, rows, len(m.Totals), len(m.Again)))
	}
	serves := ""
	if m.Serving != "" {
		serves = fmt.Sprintf("\nThe process %q reads the old database until it is restarted, and cannot write.", m.Serving)
	}
	return failed(h.say(e.out, "Moved from %s to %s: %d rows in %d tables, each compared. The audit log fits together: %d entries.\n"+
		"Writing was held for %.1f s until the copy was complete; %d tables had changed and were copied again.\n"+
		"Next: write this into the settings, then restart the service:\n  database = %q%s\n"+
		"The old database refuses every write from now on; keep it until you are sure.\n",
		m.From, m.To, rows, len(m.Totals), m.Entries, m.Held.Seconds(), len(m.Again), shown(to), serves))
}
