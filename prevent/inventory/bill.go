package inventory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/kit/db"
	"ward/prevent/inventory/posting"
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
// the bill's id and their products; empty when the file has none. A bill that no
// asset has harms nobody.
func (s *Service) keepBill(ctx context.Context, org ward.OrgID, name string, f *file) (string, []ward.ProductID, error) {
	if len(f.components) == 0 {
		return "", nil, nil
	}
	var parts []ward.ProductID
	err := chunks(f.components, stageRows, func(some []ward.ProductRef) error {
		ids, err := s.intern(ctx, some)
		parts = append(parts, ids...)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	slices.Sort(parts)
	parts = slices.Compact(parts)
	b := Bill{ID: s.cfg.IDs(), Org: org, Format: f.format, Name: name, Components: len(parts), Created: s.cfg.Clock()}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		b.ID, err = putBill(ctx, tx, b, billHash(parts), parts)
		return err
	})
	return b.ID, parts, err
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

func (s *Service) attach(ctx context.Context, a ward.Actor, ids []ward.AssetID, name string, body io.Reader) error {
	if _, err := s.mine(a, write); err != nil {
		return err
	}
	content, err := readBody(body)
	if err != nil {
		return err
	}
	if recognise(content) == FormatSheet {
		return ward.Fail(ward.Invalid, "inventory.error.no_bill").At("file")
	}
	name, _ = tidy(name)
	f, err := s.readParts(ctx, name, content)
	if err != nil {
		return err
	}
	sbom, _, err := s.keepBill(ctx, a.Org, name, f)
	if err != nil {
		return err
	}
	return s.hang(ctx, a, ids, sbom)
}

// readParts reads a bill of which all that is listed is a component.
func (s *Service) readParts(ctx context.Context, name string, content []byte) (*file, error) {
	f, err := s.readFile(ctx, name, content, nil)
	if err != nil {
		return nil, err
	}
	if len(f.components) == 0 { // it does not say what it is of: the asset does
		for _, r := range f.rows {
			f.components = append(f.components, r.Ref)
		}
	}
	if len(f.components) == 0 {
		return nil, ward.Fail(ward.Invalid, "inventory.error.no_components").At("file")
	}
	return f, nil
}

// Detach takes the bill of materials off assets.
func (s *Service) Detach(ctx context.Context, a ward.Actor, ids []ward.AssetID) error {
	return ward.Wrap("detach bill of materials", s.hang(ctx, a, ids, ""))
}

// hang gives assets a bill (empty: none) and counts anew what its organisation holds.
func (s *Service) hang(ctx context.Context, a ward.Actor, ids []ward.AssetID, sbom string) error {
	return s.change(ctx, a, ids, "bill", func(ctx context.Context, tx *db.Tx, h *holding, assets []Asset) ([]ward.ProductID, error) {
		before := h.items
		if err := setBill(ctx, tx, h.org, ids, sbom, db.At(s.cfg.Clock())); err != nil {
			return nil, err
		}
		if err := h.recount(ctx, tx); err != nil {
			return nil, err
		}
		return changedProducts(before, h.items), s.dropUnusedBills(ctx, tx, h.org)
	})
}

// billRest is how long a bill without an asset is left alone: an import takes
// less from storing the bill to giving it to its asset.
const billRest = time.Hour

func (s *Service) dropUnusedBills(ctx context.Context, tx *db.Tx, org ward.OrgID) error {
	return dropUnusedBills(ctx, tx, org, db.At(s.cfg.Clock().Add(-billRest)))
}

// changedProducts lists the products of which two lists count differently.
func changedProducts(a, b []posting.Item) []ward.ProductID {
	rows := map[ward.ProductID]int64{}
	for _, it := range a {
		rows[it.Product] += int64(it.Rows)
	}
	for _, it := range b {
		rows[it.Product] -= int64(it.Rows)
	}
	var out []ward.ProductID
	for p, n := range rows {
		if n != 0 {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
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
