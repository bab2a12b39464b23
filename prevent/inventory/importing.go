package inventory

import (
	"context"
	"errors"
	"io"
	"strconv"

	"ward"
	"ward/format/sheet"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/db"
	"ward/kit/live"
)

// Upload takes a file of at most MaxFile bytes, keeps it for UploadLife and
// prepares its preview. It gives the id of the import. Errors: Invalid where the
// file cannot be read at all, Forbidden.
func (s *Service) Upload(ctx context.Context, a ward.Actor, name string, body io.Reader) (string, error) {
	if _, err := s.mine(a, write); err != nil {
		return "", ward.Wrap("upload", err)
	}
	m, err := s.upload(ctx, a, name, body, nil)
	return m.ID, ward.Wrap("upload", err)
}

func (s *Service) upload(ctx context.Context, a ward.Actor, name string, body io.Reader, chosen []Column) (Import, error) {
	content, err := readBody(body)
	if err != nil {
		return Import{}, err
	}
	name, _ = tidy(name)
	m := Import{ID: s.cfg.IDs(), Org: a.Org, Person: a.Person, Name: a.Name, File: name, Bytes: int64(len(content)), State: StatePreview,
		Columns: chosen, Created: s.cfg.Clock()}
	if err := s.examine(ctx, &m, content, true); err != nil {
		return m, err
	}
	return m, s.keep(ctx, m, content)
}

func readBody(body io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(body, MaxFile+1))
	switch {
	case err != nil:
		return nil, ward.Fail(ward.Invalid, "inventory.error.broken_off").At("file").Because(err)
	case len(content) > MaxFile:
		return nil, ward.Fail(ward.Invalid, "inventory.error.file.size").At("file")
	case len(content) == 0:
		return nil, ward.Fail(ward.Invalid, "inventory.error.file.empty").At("file")
	}
	return content, nil
}

// keep stores the parts first and the import last: an upload that breaks off has
// no import and is removed with the expired ones.
func (s *Service) keep(ctx context.Context, m Import, content []byte) error {
	for part := 0; part*uploadPart < len(content); part++ {
		piece := content[part*uploadPart : min((part+1)*uploadPart, len(content))]
		if err := s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return insertPart(ctx, tx, m.ID, part, piece) }); err != nil {
			return err
		}
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
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
	})
}

func (s *Service) giveUp(ctx context.Context, tx *db.Tx, id string) error {
	if err := moveImport(ctx, tx, id, StatePreview, StateCancelled); err != nil {
		return err
	}
	return deleteUpload(ctx, tx, id)
}

// examine reads the file and compares it with the inventory. With remembered it
// asks how this header was read the last time.
func (s *Service) examine(ctx context.Context, m *Import, content []byte, remembered bool) error {
	f, err := s.readFile(ctx, m.File, content, m.Columns)
	if err != nil {
		return err
	}
	if remembered && len(m.Columns) == 0 && f.format == FormatSheet {
		var known []Column
		err := s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
			known, err = readMapping(ctx, tx, m.Org, shape(f.columns))
			return err
		})
		if err != nil {
			return err
		}
		if len(known) == len(f.columns) && !sameFields(known, f.columns) {
			for i := range known {
				known[i].Header = f.columns[i].Header
			}
			if f, err = s.readFile(ctx, m.File, content, known); err != nil {
				return err
			}
		}
	}
	p, _, err := s.compare(ctx, m.Org, f, "")
	if err == nil {
		m.preview(f, p)
	}
	return err
}

func sameFields(a, b []Column) bool {
	for i := range a {
		if a[i].Field != b[i].Field {
			return false
		}
	}
	return true
}

// readFile is readFile in one of the places for files.
func (s *Service) readFile(ctx context.Context, name string, content []byte, columns []Column) (*file, error) {
	select {
	case s.heavy <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.heavy }()
	return readFile(name, content, columns)
}

// compare makes the plan against the inventory as it is now, and tells by which
// change it is.
func (s *Service) compare(ctx context.Context, org ward.OrgID, f *file, sbom string) (p plan, change int64, err error) {
	pl := newPlanner(f.rows, f.fields)
	pl.sbom = sbom
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		if change, err = changeOf(ctx, tx, org); err != nil {
			return err
		}
		return eachAsset(ctx, tx, org, pl.see)
	})
	p = pl.finish()
	if f.damaged || f.format != FormatSheet {
		p.drops = nil // such a file does not claim to be the whole inventory
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
	var content []byte
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		if m, _, err = s.importFor(ctx, tx, a, write, id); err != nil {
			return err
		}
		if m.State != StatePreview || m.Format != FormatSheet {
			return ward.Fail(ward.Conflict, "inventory.error.import_moved")
		}
		content, err = readUpload(ctx, tx, id, m.Bytes)
		return err
	})
	if err == nil {
		m.Columns, err = mapped(m.Columns, fields)
	}
	if err == nil {
		err = s.examine(ctx, &m, content, false)
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

// mapped gives columns their fields.
func mapped(columns []Column, fields []sheet.Field) ([]Column, error) {
	if len(fields) != len(columns) {
		return nil, ward.Fail(ward.Invalid, "inventory.error.columns_differ")
	}
	out := make([]Column, len(columns))
	used := map[sheet.Field]bool{}
	for i, f := range fields {
		var e Entry
		if f != "" && f != sheet.Quantity && e.text(f) == nil {
			return nil, ward.Fail(ward.Invalid, "inventory.error.no_field").At(ColumnName(i))
		}
		if f != "" && used[f] {
			return nil, ward.Fail(ward.Invalid, "inventory.error.field_twice", "column", columns[i].Header).At(ColumnName(i))
		}
		used[f] = true
		out[i] = Column{Header: columns[i].Header, Field: f, Sure: true}
	}
	if !used[sheet.Product] && !used[sheet.Model] && !used[sheet.UDI] {
		return nil, ward.Fail(ward.Invalid, "inventory.error.no_product_column")
	}
	return out, nil
}

// ColumnName is the form field of the i-th column, from 0.
func ColumnName(i int) string { return "column" + strconv.Itoa(i) }

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

func (s *Service) importNow(ctx context.Context, a ward.Actor, in ImportIn) (Import, error) {
	if _, err := s.mine(a, write); err != nil {
		return Import{}, err
	}
	m, err := s.upload(ctx, a, in.File, in.Body, nil)
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

// discard removes what a dry run kept; an import that was never stored is none.
func (s *Service) discard(ctx context.Context, id string) error {
	return s.cfg.DB.Write(context.WithoutCancel(ctx), func(tx *db.Tx) error {
		err := s.giveUp(ctx, tx, id)
		if ward.CodeOf(err) == ward.Conflict {
			return nil
		}
		return err
	})
}
