package advisory

import (
	"context"
	"strings"

	"ward"
	"ward/detect/advisory/term"
	"ward/kit/db"
)

// listHeads reads one row more than f.Limit, so that the caller knows whether
// there is a next page.
func listHeads(ctx context.Context, tx *db.Tx, f Filter, clearance ward.TLP, key, id string) ([]Advisory, error) {
	var args db.Args
	where := conditions(&args, &f, clearance)
	order := f.order()
	sign, down := "<", " DESC"
	if order.up {
		sign, down = ">", ""
	}
	column := order.column
	if order.field != "" {
		column = firstValue(&args, order.field)
	}
	if id != "" {
		where = append(where, `(`+column+`, id) `+sign+` (`+args.Add(order.bind(key))+`, `+args.Add(id)+`)`)
	}
	return db.Rows(ctx, tx, `SELECT `+headColumns+` FROM advisory WHERE `+strings.Join(where, " AND ")+`
		ORDER BY `+column+down+`, id`+down+` LIMIT `+args.Add(f.Limit+1), args, scanHead)
}

// conditions are those of the filter; the clearance always restricts.
func conditions(args *db.Args, f *Filter, clearance ward.TLP) []string {
	where := []string{`deleted_at IS NULL`, `tlp >= ` + args.Add(int(clearance))}
	add := func(on bool, column, sign string, value any) {
		if on {
			where = append(where, column+sign+args.Add(value))
		}
	}
	add(f.Severity != ward.SeverityNone, `severity`, ` >= `, int(f.Severity))
	add(f.Publisher != "", `publisher`, ` = `, f.Publisher)
	add(!f.From.IsZero(), `published_at`, ` >= `, db.At(f.From))
	add(!f.To.IsZero(), `published_at`, ` < `, db.At(f.To))
	add(!f.Withdrawn, `withdrawn`, ` = `, 0)
	if f.TLP != nil {
		add(true, `tlp`, ` = `, int(*f.TLP))
	}
	if f.Exploited {
		where = append(where, `exploited IN ('exploited', 'ransomware')`)
	}
	if f.CVE != "" {
		where = append(where, `id IN (SELECT advisory_id FROM advisory_cve WHERE cve = `+args.Add(strings.ToUpper(f.CVE))+`)`)
	}
	if f.Source != "" {
		where = append(where, `revision_id IN (SELECT id FROM advisory_revision WHERE source_id = `+args.Add(f.Source)+`)`)
	}
	if f.Unread {
		where = append(where, `NOT EXISTS (SELECT 1 FROM advisory_read r WHERE r.person_id = `+args.Add(string(f.person))+`
			AND r.advisory_id = advisory.id AND r.revision_id = advisory.revision_id)`)
	}
	for _, field := range term.Fields() {
		if text := f.Fields[field]; term.Sortable(field, text) != "" {
			where = append(where, saying(args, field, text))
		}
	}
	for _, w := range term.Asked(f.Text) {
		from, to := term.Span(w)
		where = append(where, `id IN (SELECT advisory_id FROM advisory_token WHERE token >= `+args.Add(from)+` AND token < `+args.Add(to)+`)`)
	}
	return where
}

func publishers(ctx context.Context, tx *db.Tx, clearance ward.TLP) ([]string, error) {
	return db.Rows(ctx, tx, `SELECT DISTINCT publisher FROM advisory WHERE deleted_at IS NULL AND tlp >= $1 ORDER BY publisher LIMIT 500`, []any{int(clearance)},
		func(r db.Row) (p string, err error) { err = r.Scan(&p); return p, err })
}

func idsAfter(ctx context.Context, tx *db.Tx, after ward.AdvisoryID, limit int) ([]ward.AdvisoryID, error) {
	return db.Rows(ctx, tx, `SELECT id FROM advisory WHERE id > $1 AND deleted_at IS NULL ORDER BY id LIMIT $2`, []any{string(after), limit},
		func(r db.Row) (id ward.AdvisoryID, err error) { err = r.Scan(&id); return id, err })
}
