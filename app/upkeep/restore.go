package upkeep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ward"
	"ward/app"
	"ward/kit/db"
	"ward/kit/job"
)

// RestoreOptions of Restore; the zero value restores into nothing only.
type RestoreOptions struct {
	// Replace puts what is there aside, or drops it where it is PostgreSQL. A
	// person has agreed to it.
	Replace bool
}

// Restored is what a restore made.
type Restored struct {
	Manifest Manifest
	Aside    string // folder in which the former files lie; "" when there were none
	Entries  int64  // entries of the audit log
	Signed   int64  // of them covered by a signed checkpoint
}

// Check reads an archive from its beginning to its end and compares everything
// with its manifest. The error names the first place that does not fit.
func Check(path string) (Manifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return Manifest{}, err
	}
	defer f.Close() //nolint:errcheck // read only
	m, err := unpack(f, checking{})
	return m, ward.Wrap("check backup "+filepath.Base(path), err)
}

// checking is a visitor that reads rows and keeps nothing.
type checking struct{}

func (checking) head(Head) error              { return nil }
func (checking) file(string, io.Reader) error { return nil }
func (checking) snapshot(io.Reader) error     { return nil }
func (checking) row(t db.Table, line []byte) error {
	_, err := parseRow(line, t.Columns)
	return err
}

// Restore checks the archive at path, puts it in place and verifies the audit
// log of the house that comes of it. Conflict where there is something already,
// where a process serves it, or where the archive is of a newer version. A
// restore that was interrupted is begun anew by the same call.
func Restore(ctx context.Context, cfg Config, path string, o RestoreOptions) (Restored, error) {
	r := &restore{cfg: cfg.complete(), path: path, options: o}
	err := r.run(ctx)
	return r.out, ward.Wrap("restore", err)
}

// restore is one run.
type restore struct {
	cfg     Config
	path    string
	options RestoreOptions
	out     Restored
	at      []db.Migrations // schema of the archive
}

func (r *restore) run(ctx context.Context) (err error) {
	r.cfg.Tell("checking the archive")
	if r.out.Manifest, err = Check(r.path); err != nil {
		return err
	}
	all, err := schema(ctx, r.cfg)
	if err != nil {
		return err
	}
	if r.at, err = schemaAt(all, r.out.Manifest.Migrations); err != nil {
		return err
	}
	if err := os.MkdirAll(r.cfg.Data, 0o700); err != nil {
		return err
	}
	done, err := r.place(ctx)
	if err != nil {
		return err
	}
	if !done {
		if err := r.put(ctx); err != nil {
			return err
		}
	}
	if err := os.Remove(filepath.Join(r.cfg.Data, app.RestoreMark)); err != nil {
		return err
	}
	return r.verify(ctx)
}

// mark is the file that says that a restore is under way.
type mark struct {
	Archive string    `json:"archive"`
	At      time.Time `json:"at"`
	Files   []string  `json:"files"` // that the restore brings
}

func readMark(data string) (m mark, found bool, err error) {
	text, err := os.ReadFile(filepath.Join(data, app.RestoreMark))
	if errors.Is(err, fs.ErrNotExist) {
		return m, false, nil
	}
	if err == nil && json.Unmarshal(text, &m) != nil {
		m = mark{} // written by half: it brought nothing yet
	}
	return m, true, err
}

// place looks at what is there, and makes room or refuses. done says that an
// earlier run had come as far as the database.
func (r *restore) place(ctx context.Context) (done bool, err error) {
	old, marked, err := readMark(r.cfg.Data)
	if err != nil {
		return false, err
	}
	found, err := r.found(ctx, old)
	if err != nil {
		return false, err
	}
	if found.database && marked {
		got, err := r.present(ctx)
		if err != nil {
			return false, err
		}
		if len(differences(r.out.Manifest.Totals, got)) == 0 {
			return true, nil
		}
	}
	if (found.database || len(found.files) > 0) && !r.options.Replace {
		return false, refuse(r.cfg, found)
	}
	if err := r.writeMark(); err != nil {
		return false, err
	}
	if r.options.Replace {
		err = r.setAside(found)
	}
	return false, err
}

// occupied is what stands in the way.
type occupied struct {
	database bool
	files    []string
}

func refuse(cfg Config, found occupied) error {
	what := "files in " + cfg.Data + " (" + strings.Join(found.files, ", ") + ")"
	if found.database {
		what = "a house in this database"
	}
	return ward.Fail(ward.Conflict, "").Because(fmt.Errorf("there is %s; restore into an empty place with --data DIR or --database URL, "+
		"or say --replace", what))
}

// found looks for a house. What an interrupted restore left is not one.
func (r *restore) found(ctx context.Context, old mark) (out occupied, err error) {
	ours := map[string]bool{}
	for _, f := range old.Files {
		ours[filepath.FromSlash(f)] = true
	}
	files, err := houseFiles(r.cfg)
	for _, f := range files {
		if !ours[f] {
			out.files = append(out.files, f)
		}
	}
	if path := litePath(r.cfg.Database); err != nil || path != "" && missing(path) {
		return out, err
	}
	d, err := db.Open(ctx, r.cfg.Database)
	if err != nil {
		return out, err
	}
	defer d.Close() //nolint:errcheck // read only
	if who, err := serving(ctx, r.cfg, d); err == nil && who != "" {
		return out, ward.Fail(ward.Conflict, "").Because(fmt.Errorf("the process %q serves this house; stop it first", who))
	}
	empty, err := d.Empty(ctx)
	if err != nil {
		return out, err
	}
	source, err := d.Unfinished(ctx)
	out.database = !empty && source == ""
	return out, err
}

// litePath is the file of a SQLite address, "" for PostgreSQL.
func litePath(url string) string {
	path, ok := strings.CutPrefix(url, "sqlite:")
	if !ok {
		return ""
	}
	return path
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// present adds up what is there.
func (r *restore) present(ctx context.Context) ([]Total, error) {
	d, err := db.Open(ctx, r.cfg.Database)
	if err != nil {
		return nil, err
	}
	defer d.Close() //nolint:errcheck // read only
	return totals(ctx, d)
}

func (r *restore) writeMark() error {
	text, err := json.Marshal(mark{filepath.Base(r.path), r.cfg.Clock().UTC(), r.out.Manifest.Files()})
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(r.cfg.Data, app.RestoreMark), strings.NewReader(string(text)))
}

// setAside moves the former files into a folder of the data folder. The former
// SQLite database gets another name in its own folder, which may be another
// disk. A PostgreSQL database is cleared when it is filled.
func (r *restore) setAside(found occupied) error {
	tail := asidePrefix + r.cfg.Clock().UTC().Format("20060102-150405")
	aside := filepath.Join(r.cfg.Data, tail)
	moves := map[string]string{}
	for _, name := range found.files {
		moves[filepath.Join(r.cfg.Data, name)] = filepath.Join(aside, name)
	}
	if path := litePath(r.cfg.Database); path != "" {
		for _, part := range []string{"", "-wal", "-shm"} {
			if !missing(path + part) {
				moves[path+part] = filepath.Join(filepath.Dir(path), tail, filepath.Base(path)+part)
			}
		}
	}
	for from, to := range moves {
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
		r.out.Aside = aside
	}
	return nil
}

// verify opens the house, which brings it up to this version, and goes through
// its audit log. A snapshot of a house that served names its leader; here nobody
// serves.
func (r *restore) verify(ctx context.Context) (err error) {
	r.cfg.Tell("verifying the audit log")
	if r.out.Entries, r.out.Signed, err = audited(ctx, r.cfg); err != nil {
		return err
	}
	d, err := db.Open(ctx, r.cfg.Database)
	if err != nil {
		return err
	}
	return errors.Join(job.EndTerm(ctx, d), d.Close())
}

func audited(ctx context.Context, cfg Config) (entries, signed int64, err error) {
	a, err := app.New(ctx, cfg.house())
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	v, err := a.VerifyAudit(ctx)
	if err == nil && v.Fault != nil {
		err = fmt.Errorf("the audit log does not fit: entry %d: %s: %s", v.Fault.Seq, v.Fault.Kind, v.Fault.Text)
	}
	return v.Size, v.Anchored, err
}
