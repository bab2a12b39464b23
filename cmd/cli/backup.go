//go:build !edge

package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"ward/app/upkeep"
)

func (e *env) backup() *cobra.Command {
	var h keeping
	var o upkeep.BackupOptions
	c := &cobra.Command{
		Use:   "backup FILE|-",
		Short: "Save the whole house into one file",
		Long: "Save database and keys as they are at one moment, while the house goes on serving.\n" +
			"The file is read again and checked before it gets its name; what goes to - cannot be: use ward restore --check later.\n\n" +
			"The file holds every secret of the house and is not encrypted. Only its owner can read it: keep it so.",
		Example: "  ward backup /backup/ward-$(date +%F).ward --data /var/lib/ward\n  ward backup - --config /etc/ward/ward.toml | age -r … > ward.age",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := e.upkeep(c, &h)
			if err != nil {
				return err
			}
			if args[0] == "-" {
				if terminal(e.out) {
					return &exit{code: exitUsage, err: errors.New("a backup is not written to a terminal: name a file, or use a pipe")}
				}
				m, err := upkeep.Backup(c.Context(), cfg, e.out, o)
				if err == nil {
					err = upkeep.NoteSaved(cfg, upkeep.Saved{At: m.At, File: "-"})
				}
				return failed(err)
			}
			m, err := e.backupFile(c, cfg, args[0], o)
			if err != nil {
				return failed(err)
			}
			return failed(e.printBackup(&h, args[0], m))
		},
	}
	h.add(c)
	c.Flags().BoolVar(&o.Portable, "portable", false, "rows in the form that every database reads, from SQLite too")
	return c
}

// backupFile writes beside the name, checks, and renames: a file of that name is
// a whole backup.
func (e *env) backupFile(c *cobra.Command, cfg upkeep.Config, path string, o upkeep.BackupOptions) (m upkeep.Manifest, err error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("%s exists: choose another name", path)
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return m, err
	}
	defer os.Remove(part) //nolint:errcheck // gone by then, or of no worth
	_, err = upkeep.Backup(c.Context(), cfg, f, o)
	if err = errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close()); err != nil {
		return m, err
	}
	if m, err = upkeep.Check(part); err != nil {
		return m, err
	}
	if err := os.Rename(part, path); err != nil {
		return m, err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return m, err
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return m, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return m, err
	}
	return m, upkeep.NoteSaved(cfg, upkeep.Saved{At: m.At, File: path, Checked: true})
}

func (e *env) printBackup(h *keeping, path string, m upkeep.Manifest) error {
	if h.asJSON {
		return e.json(summary("ward.backup/1", path, m))
	}
	return h.say(e.out, "%s: %d rows in %d tables, and %d files. It was read again and is whole.\n"+
		"It holds every secret of the house, is not encrypted, and can be read by its owner only.\n", path, m.Rows(), len(m.Totals), len(m.Files()))
}

// backupSummary is what --json prints of an archive.
type backupSummary struct {
	Schema   string         `json:"schema"`
	File     string         `json:"file"`
	Version  string         `json:"version"`
	At       string         `json:"at"`
	House    string         `json:"house"`
	Database string         `json:"database"`
	Rows     int64          `json:"rows"`
	Tables   []upkeep.Total `json:"tables"`
	Files    []string       `json:"files"`
}

func summary(schema, path string, m upkeep.Manifest) backupSummary {
	return backupSummary{schema, path, m.Version, m.At.Format("2006-01-02T15:04:05Z"), m.House, m.Database, m.Rows(), m.Totals, m.Files()}
}
