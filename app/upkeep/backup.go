package upkeep

import (
	"bytes"
	"context"
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
)

// partSize is around how many bytes of rows make one entry of the archive: an
// entry's size is written before it, so it waits in memory.
const partSize = 8 << 20

// BackupOptions of Backup; the zero value is the usual way.
type BackupOptions struct {
	// Portable writes SQLite in the form that every database reads, too: smaller
	// and slower.
	Portable bool
}

// Backup writes one archive of the house, which may be serving meanwhile. The
// database is one consistent view of it; nothing of it is changed or migrated.
func Backup(ctx context.Context, cfg Config, w io.Writer, o BackupOptions) (Manifest, error) {
	cfg = cfg.complete()
	d, err := openFree(ctx, cfg.Database)
	if err != nil {
		return Manifest{}, ward.Wrap("backup", err)
	}
	defer d.Close() //nolint:errcheck // read only
	p, err := newPacker(w)
	if err != nil {
		return Manifest{}, ward.Wrap("backup", err)
	}
	if p.out.Head, err = headOf(ctx, cfg, d); err != nil {
		return Manifest{}, ward.Wrap("backup", err)
	}
	if d.Postgres() || o.Portable {
		err = p.portable(ctx, cfg, d)
	} else {
		err = p.lite(ctx, cfg, d)
	}
	if err == nil {
		err = p.close()
	}
	return p.out, ward.Wrap("backup", err)
}

// openExisting opens a database that must be there and complete.
func openExisting(ctx context.Context, url string) (*db.DB, error) {
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, ward.Fail(ward.NotFound, "").Because(fmt.Errorf("there is no house here: %w", err))
		}
	}
	d, err := db.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	applied, err := d.Applied(ctx)
	if err == nil && len(applied) == 0 {
		err = ward.Fail(ward.NotFound, "").Because(errors.New("there is no house in this database"))
	}
	if source, err2 := d.Unfinished(ctx); err == nil && source != "" {
		err = ward.Fail(ward.Conflict, "").Because(errors.Join(err2, fmt.Errorf("this database is half filled from %s", source)))
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// There says whether a house is in the database at url, without making one.
// NotFound when it is not; Conflict for one that is half filled.
func There(ctx context.Context, url string) error {
	d, err := openExisting(ctx, url)
	if err != nil {
		return err
	}
	return d.Close()
}

// openFree does not open a house that moved out: an archive of it would not be
// of what people work on.
func openFree(ctx context.Context, url string) (*db.DB, error) {
	d, err := openExisting(ctx, url)
	if err != nil {
		return nil, err
	}
	if to, err := d.Held(ctx); err != nil || to != "" {
		return nil, errors.Join(ward.Fail(ward.Conflict, "").Because(errors.Join(err, fmt.Errorf("the house moved to %s, or is about to", to))), d.Close())
	}
	return d, nil
}

func headOf(ctx context.Context, cfg Config, d *db.DB) (h Head, err error) {
	h = Head{Schema: format, Version: cfg.Version, At: cfg.Clock().UTC(), House: cfg.URL, Training: cfg.Demo}
	if h.Database, err = d.Version(ctx); err != nil {
		return h, err
	}
	h.Migrations, err = d.Applied(ctx)
	return h, err
}

// lite takes a snapshot of the file, looks whether it is sound, and packs it.
func (p *packer) lite(ctx context.Context, cfg Config, d *db.DB) (err error) {
	if err := sweep(cfg); err != nil {
		return err
	}
	folder, err := os.MkdirTemp(cfg.Data, tempPrefix)
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // the archive is what counts
	path := filepath.Join(folder, "ward.db")
	cfg.Tell("snapshot of the database")
	if err := d.Snapshot(ctx, path); err != nil {
		return err
	}
	if err := p.look(ctx, cfg, path); err != nil {
		return err
	}
	if err := p.begin(cfg); err != nil {
		return err
	}
	return p.addFile(liteName, path)
}

// leftover is when a folder of ours belongs to nobody any more: no snapshot
// takes that long.
const leftover = 24 * time.Hour

// sweep removes what a backup that was killed left: it is as large as the
// database.
func sweep(cfg Config) error {
	old, err := filepath.Glob(filepath.Join(cfg.Data, tempPrefix+"*"))
	for _, path := range old {
		info, gone := os.Stat(path)
		if err == nil && gone == nil && cfg.Clock().Sub(info.ModTime()) > leftover {
			err = os.RemoveAll(path)
		}
	}
	return err
}

// look adds up the tables of a snapshot. A damaged database is told now: an
// archive of it would be worth nothing.
func (p *packer) look(ctx context.Context, cfg Config, path string) error {
	s, err := db.OpenSnapshot(ctx, path)
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // read only
	cfg.Tell("looking through it")
	if err := sound(ctx, s); err != nil {
		return err
	}
	p.out.Snapshot = true
	if err := s.Read(ctx, func(tx *db.Tx) (err error) {
		p.out.Tables, err = tx.Tables(ctx)
		return err
	}); err != nil {
		return err
	}
	p.out.Totals, err = totals(ctx, s)
	return err
}

func sound(ctx context.Context, d *db.DB) error {
	faults, err := d.Sound(ctx)
	if err == nil && len(faults) > 0 {
		err = fmt.Errorf("the database is damaged: %s", strings.Join(faults, "; "))
	}
	return err
}

// portable packs every row in one transaction.
func (p *packer) portable(ctx context.Context, cfg Config, d *db.DB) error {
	return d.Read(ctx, func(tx *db.Tx) (err error) {
		if p.out.Tables, err = tx.Tables(ctx); err != nil {
			return err
		}
		if err := p.begin(cfg); err != nil {
			return err
		}
		for _, t := range p.out.Tables {
			sum, err := p.table(ctx, tx, t)
			if err != nil {
				return err
			}
			if t.Name == "schema_migration" && sum.Rows != int64(len(p.out.Migrations)) {
				return ward.Fail(ward.Conflict, "").Because(errors.New("the database was migrated at this moment: run the backup again"))
			}
			cfg.Tell(fmt.Sprintf("%s: %d rows", t.Name, sum.Rows))
			p.out.Totals = append(p.out.Totals, sum.total(t.Name))
		}
		return nil
	})
}

// table packs the rows of one table in parts.
func (p *packer) table(ctx context.Context, tx *db.Tx, t db.Table) (Sum, error) {
	var part bytes.Buffer
	n := 0
	flush := func() error {
		n++
		err := p.add(fmt.Sprintf("%s%s/%06d.jsonl", tablePrefix, t.Name, n), int64(part.Len()), &part)
		part.Reset()
		return err
	}
	sum, err := visit(ctx, tx, t, func(line []byte, _ []any) error {
		part.Write(line)
		if part.Len() < partSize {
			return nil
		}
		return flush()
	})
	if err == nil && part.Len() > 0 {
		err = flush()
	}
	return sum, err
}

// begin packs the head and the files of the data folder.
func (p *packer) begin(cfg Config) error {
	if err := p.addJSON(headName, p.out.Head); err != nil {
		return err
	}
	files, err := houseFiles(cfg)
	for _, f := range files {
		if err == nil {
			err = p.addFile(filePrefix+filepath.ToSlash(f), filepath.Join(cfg.Data, f))
		}
	}
	return err
}

func (p *packer) addFile(name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return p.add(name, info.Size(), f)
}

// What lies in the data folder and is not the house's: folders that upkeep
// works in, what a restore put aside, mails that were not sent.
const (
	tempPrefix  = "upkeep-"
	asidePrefix = "before-restore-"
	outbox      = "outbox"
)

// houseFiles are the files beside the database, relative to the data folder: the
// keys, and whatever else the house keeps there.
func houseFiles(cfg Config) (out []string, err error) {
	path, lite := strings.CutPrefix(cfg.Database, "sqlite:")
	database := func(at string) bool { // with its log and what else SQLite keeps beside it
		return lite && filepath.Dir(at) == filepath.Dir(path) && strings.HasPrefix(filepath.Base(at), filepath.Base(path)) ||
			strings.HasPrefix(filepath.Base(at), "ward.db")
	}
	err = filepath.WalkDir(cfg.Data, func(at string, e fs.DirEntry, err error) error {
		if err != nil || at == cfg.Data {
			return err
		}
		name, err := filepath.Rel(cfg.Data, at)
		switch {
		case err != nil:
			return err
		case e.IsDir() && (name == outbox || strings.HasPrefix(name, tempPrefix) || strings.HasPrefix(name, asidePrefix)):
			return filepath.SkipDir
		case !e.Type().IsRegular(), name == app.RestoreMark, strings.HasPrefix(name, savedNote), database(at):
			return nil
		}
		out = append(out, name)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return out, err
}
