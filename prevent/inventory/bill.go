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

// keepBills stores the lists of components of the rows of a file and gives their
// ids; "" for a row that has none.
func (s *Service) keepBills(ctx context.Context, org ward.OrgID, name string, f *upload.File) ([]string, error) {
	if f.Components == 0 {
		return nil, nil
	}
	lists := make([][]ward.ProductRef, len(f.Rows))
	for i, r := range f.Rows {
		lists[i] = r.Parts
	}
	return s.keep(ctx, Bill{Org: org, Format: f.Format, Name: name}, lists)
}

// keep stores each list once for its organisation, with what b says of all, and gives
// their ids; "" for an empty one. A bill that no asset has harms nobody.
func (s *Service) keep(ctx context.Context, b Bill, lists [][]ward.ProductRef) ([]string, error) {
	number := map[ward.ProductRef]ward.ProductID{}
	var refs []ward.ProductRef
	var full []int
	for i, list := range lists {
		if len(list) > 0 {
			full = append(full, i)
		}
		for _, ref := range list {
			if _, had := number[ref]; !had {
				number[ref] = 0
				refs = append(refs, ref)
			}
		}
	}
	err := chunks(refs, stageRows, func(some []ward.ProductRef) error {
		ids, err := s.intern(ctx, some)
		for i, id := range ids {
			number[some[i]] = id
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]string, len(lists))
	return out, chunks(full, billsAtOnce, func(some []int) error {
		return s.cfg.DB.Write(ctx, func(tx *db.Tx) (err error) {
			for _, i := range some {
				parts := make([]ward.ProductID, len(lists[i]))
				for n, ref := range lists[i] {
					parts[n] = number[ref]
				}
				slices.Sort(parts)
				parts = slices.Compact(parts)
				b.ID, b.Components, b.Created = s.cfg.IDs(), len(parts), s.cfg.Clock()
				if out[i], err = putBill(ctx, tx, b, billHash(parts), parts); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// billsAtOnce are stored in one transaction: most are short.
const billsAtOnce = 50

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
			format, parts, err := upload.Parts(content)
			if err != nil {
				return err
			}
			kept, err := s.keep(ctx, Bill{Org: a.Org, Format: format, Name: name}, [][]ward.ProductRef{parts})
			if err != nil {
				return err
			}
			return s.hang(ctx, a, ids, kept[0])
		})
	}
	return errors.Join(err, s.drop(ctx, id))
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
