package picture

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"ward"
	"ward/format/tally"
	"ward/kit/db"
	"ward/kit/event"
)

// Topic is what open pages of the picture listen to; the id is the country.
const Topic = "picture"

// mark is a pseudonym: the same for the same thing, and of no use without the key.
func (s *Service) mark(kind, id string) string {
	if id == "" {
		return ""
	}
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte(kind + "\n" + id))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// onReported folds a stage of a report in, once, with all that follows from it,
// in one transaction.
func (s *Service) onReported(ctx context.Context, m event.Meta, f ward.IncidentReported) error {
	return ward.Wrap("fold report", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "picture"); err != nil {
			return err
		}
		fresh, err := insertHeard(ctx, tx, m.ID)
		if err != nil || !fresh {
			return err
		}
		serial, cut, err := nextSerial(ctx, tx)
		if err != nil {
			return err
		}
		mark := s.mark("report", f.Report)
		c, err := caseByMark(ctx, tx, mark)
		if ward.CodeOf(err) == ward.NotFound {
			c, err = Case{Mark: mark, Org: s.mark("org", string(f.Org)), Source: Reported, Known: s.cfg.Clock(), Born: serial}, nil
		}
		if err != nil {
			return err
		}
		f.Sending = s.mark("sending", f.Sending)
		c = c.fold(m, f, s.family(f), s.mark("supplier", f.Supplier))
		c.Serial = serial
		if err := upsertCase(ctx, tx, c); err != nil {
			return err
		}
		if err := nameSupplier(ctx, tx, c.Supplier, f.Supplier); err != nil {
			return err
		}
		if err := moveOn(ctx, tx, serial, cut); err != nil {
			return err
		}
		return s.cfg.Live.Tell(ctx, tx, Topic, string(f.Country))
	}))
}

// family is a name of the catalogue, or that there is another. What somebody
// wrote never becomes a word of the picture.
func (s *Service) family(f ward.IncidentReported) string {
	if f.Family == "" {
		return ""
	}
	if name := s.cfg.Families.Named(f.Family); isWord(name) {
		return name
	}
	return OtherFamily
}

// nameSupplier keeps the name of a supplier once several organisations in several
// countries wrote the same: before that it might be anybody's name.
func nameSupplier(ctx context.Context, tx *db.Tx, mark, name string) error {
	if mark == "" {
		return nil
	}
	spread, err := supplierSpread(ctx, tx, mark)
	if err != nil || !tally.Tally(spread).Several() {
		return err
	}
	return insertSupplier(ctx, tx, mark, name)
}

// moveOn lets the cover reach to serial once several organisations told something
// new: what changes between two looks is then never about one of them.
func moveOn(ctx context.Context, tx *db.Tx, serial, cut int64) error {
	n, err := waiting(ctx, tx, cut)
	if err != nil || n < tally.Few {
		return err
	}
	return updateCut(ctx, tx, serial)
}
