package upkeep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"ward/kit/db"
)

// put brings files and database into the empty place. The database comes last
// and at one stroke: a SQLite file is renamed, a PostgreSQL database is marked
// until it is complete.
func (r *restore) put(ctx context.Context) error {
	r.cfg.Tell("restoring")
	if litePath(r.cfg.Database) == "" {
		return r.putFull(ctx)
	}
	return r.putLite(ctx)
}

func (r *restore) putLite(ctx context.Context) error {
	path := litePath(r.cfg.Database)
	fresh := path + ".restore"
	for _, tail := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(fresh + tail); err != nil && !missing(fresh+tail) {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if r.out.Manifest.Snapshot {
		if err := r.unpackTo(fresh); err != nil {
			return err
		}
		s, err := db.OpenSnapshot(ctx, fresh)
		if err != nil {
			return err
		}
		if err := errors.Join(sound(ctx, s), r.compare(ctx, s), s.Close()); err != nil {
			return err
		}
		return install(fresh, path)
	}
	d, err := db.Open(ctx, "sqlite:"+fresh)
	if err != nil {
		return err
	}
	if err := errors.Join(r.fill(ctx, d), d.Close()); err != nil { // the last one to close folds the log into the file
		return err
	}
	return install(fresh, path)
}

func (r *restore) putFull(ctx context.Context) error {
	d, err := db.Open(ctx, r.cfg.Database)
	if err != nil {
		return err
	}
	err = r.fillMarked(ctx, d)
	return errors.Join(err, d.Close())
}

func (r *restore) fillMarked(ctx context.Context, d *db.DB) error {
	if err := d.Begin(ctx, "the backup "+filepath.Base(r.path), r.cfg.Clock()); err != nil {
		return err
	}
	if err := d.Clear(ctx); err != nil {
		return err
	}
	if r.out.Manifest.Snapshot {
		if err := r.fillFromSnapshot(ctx, d); err != nil {
			return err
		}
	} else if err := r.fill(ctx, d); err != nil {
		return err
	}
	return d.End(ctx)
}

// fillFromSnapshot brings a SQLite file into another database.
func (r *restore) fillFromSnapshot(ctx context.Context, d *db.DB) error {
	folder, err := os.MkdirTemp(r.cfg.Data, tempPrefix)
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // the archive has it still
	path := filepath.Join(folder, "ward.db")
	if err := r.unpackTo(path); err != nil {
		return err
	}
	s, err := db.OpenSnapshot(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // read only
	if err := prepare(ctx, r.cfg, d, r.at); err != nil {
		return err
	}
	if _, err := carry(ctx, s, d, nil, r.cfg.Tell); err != nil {
		return err
	}
	return r.compare(ctx, d)
}

// fill makes the tables as they were, and reads the rows of the portable form.
func (r *restore) fill(ctx context.Context, d *db.DB) error {
	if err := prepare(ctx, r.cfg, d, r.at); err != nil {
		return err
	}
	err := d.Fill(ctx, func(f *db.Filler) error {
		return r.again(&filling{data: r.cfg.Data,
			begin: func(t db.Table) error { return f.Begin(ctx, t) }, add: func(row []any) error { return f.Row(ctx, row) }})
	})
	if err != nil {
		return err
	}
	return r.compare(ctx, d)
}

// compare holds a database against the manifest.
func (r *restore) compare(ctx context.Context, d *db.DB) error {
	got, err := totals(ctx, d)
	if err != nil {
		return err
	}
	if diff := differences(r.out.Manifest.Totals, got); len(diff) > 0 {
		return fmt.Errorf("what was restored is not what was saved: %s", strings.Join(diff, "; "))
	}
	return nil
}

// again reads the archive, which was checked, once more.
func (r *restore) again(v visitor) error {
	f, err := os.Open(r.path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	_, err = unpack(f, v)
	return err
}

// unpackTo writes the files of the data folder, and the SQLite file to path.
func (r *restore) unpackTo(path string) error { return r.again(&filling{data: r.cfg.Data, lite: path}) }

// filling is the visitor of a restore.
type filling struct {
	data  string // the data folder
	lite  string // where the SQLite file goes
	begin func(db.Table) error
	add   func([]any) error
	table string
}

// head turns to every table once, as an empty one has a last number too.
func (f *filling) head(h Head) error {
	if f.begin == nil {
		return nil
	}
	for _, t := range h.Tables {
		if err := f.begin(t); err != nil {
			return err
		}
		f.table = t.Name
	}
	return nil
}

func (f *filling) file(name string, r io.Reader) error {
	path := filepath.Join(f.data, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return writeFile(path, r)
}

func (f *filling) snapshot(r io.Reader) error { return writeFile(f.lite, r) }

func (f *filling) row(t db.Table, line []byte) error {
	if f.table != t.Name {
		if err := f.begin(t); err != nil {
			return err
		}
		f.table = t.Name
	}
	row, err := parseRow(line, t.Columns)
	if err != nil {
		return err
	}
	return f.add(row)
}

// writeFile writes a file that only its owner may read, durably.
func writeFile(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Chmod(0o600), f.Sync(), f.Close())
}

// install gives a finished file its name. The log of another database beside it
// would be read into it at the next opening.
func install(from, to string) error {
	if !missing(to + "-wal") {
		return fmt.Errorf("%s-wal belongs to another database, which a process has open: stop it, then begin again", to)
	}
	if err := syncFile(from); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFile(filepath.Dir(to))
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
