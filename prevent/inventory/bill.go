package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/prevent/inventory/entry"
	"ward/prevent/inventory/upload"
)

// Bill is a list of components that hangs on one or more assets.
type Bill struct {
	ID         string
	Org        ward.OrgID
	Format     string
	Name       string // of the file
	Components int
	Created    time.Time
}

// keepBill stores the components of a file once for its organisation and gives
// the bill's id; empty when the file has none. A bill that no asset has harms
// nobody.
func (s *Service) keepBill(ctx context.Context, org ward.OrgID, name string, f *upload.File) (string, error) {
	if len(f.Components) == 0 {
		return "", nil
	}
	var parts []ward.ProductID
	err := chunks(f.Components, stageRows, func(some []ward.ProductRef) error {
		ids, err := s.intern(ctx, some)
		parts = append(parts, ids...)
		return err
	})
	if err != nil {
		return "", err
	}
	slices.Sort(parts)
	parts = slices.Compact(parts)
	b := Bill{ID: s.cfg.IDs(), Org: org, Format: f.Format, Name: name, Components: len(parts), Created: s.cfg.Clock()}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		b.ID, err = putBill(ctx, tx, b, billHash(parts), parts)
		return err
	})
	return b.ID, err
}

// billHash names a set of components.
func billHash(parts []ward.ProductID) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(strconv.FormatUint(uint64(p), 36) + ",")
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// Attach hangs the bill of materials in body on assets, in place of the one that
// they had. Errors: Invalid where the file is none or lists nothing.
func (s *Service) Attach(ctx context.Context, a ward.Actor, ids []ward.AssetID, name string, body io.Reader) error {
	return ward.Wrap("attach bill of materials", s.attach(ctx, a, ids, name, body))
}

// attach keeps the file only while it is read: what stays is its components.
func (s *Service) attach(ctx context.Context, a ward.Actor, ids []ward.AssetID, name string, body io.Reader) error {
	if _, err := s.mine(a, write); err != nil {
		return err
	}
	name, _ = entry.Tidy(name)
	id := s.cfg.IDs()
	size, err := s.receive(ctx, id, body)
	if err == nil {
		err = s.withFile(ctx, id, size, func(content []byte) error {
			f, err := partsOf(name, content)
			if err != nil {
				return err
			}
			sbom, err := s.keepBill(ctx, a.Org, name, f)
			if err != nil {
				return err
			}
			return s.hang(ctx, a, ids, sbom)
		})
	}
	return errors.Join(err, s.drop(ctx, id))
}

// partsOf reads a bill of which all that is listed is a component.
func partsOf(name string, content []byte) (*upload.File, error) {
	if upload.Recognise(content) == upload.Sheet {
		return nil, ward.Fail(ward.Invalid, "inventory.error.no_bill").At("file")
	}
	f, err := upload.Read(name, content, nil)
	if err != nil {
		return nil, err
	}
	if len(f.Components) == 0 { // it does not say what it is of: the asset does
		for _, r := range f.Rows {
			f.Components = append(f.Components, r.Ref)
		}
	}
	if len(f.Components) == 0 {
		return nil, ward.Fail(ward.Invalid, "inventory.error.no_components").At("file")
	}
	return f, nil
}

// Detach takes the bill of materials off assets.
func (s *Service) Detach(ctx context.Context, a ward.Actor, ids []ward.AssetID) error {
	return ward.Wrap("detach bill of materials", s.hang(ctx, a, ids, ""))
}

// hang gives assets a bill; an empty one takes theirs off.
func (s *Service) hang(ctx context.Context, a ward.Actor, ids []ward.AssetID, sbom string) error {
	return s.change(ctx, a, ids, "bill", func(ctx context.Context, tx *db.Tx, h *holding, rows []Asset) ([]ward.ProductID, error) {
		more := map[ward.ProductID]int{}
		if err := countParts(ctx, tx, rows, -1, more); err != nil {
			return nil, err
		}
		for i := range rows {
			rows[i].SBOM = sbom
		}
		if err := countParts(ctx, tx, rows, 1, more); err != nil {
			return nil, err
		}
		if err := setBill(ctx, tx, h.org, ids, sbom, db.At(s.cfg.Clock())); err != nil {
			return nil, err
		}
		return h.add(more), s.dropUnusedBills(ctx, tx, h.org)
	})
}

// countParts adds each to the products of the rows' components, once for a row.
func countParts(ctx context.Context, tx *db.Tx, rows []Asset, each int, into map[ward.ProductID]int) error {
	times := map[string]int{}
	for _, r := range rows {
		if r.SBOM != "" {
			times[r.SBOM] += each
		}
	}
	for sbom, n := range times {
		parts, err := readParts(ctx, tx, sbom)
		if err != nil {
			return err
		}
		for _, p := range parts {
			into[p] += n
		}
	}
	return nil
}

// billRest is how long a bill without an asset is left alone: an import takes
// less from storing the bill to giving it to its asset.
const billRest = time.Hour

func (s *Service) dropUnusedBills(ctx context.Context, tx *db.Tx, org ward.OrgID) error {
	return dropUnusedBills(ctx, tx, org, db.At(s.cfg.Clock().Add(-billRest)))
}

// BillOf gives the bill of materials of an asset; NotFound when it has none.
func (s *Service) BillOf(ctx context.Context, a ward.Actor, id ward.AssetID) (b Bill, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		asset, _, err := s.assetFor(ctx, tx, a, read, id)
		if err != nil {
			return err
		}
		b, err = readBill(ctx, tx, asset.SBOM)
		return err
	})
	return b, ward.Wrap("bill of an asset", err)
}

// Component is one component of a bill, by its number in the dictionary.
type Component struct {
	Product ward.ProductID
	Ref     ward.ProductRef
}

// Components lists the components of an asset that have text in their name (empty:
// all), ordered by product behind after, at most limit.
func (s *Service) Components(ctx context.Context, a ward.Actor, id ward.AssetID, text string, after ward.ProductID, limit int) (out []Component, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		asset, _, err := s.assetFor(ctx, tx, a, read, id)
		if err != nil || asset.SBOM == "" {
			return err
		}
		out, err = listComponents(ctx, tx, asset.SBOM, text, after, min(max(limit, 1), 1000))
		return err
	})
	return out, ward.Wrap("components", err)
}
