package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ward/app/upkeep"
	"ward/kit/conf"
)

func (e *env) migrateDatabase() *cobra.Command {
	var h keeping
	var to string
	c := &cobra.Command{
		Use:   "migrate-database --to URL",
		Short: "Move the house to another database",
		Long: "Copy the database, SQLite or PostgreSQL, into an empty one of either kind, compare every table, and verify the audit log.\n\n" +
			"The old database is only read. Run it once while the house serves: it is a rehearsal, and shows how long it takes. Then stop\n" +
			"the house and run it again: it begins anew, and ends only when nothing has changed meanwhile. Until then the new database\n" +
			"opens for nobody.",
		Example: "  ward migrate-database --data /var/lib/ward --to postgres://ward@/ward?host=/var/run/postgresql\n" +
			"  WARD_TO=postgres://ward:secret@db/ward ward migrate-database --config /etc/ward/ward.toml",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if to == "" { // an address with a password is no flag
				to = conf.Environ()("WARD_TO")
			}
			if to == "" {
				return &exit{code: exitUsage, err: errors.New("--to, or WARD_TO, names the new database: sqlite:PATH or postgres://…")}
			}
			cfg, err := e.upkeep(c, &h)
			if err != nil {
				return err
			}
			m, err := upkeep.Move(c.Context(), cfg, to)
			if err != nil {
				return failed(err)
			}
			return e.printMoved(&h, to, m)
		},
	}
	h.add(c)
	c.Flags().StringVar(&to, "to", "", "sqlite:PATH or postgres://…, empty; with a password use WARD_TO")
	return c
}

func (e *env) printMoved(h *keeping, to string, m upkeep.Moved) error {
	var rows int64
	for _, t := range m.Totals {
		rows += t.Rows
	}
	if h.asJSON {
		if err := e.json(struct {
			Schema   string         `json:"schema"`
			Complete bool           `json:"complete"`
			From     string         `json:"from"`
			To       string         `json:"to"`
			Rows     int64          `json:"rows"`
			Tables   []upkeep.Total `json:"tables"`
			Behind   []string       `json:"behind"`
			Serving  string         `json:"serving"`
			Entries  int64          `json:"audit_entries"`
		}{"ward.migrate-database/1", m.Complete(), m.From, m.To, rows, m.Totals, m.Behind, m.Serving, m.Entries}); err != nil {
			return failed(err)
		}
	}
	if !m.Complete() {
		return &exit{code: exitPartly, err: errors.New(behind(m, rows))}
	}
	if h.asJSON {
		return nil
	}
	return failed(h.say(e.out, "Moved from %s to %s: %d rows in %d tables, each compared. The audit log fits together: %d entries.\n"+
		"Next: write this into the settings, then start the service:\n  database = %q\nThe old database was not changed; keep it until you are sure.\n",
		m.From, m.To, rows, len(m.Totals), m.Entries, shown(to)))
}

// behind says why a copy is only a rehearsal.
func behind(m upkeep.Moved, rows int64) string {
	why := "the old database changed meanwhile: " + strings.Join(m.Behind, "; ")
	if m.Serving != "" {
		why = fmt.Sprintf("the process %q serves the house", m.Serving)
	}
	return fmt.Sprintf("%d rows were copied and compared, but %s\nStop the house and run the same command again; it begins anew", rows, why)
}
