package inventory

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"

	"ward"
	"ward/format/sheet"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/db"
	"ward/kit/live"
	"ward/prevent/inventory/entry"
	"ward/prevent/inventory/upload"
)

// Upload takes a file of at most upload.MaxFile bytes, keeps it for UploadLife and
// prepares its preview. It gives the id of the import. Errors: Invalid where the
// file cannot be read at all, Forbidden.
func (s *Service) Upload(ctx context.Context, a ward.Actor, name string, body io.Reader) (string, error) {
	if _, err := s.mine(a, write); err != nil {
		return "", ward.Wrap("upload", err)
	}
	m, err := s.upload(ctx, a, name, body)
	return m.ID, ward.Wrap("upload", err)
}

// upload stores the file, reads it, and only then lets the import be seen.
func (s *Service) upload(ctx context.Context, a ward.Actor, name string, body io.Reader) (Import, error) {
	name, _ = entry.Tidy(name)
	m := Import{ID: s.cfg.IDs(), Org: a.Org, Person: a.Person, Name: a.Name, File: name, State: StatePreview, Created: s.cfg.Clock()}
	var err error
	if m.Bytes, err = s.receive(ctx, m.ID, body); err == nil {
		err = s.withFile(ctx, m.ID, m.Bytes, func(content []byte) error { return s.examine(ctx, &m, content, true) })
	}
	if err != nil {
		return m, errors.Join(err, s.drop(ctx, m.ID))
	}
	return m, s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.enter(ctx, tx, m) })
}

// receive streams a body into the database part by part, so that a slow or large
// upload costs a part of memory and short transactions. What has no import in the
// end is removed with the expired ones.
func (s *Service) receive(ctx context.Context, id string, body io.Reader) (size int64, err error) {
	buffer := make([]byte, uploadPart)
	for part := 0; ; part++ {
		n, end := fill(body, buffer)
		size += int64(n)
		switch {
		case size > upload.MaxFile:
			return size, ward.Fail(ward.Invalid, "inventory.error.file.size").At("file")
		case end != nil && !errors.Is(end, io.EOF):
			return size, ward.Fail(ward.Invalid, "inventory.error.broken_off").At("file").Because(end)
		case size == 0:
			return size, ward.Fail(ward.Invalid, "inventory.error.file.empty").At("file")
		}
		if n > 0 {
			if err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return insertPart(ctx, tx, id, part, buffer[:n]) }); err != nil {
				return size, err
			}
		}
		if end != nil {
			return size, nil
		}
	}
}

// fill reads until the buffer is full. Unlike io.ReadFull it keeps a connection
// that broke (io.ErrUnexpectedEOF) apart from the end of the file.
func fill(body io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) && err == nil {
		var more int
		more, err = body.Read(buffer[n:])
		n += more
	}
	return n, err
}

// drop removes the parts of an upload that came to nothing.
func (s *Service) drop(ctx context.Context, id string) error {
	ctx = context.WithoutCancel(ctx)
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return deleteUpload(ctx, tx, id) })
}

// withFile calls fn with a stored file when there is room for it: however many
// files come at once, the memory for them is bounded.
func (s *Service) withFile(ctx context.Context, id string, size int64, fn func(content []byte) error) error {
	weight := min(max(size, 1<<20), upload.MaxFile)
	if err := s.room.Acquire(ctx, weight); err != nil {
		return err
	}
	defer s.room.Release(weight)
	var content []byte
	err := s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
		content, err = readUpload(ctx, tx, id, size)
		return err
	})
	if err != nil {
		return err
	}
	return fn(content)
}

// enter stores the import of a file; the oldest unconfirmed ones give way.
func (s *Service) enter(ctx context.Context, tx *db.Tx, m Import) error {
	open, err := openImports(ctx, tx, m.Org)
	if err != nil {
		return err
	}
	for _, old := range open[min(len(open), maxOpen-1):] {
		if err := s.giveUp(ctx, tx, old); err != nil {
			return err
		}
	}
	return insertImport(ctx, tx, m)
}

// giveUp ends an unconfirmed import and removes its file.
func (s *Service) giveUp(ctx context.Context, tx *db.Tx, id string) error {
	if err := moveImport(ctx, tx, id, StatePreview, StateCancelled); err != nil {
		return err
	}
	return deleteUpload(ctx, tx, id)
}

// examine reads the file and compares it with the inventory. With remembered it
// asks how this header was read the last time.
func (s *Service) examine(ctx context.Context, m *Import, content []byte, remembered bool) error {
	f, err := upload.Read(m.File, content, m.Columns)
	if err != nil {
		return err
	}
	if remembered && len(m.Columns) == 0 && f.Format == upload.Sheet {
		known, err := s.remembered(ctx, m.Org, f.Columns)
		if err == nil && !upload.SameFields(known, f.Columns) {
			f, err = upload.Read(m.File, content, known)
		}
		if err != nil {
			return err
		}
	}
	p, _, err := s.compare(ctx, m.Org, f, nil)
	if err == nil {
		m.preview(f, p)
	}
	return err
}

// remembered gives columns the meanings that were confirmed last under their
// headers; those of a header that nobody confirmed stay as guessed.
func (s *Service) remembered(ctx context.Context, org ward.OrgID, columns []upload.Column) (out []upload.Column, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		out = slices.Clone(columns)
		for _, t := range upload.Tables(out) {
			known, err := readMapping(ctx, tx, org, upload.Shape(t))
			if err != nil {
				return err
			}
			for i := range known[:min(len(known), len(t))] {
				t[i].Field, t[i].Sure = known[i].Field, known[i].Sure
			}
		}
		return nil
	})
	return out, err
}

// compare makes the plan against the inventory as it is now, and tells by which
// change it is.
func (s *Service) compare(ctx context.Context, org ward.OrgID, f *upload.File, bills []string) (p upload.Plan, change int64, err error) {
	pl := upload.NewPlanner(f, bills)
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		if change, err = changeOf(ctx, tx, org); err != nil {
			return err
		}
		return eachAsset(ctx, tx, org, func(x Asset) {
			pl.See(upload.Present{ID: x.ID, Key: x.Key, SBOM: x.SBOM, Product: x.Product, Entry: x.Entry})
		})
	})
	p = pl.Finish()
	if f.Damaged || f.Format != upload.Sheet {
		p.Drops = nil // such a file does not claim to be the whole inventory
	}
	return p, change, err
}

// Import shows one import.
func (s *Service) Import(ctx context.Context, a ward.Actor, id string) (m Import, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		m, _, err = s.importFor(ctx, tx, a, read, id)
		return err
	})
	return m, ward.Wrap("import", err)
}

// importFor reads an import and checks the right on it in one transaction.
func (s *Service) importFor(ctx context.Context, tx *db.Tx, a ward.Actor, p ward.Permission, id string) (Import, auth.Decision, error) {
	m, err := readImport(ctx, tx, id)
	if err != nil {
		return m, auth.Decision{}, err
	}
	d, err := s.allowed(a, p, object(a, "import", id, m.Org), "inventory.error.no_import")
	if err != nil {
		return Import{}, d, err
	}
	return m, d, nil
}

// Watch signals each step of an import until stop.
func (s *Service) Watch(ctx context.Context, a ward.Actor, id string) (signals <-chan live.Signal, stop func(), err error) {
	if _, err := s.Import(ctx, a, id); err != nil {
		return nil, nil, ward.Wrap("watch import", err)
	}
	signals, stop = s.cfg.Live.Listen(ImportTopic(id))
	return signals, stop, nil
}

// Imports lists the imports that a may see, newest first, before the one named
// (empty: from the newest), at most limit.
func (s *Service) Imports(ctx context.Context, a ward.Actor, before string, limit int) (out []Import, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		out, err = listImports(ctx, tx, s.cfg.Guard.Scope(a, read), before, min(max(limit, 1), 100))
		return err
	})
	return out, ward.Wrap("imports", err)
}

// Map reads the columns of an unconfirmed table anew: fields has one entry for
// each column, empty for one that is not used. Errors: Invalid where a field is
// used twice or nothing names a product.
func (s *Service) Map(ctx context.Context, a ward.Actor, id string, fields []sheet.Field) (m Import, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		m, _, err = s.importFor(ctx, tx, a, write, id)
		if err == nil && (m.State != StatePreview || m.Format != upload.Sheet) {
			err = ward.Fail(ward.Conflict, "inventory.error.import_moved")
		}
		return err
	})
	if err == nil {
		m.Columns, err = upload.Mapped(m.Columns, fields)
	}
	if err == nil {
		err = s.withFile(ctx, id, m.Bytes, func(content []byte) error { return s.examine(ctx, &m, content, false) })
	}
	if err == nil {
		err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
			if err := moveImport(ctx, tx, id, StatePreview, StatePreview); err != nil {
				return err
			}
			return updateImport(ctx, tx, m)
		})
	}
	return m, ward.Wrap("map columns", err)
}

// Confirm lets an import begin. removing takes out the rows that the file does
// not have any more.
func (s *Service) Confirm(ctx context.Context, a ward.Actor, id string, removing bool) error {
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		m, d, err := s.confirm(ctx, tx, a, id, removing)
		if err != nil {
			return err
		}
		if err := s.cfg.Queue.Enqueue(ctx, tx, importJob{Import: id}); err != nil {
			return err
		}
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(write), Object: object(a, "import", id, m.Org),
			Outcome: audit.Done, Policy: d.Policy, Detail: map[string]string{"step": "confirm", "rows": strconv.Itoa(m.Total)}})
	})
	return ward.Wrap("confirm import", err)
}

// confirm moves the import on only if it still waits: a second press of the button
// is a conflict, not a second import.
func (s *Service) confirm(ctx context.Context, tx *db.Tx, a ward.Actor, id string, removing bool) (Import, auth.Decision, error) {
	m, d, err := s.importFor(ctx, tx, a, write, id)
	if err != nil {
		return m, d, err
	}
	if m.Total == 0 {
		return m, d, ward.Fail(ward.Invalid, "inventory.error.nothing_understood")
	}
	if err := moveImport(ctx, tx, id, StatePreview, StateWaiting); err != nil {
		return m, d, err
	}
	m.State, m.Removing, m.Confirmed = StateWaiting, removing, s.cfg.Clock()
	return m, d, updateImport(ctx, tx, m)
}

// Cancel gives an unconfirmed import up and removes its file.
func (s *Service) Cancel(ctx context.Context, a ward.Actor, id string) error {
	err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if _, _, err := s.importFor(ctx, tx, a, write, id); err != nil {
			return err
		}
		return s.giveUp(ctx, tx, id)
	})
	return ward.Wrap("cancel import", err)
}

// ImportIn is an import in one call, as the command line and the API do it.
type ImportIn struct {
	File     string
	Body     io.Reader
	Fields   []sheet.Field // one for each column; nil guesses or remembers
	Removing bool
	DryRun   bool // only says what would happen
}

// ImportNow reads, compares and, unless DryRun, imports in one call. The result
// is in state Done, or Preview for a dry run, of which nothing is kept.
func (s *Service) ImportNow(ctx context.Context, a ward.Actor, in ImportIn) (Import, error) {
	m, err := s.importNow(ctx, a, in)
	return m, ward.Wrap("import now", err)
}

// importNow takes the same steps as a person on the pages, and none of its own.
func (s *Service) importNow(ctx context.Context, a ward.Actor, in ImportIn) (Import, error) {
	if _, err := s.mine(a, write); err != nil {
		return Import{}, err
	}
	m, err := s.upload(ctx, a, in.File, in.Body)
	if err == nil && in.Fields != nil {
		m, err = s.Map(ctx, a, m.ID, in.Fields)
	}
	if err != nil || in.DryRun {
		return m, errors.Join(err, s.discard(ctx, m.ID))
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		_, _, err := s.confirm(ctx, tx, a, m.ID, in.Removing)
		return err
	})
	if err != nil {
		return m, err
	}
	if err := s.apply(ctx, a, m.ID); err != nil {
		return m, errors.Join(err, s.fail(ctx, m.ID, err))
	}
	return s.Import(ctx, a, m.ID)
}

// discard removes what a dry run kept, its import included.
func (s *Service) discard(ctx context.Context, id string) error {
	ctx = context.WithoutCancel(ctx)
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := deleteUpload(ctx, tx, id); err != nil {
			return err
		}
		return deleteImport(ctx, tx, id)
	})
}
