package inventory

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"ward"
	"ward/kit/db"
	"ward/prevent/inventory/posting"
	"ward/prevent/inventory/upload"
)

// stageRows is how many rows one step of an import prepares.
const stageRows = 500

// maxReplans is how often an import starts over because somebody changed the
// inventory meanwhile.
const maxReplans = 5

// errMoved says that the inventory changed while an import was prepared.
var errMoved = errors.New("the inventory changed meanwhile")

// apply brings a confirmed import into the inventory: all rows at once, or none.
// It may run again, also beside itself, after a crash: each run prepares its own
// rows and only the first swap finds the import still open.
func (s *Service) apply(ctx context.Context, a ward.Actor, id string) error {
	m, err := s.begin(ctx, id)
	if err != nil || !m.State.Open() {
		return err
	}
	return s.withFile(ctx, id, m.Bytes, func(content []byte) error {
		f, err := upload.Read(m.File, content, m.Columns)
		if err != nil {
			return err
		}
		return s.bring(ctx, a, m, f)
	})
}

// bring plans and tries until nobody came in between.
func (s *Service) bring(ctx context.Context, a ward.Actor, m Import, f *upload.File) error {
	bills, err := s.keepBills(ctx, m.Org, m.File, f)
	if err != nil {
		return err
	}
	for range maxReplans {
		if err = s.try(ctx, a, m, f, bills); !errors.Is(err, errMoved) {
			return err
		}
	}
	return ward.Fail(ward.Conflict, "inventory.error.import_moved").Because(err)
}

// begin marks the import as running.
func (s *Service) begin(ctx context.Context, id string) (m Import, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if m, err = readImport(ctx, tx, id); err != nil || m.State != StateWaiting {
			return err
		}
		m.State = StateRunning
		return updateImport(ctx, tx, m)
	})
	return m, err
}

// try prepares the rows under a run of their own and swaps them in.
func (s *Service) try(ctx context.Context, a ward.Actor, m Import, f *upload.File, bills []string) error {
	p, change, err := s.compare(ctx, m.Org, f, bills)
	if err != nil {
		return err
	}
	if !m.Removing {
		p.Drops = nil
	}
	run := s.cfg.IDs()
	touched := map[ward.ProductID]bool{}
	err = s.stage(ctx, m, run, p, touched)
	if err == nil {
		err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return s.finish(ctx, tx, a, m, f, p, run, change, touched) })
	}
	if err != nil { // what was prepared is of no use to the next run
		again := context.WithoutCancel(ctx)
		return errors.Join(err, s.cfg.DB.Write(again, func(tx *db.Tx) error { return unstage(again, tx, run) }))
	}
	return nil
}

// stage writes the rows of the plan in steps, with progress, and notes the
// products that come or go.
func (s *Service) stage(ctx context.Context, m Import, run string, p upload.Plan, touched map[ward.ProductID]bool) error {
	n := 0
	err := chunks(p.Puts, stageRows, func(some []upload.Put) error {
		refs := make([]ward.ProductRef, len(some))
		for i, x := range some {
			refs[i] = x.Entry.Ref
		}
		products, err := s.intern(ctx, refs)
		if err != nil {
			return err
		}
		assets := make([]Asset, len(some))
		for i, x := range some {
			assets[i] = Asset{ID: x.ID, Key: x.Key, Product: products[i], SBOM: x.SBOM, Entry: x.Entry}
			if x.ID == "" {
				assets[i].ID = ward.AssetID(s.cfg.IDs())
			}
			if x.Before != products[i] {
				touched[x.Before], touched[products[i]] = true, true
			}
		}
		n += len(some)
		return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
			if err := stagePuts(ctx, tx, run, n-len(some), assets); err != nil {
				return err
			}
			if err := setProgress(ctx, tx, m.ID, min(m.Total, n+p.Unchanged)); err != nil {
				return err
			}
			return s.cfg.Live.Tell(ctx, tx, ImportTopic(m.ID), "")
		})
	})
	if err != nil || len(p.Drops) == 0 {
		return err
	}
	ids := make([]ward.AssetID, len(p.Drops))
	for i, d := range p.Drops {
		ids[i] = d.ID
		touched[d.Before] = true
	}
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error { return stageDrops(ctx, tx, run, len(p.Puts), ids) })
}

// intern gives products their numbers in a transaction of its own: a description
// without a row harms nobody, and the dictionary is locked only briefly.
func (s *Service) intern(ctx context.Context, refs []ward.ProductRef) (out []ward.ProductID, err error) {
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		out, err = intern(ctx, tx, refs)
		return err
	})
	return out, err
}

// finish makes the rows visible together with everything that follows from them.
func (s *Service) finish(ctx context.Context, tx *db.Tx, a ward.Actor, m Import, f *upload.File, p upload.Plan, run string, change int64,
	touched map[ward.ProductID]bool) error {
	decision, err := s.cfg.Guard.Check(a, write, object(a, "import", m.ID, m.Org))
	if err != nil {
		return err
	}
	h, err := lockHolding(ctx, tx, m.Org)
	if err != nil {
		return err
	}
	if h.change != change {
		return errMoved
	}
	if err := moveImport(ctx, tx, m.ID, StateRunning, StateDone); err != nil {
		return err
	}
	if h.assets+p.Added-len(p.Drops) > MaxAssets {
		return ward.Fail(ward.Invalid, "inventory.error.inventory_full", "max", strconv.Itoa(MaxAssets))
	}
	now := db.At(s.cfg.Clock())
	if err := swap(ctx, tx, run, m.Org, m.ID, now); err != nil {
		return err
	}
	before := h.items
	if err := h.recount(ctx, tx); err != nil {
		return err
	}
	differences(before, h.items, touched) // also components that came or went with their rows
	m.State, m.Progress, m.Finished, m.Fail = StateDone, m.Total, now.Time, ""
	m.count(p)
	if err := s.close(ctx, tx, m, now); err != nil {
		return err
	}
	return s.tell(ctx, tx, told{holding: h, products: slices.Sorted(maps.Keys(touched)), actor: a, decision: decision,
		object: object(a, "import", m.ID, m.Org), detail: map[string]string{"added": strconv.Itoa(p.Added),
			"changed": strconv.Itoa(p.Changed), "removed": strconv.Itoa(len(p.Drops)), "file": upload.Clip(m.File), "format": f.Format}})
}

// differences marks the products that two lists count differently, and unmarks
// "none", the product before of a new row.
func differences(a, b []posting.Item, into map[ward.ProductID]bool) {
	rows := make(map[ward.ProductID]int64, len(a))
	for _, it := range a {
		rows[it.Product] += int64(it.Rows)
	}
	for _, it := range b {
		rows[it.Product] -= int64(it.Rows)
	}
	for p, n := range rows {
		if n != 0 {
			into[p] = true
		}
	}
	delete(into, 0)
}

// close ends the import: its file goes, its columns are remembered.
func (s *Service) close(ctx context.Context, tx *db.Tx, m Import, now db.Time) error {
	if err := updateImport(ctx, tx, m); err != nil {
		return err
	}
	if m.Format == upload.Sheet && m.State == StateDone {
		for _, t := range upload.Tables(m.Columns) {
			if err := rememberMapping(ctx, tx, m.Org, t, now); err != nil {
				return err
			}
		}
	}
	if err := s.cfg.Live.Tell(ctx, tx, ImportTopic(m.ID), ""); err != nil {
		return err
	}
	return deleteUpload(ctx, tx, m.ID)
}

// fail ends an import that cannot be brought in; cause says why in words.
func (s *Service) fail(ctx context.Context, id string, cause error) error {
	key := "inventory.error.import_failed"
	var e *ward.Error
	if errors.As(cause, &e) && e.Key != "" {
		key = e.Key
	}
	ctx = context.WithoutCancel(ctx)
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		m, err := readImport(ctx, tx, id)
		if err != nil || !m.State.Open() {
			return err
		}
		now := db.At(s.cfg.Clock())
		m.State, m.Fail, m.Finished = StateFailed, key, now.Time
		return s.close(ctx, tx, m, now)
	})
}
