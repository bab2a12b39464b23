package inventory

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"

	"ward"
	"ward/kit/db"
)

// vocabulary is a table that gives each distinct key a dense number, once and
// for ever.
type vocabulary[K comparable] struct {
	name string // of its counter
	find func(ctx context.Context, tx *db.Tx, keys []K, found map[K]uint32) error
	add  func(ctx context.Context, tx *db.Tx, last uint32, keys []K) error
}

// numbers gives the number of each key, adding those that are new. The counter
// is locked before anything is added and looked up again then, so two replicas
// never give one key two numbers.
func (v vocabulary[K]) numbers(ctx context.Context, tx *db.Tx, keys []K) (map[K]uint32, error) {
	found := make(map[K]uint32, len(keys))
	missing, err := v.missing(ctx, tx, keys, found)
	if err != nil || len(missing) == 0 {
		return found, err
	}
	var last uint32
	if err := tx.QueryRow(ctx, `UPDATE inventory_counter SET value = value WHERE name = $1 RETURNING value`, v.name).Scan(&last); err != nil {
		return nil, err
	}
	if missing, err = v.missing(ctx, tx, missing, found); err != nil || len(missing) == 0 {
		return found, err
	}
	if err := v.add(ctx, tx, last, missing); err != nil {
		return nil, err
	}
	for i, k := range missing {
		found[k] = last + 1 + uint32(i)
	}
	_, err = tx.Exec(ctx, `UPDATE inventory_counter SET value = $1 WHERE name = $2`, int64(last)+int64(len(missing)), v.name)
	return found, err
}

// missing looks keys up and returns those without a number, each once, in order.
func (v vocabulary[K]) missing(ctx context.Context, tx *db.Tx, keys []K, found map[K]uint32) ([]K, error) {
	err := chunks(keys, bulkArgs/2, func(some []K) error { return v.find(ctx, tx, some, found) })
	var out []K
	seen := map[K]bool{}
	for _, k := range keys {
		if _, ok := found[k]; !ok && !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out, err
}

// identities numbers product identities by the hash of their six texts.
func identities() vocabulary[ward.ProductRef] {
	return vocabulary[ward.ProductRef]{name: "identity", find: findIdentities, add: addIdentities}
}

func findIdentities(ctx context.Context, tx *db.Tx, keys []ward.ProductRef, found map[ward.ProductRef]uint32) error {
	var args db.Args
	hashes := make([]string, len(keys))
	byHash := make(map[string]ward.ProductRef, len(keys))
	for i, k := range keys {
		hashes[i] = identityHash(k)
		byHash[hashes[i]] = k
	}
	text := `SELECT id, hash FROM inventory_identity WHERE hash IN (` + list(&args, hashes) + `)`
	return tx.Query(ctx, text, args, func(r db.Row) error {
		var id uint32
		var hash string
		err := r.Scan(&id, &hash)
		found[byHash[hash]] = id
		return err
	})
}

func addIdentities(ctx context.Context, tx *db.Tx, last uint32, keys []ward.ProductRef) error {
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = []any{int64(last) + 1 + int64(i), identityHash(k), k.Vendor, k.Name, k.Model, k.UDI, k.PURL, k.CPE, searchText(k)}
	}
	return insert(ctx, tx, `INSERT INTO inventory_identity (id, hash, vendor, name, model, udi, purl, cpe, search)`, rows)
}

// versions numbers release texts; the empty one is one of them.
func versions() vocabulary[string] {
	return vocabulary[string]{name: "version", find: findVersions, add: addVersions}
}

func findVersions(ctx context.Context, tx *db.Tx, keys []string, found map[string]uint32) error {
	var args db.Args
	text := `SELECT id, text FROM inventory_version WHERE text IN (` + list(&args, keys) + `)`
	return tx.Query(ctx, text, args, func(r db.Row) error {
		var id uint32
		var s string
		err := r.Scan(&id, &s)
		found[s] = id
		return err
	})
}

func addVersions(ctx context.Context, tx *db.Tx, last uint32, keys []string) error {
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = []any{int64(last) + 1 + int64(i), k}
	}
	return insert(ctx, tx, `INSERT INTO inventory_version (id, text)`, rows)
}

// pair is a product: an identity in a version.
type pair struct{ identity, version uint32 }

// pairs numbers products: an identity in a version.
func pairs() vocabulary[pair] {
	return vocabulary[pair]{name: "product", find: findPairs, add: addPairs}
}

func findPairs(ctx context.Context, tx *db.Tx, keys []pair, found map[pair]uint32) error {
	var args db.Args
	marks := make([]string, len(keys))
	for i, k := range keys { // PostgreSQL takes values in VALUES for texts unless told
		marks[i] = `(CAST(` + args.Add(int64(k.identity)) + ` AS INTEGER), CAST(` + args.Add(int64(k.version)) + ` AS INTEGER))`
	}
	text := `SELECT id, identity, version FROM inventory_product WHERE (identity, version) IN (VALUES ` + strings.Join(marks, ", ") + `)`
	return tx.Query(ctx, text, args, func(r db.Row) error {
		var id uint32
		var k pair
		err := r.Scan(&id, &k.identity, &k.version)
		found[k] = id
		return err
	})
}

// addPairs adds products and packs the pages that they fill.
func addPairs(ctx context.Context, tx *db.Tx, last uint32, keys []pair) error {
	rows := make([][]any, len(keys))
	for i, k := range keys {
		rows[i] = []any{int64(last) + 1 + int64(i), int64(k.identity), int64(k.version)}
	}
	if err := insert(ctx, tx, `INSERT INTO inventory_product (id, identity, version)`, rows); err != nil {
		return err
	}
	for page := last / pageSize; page < (last+uint32(len(keys)))/pageSize; page++ {
		if err := sealPage(ctx, tx, page); err != nil {
			return err
		}
	}
	return nil
}

// intern gives the product id of each ref, adding to the dictionary what is new.
// It holds the counters until tx commits: callers keep that short.
func intern(ctx context.Context, tx *db.Tx, refs []ward.ProductRef) ([]ward.ProductID, error) {
	names, releases := make([]ward.ProductRef, len(refs)), make([]string, len(refs))
	for i, r := range refs {
		names[i], releases[i] = identity(r), r.Version
	}
	nameNo, err := identities().numbers(ctx, tx, names)
	if err != nil {
		return nil, err
	}
	releaseNo, err := versions().numbers(ctx, tx, releases)
	if err != nil {
		return nil, err
	}
	keys := make([]pair, len(refs))
	for i := range refs {
		keys[i] = pair{nameNo[names[i]], releaseNo[releases[i]]}
	}
	productNo, err := pairs().numbers(ctx, tx, keys)
	if err != nil {
		return nil, err
	}
	out := make([]ward.ProductID, len(refs))
	for i, k := range keys {
		out[i] = ward.ProductID(productNo[k])
	}
	return out, nil
}

// pageSize is how many products one packed page holds: page n those with the
// numbers n*pageSize+1 to (n+1)*pageSize.
const pageSize = 4096

// sealPage packs a page whose products are all there. As numbers are given
// without gaps and products never change, it stays right for ever.
func sealPage(ctx context.Context, tx *db.Tx, page uint32) error {
	var body []byte
	next := page*pageSize + 1
	err := tx.Query(ctx, `SELECT id, identity, version FROM inventory_product WHERE id > $1 AND id <= $2 ORDER BY id`,
		[]any{int64(page) * pageSize, int64(page+1) * pageSize}, func(r db.Row) error {
			var id uint32
			var k pair
			if err := r.Scan(&id, &k.identity, &k.version); err != nil {
				return err
			}
			if id != next {
				return errDictionary
			}
			next++
			body = binary.AppendUvarint(binary.AppendUvarint(body, uint64(k.identity)), uint64(k.version))
			return nil
		})
	if err != nil {
		return err
	}
	if next != (page+1)*pageSize+1 {
		return errDictionary
	}
	_, err = tx.Exec(ctx, `INSERT INTO inventory_product_page (page, body) VALUES ($1, $2)`, int64(page), body)
	return err
}

// errDictionary says that numbers are missing which the counter has given.
var errDictionary = errors.New("the dictionary of products has a gap")

// counters is the state that a replica compares itself with.
type counters struct{ identity, version, product, change int64 }

// readCounters tells in one small question whether anything is new.
func readCounters(ctx context.Context, tx *db.Tx) (c counters, err error) {
	err = tx.Query(ctx, `SELECT name, value FROM inventory_counter`, nil, func(r db.Row) error {
		var name string
		var value int64
		if err := r.Scan(&name, &value); err != nil {
			return err
		}
		switch name {
		case "identity":
			c.identity = value
		case "version":
			c.version = value
		case "product":
			c.product = value
		case "change":
			c.change = value
		}
		return nil
	})
	return c, err
}

// readIdentities calls fn for the identities after a number, in order.
func readIdentities(ctx context.Context, tx *db.Tx, after int, fn func(ward.ProductRef)) error {
	text := `SELECT vendor, name, model, udi, purl, cpe FROM inventory_identity WHERE id > $1 ORDER BY id`
	return tx.Query(ctx, text, []any{int64(after)}, func(r db.Row) error {
		var f ward.ProductRef
		err := r.Scan(&f.Vendor, &f.Name, &f.Model, &f.UDI, &f.PURL, &f.CPE)
		if err == nil {
			fn(f)
		}
		return err
	})
}

// readVersions calls fn for the versions after a number, in order.
func readVersions(ctx context.Context, tx *db.Tx, after int, fn func(string)) error {
	return tx.Query(ctx, `SELECT text FROM inventory_version WHERE id > $1 ORDER BY id`, []any{int64(after)}, func(r db.Row) error {
		var s string
		err := r.Scan(&s)
		if err == nil {
			fn(s)
		}
		return err
	})
}

// readProducts calls fn for the products after a number, in order, from full
// pages where it can.
func readProducts(ctx context.Context, tx *db.Tx, after int, fn func(pair)) error {
	n := after
	if after%pageSize == 0 {
		err := tx.Query(ctx, `SELECT page, body FROM inventory_product_page WHERE page >= $1 ORDER BY page`, []any{int64(after / pageSize)},
			func(r db.Row) error {
				var page int
				var body []byte
				if err := r.Scan(&page, &body); err != nil {
					return err
				}
				if page*pageSize != n {
					return errDictionary
				}
				n += pageSize
				return unpackPage(body, fn)
			})
		if err != nil {
			return err
		}
	}
	return tx.Query(ctx, `SELECT identity, version FROM inventory_product WHERE id > $1 ORDER BY id`, []any{int64(n)}, func(r db.Row) error {
		var k pair
		err := r.Scan(&k.identity, &k.version)
		if err == nil {
			fn(k)
		}
		return err
	})
}

// unpackPage calls fn for the products of one full page.
func unpackPage(body []byte, fn func(pair)) error {
	for range pageSize {
		identity, n := binary.Uvarint(body)
		if n <= 0 {
			return errDictionary
		}
		version, m := binary.Uvarint(body[n:])
		if m <= 0 {
			return errDictionary
		}
		body = body[n+m:]
		fn(pair{uint32(identity), uint32(version)})
	}
	return nil
}
