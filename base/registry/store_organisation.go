package registry

import (
	"context"
	"slices"
	"strings"

	"ward"
	"ward/kit/db"
)

const organisationColumns = `id, kind, name, country, region, city, address, website, legal,
	beds, headcount, turnover, balance, source, source_key, version, created_at, updated_at, critical, maker`

// scanProfile reads organisationColumns.
func scanProfile(r db.Row) (Profile, error) {
	var p Profile
	var created, updated db.Time
	var critical, maker int64
	err := r.Scan(&p.ID, &p.Kind, &p.Name, &p.Country, &p.Region, &p.City, &p.Address, &p.Website, &p.Legal,
		&p.Facts.Beds, &p.Facts.Headcount, &p.Facts.Turnover, &p.Facts.Balance, &p.Source, &p.SourceKey,
		&p.Version, &created, &updated, &critical, &maker)
	p.Critical, p.Maker = critical != 0, maker != 0
	p.Created, p.Updated = created.Time, updated.Time
	return p, err
}

// organisation gives one, or NotFound.
func organisation(ctx context.Context, tx *db.Tx, id ward.OrgID) (Profile, error) {
	p, err := scanProfile(tx.QueryRow(ctx, `
		SELECT `+organisationColumns+`
		FROM registry_organisation WHERE id = $1`, string(id)))
	return p, db.OrMissing(err)
}

// values writes the rows of a multi-row INSERT: ($1, $2), ($3, $4).
func values(args *db.Args, rows int, row func(int) []any) string {
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j, v := range row(i) {
			if j > 0 {
				b.WriteString(", ")
			}
			b.WriteString(args.Add(v))
		}
		b.WriteByte(')')
	}
	return b.String()
}

// chunkRows bounds a multi-row statement. SQLite's driver looks every numbered
// parameter up in a list, so that the cost grows with the square of their count.
const chunkRows = 20

// insertOrganisations writes many rows a statement; their ids are made before.
func insertOrganisations(ctx context.Context, tx *db.Tx, list []prepared) error {
	for part := range slices.Chunk(list, chunkRows) {
		var args db.Args
		text := `INSERT INTO registry_organisation (` + organisationColumns + `, sort_key, search) VALUES ` +
			values(&args, len(part), func(i int) []any {
				p := part[i].Profile
				return []any{string(p.ID), string(p.Kind), p.Name, string(p.Country), p.Region, p.City, p.Address, p.Website,
					string(p.Legal), p.Facts.Beds, p.Facts.Headcount, p.Facts.Turnover, p.Facts.Balance, p.Source, p.SourceKey,
					p.Version, db.At(p.Created), db.At(p.Updated), db.Flag(p.Critical), db.Flag(p.Maker), fold(p.Name), searchText(p.Details)}
			})
		if _, err := tx.Exec(ctx, text, args...); err != nil {
			return err
		}
	}
	return nil
}

// searchText is what a search looks through.
func searchText(d Details) string { return fold(d.Name + " " + d.City + " " + d.Region) }

// updateOrganisation writes p if its version is still the one that was read.
func updateOrganisation(ctx context.Context, tx *db.Tx, p Profile, version int64) error {
	n, err := tx.Exec(ctx, `
		UPDATE registry_organisation
		SET kind = $1, name = $2, country = $3, region = $4, city = $5, address = $6, website = $7, legal = $8,
			beds = $9, headcount = $10, turnover = $11, balance = $12, sort_key = $13, search = $14,
			critical = $15, maker = $16, version = version + 1, updated_at = $17
		WHERE id = $18 AND version = $19`,
		string(p.Kind), p.Name, string(p.Country), p.Region, p.City, p.Address, p.Website, string(p.Legal),
		p.Facts.Beds, p.Facts.Headcount, p.Facts.Turnover, p.Facts.Balance, fold(p.Name), searchText(p.Details),
		db.Flag(p.Critical), db.Flag(p.Maker), db.At(p.Updated), string(p.ID), version)
	if err == nil && n == 0 {
		return ward.Fail(ward.Conflict, "")
	}
	return err
}

// bySource finds which of the rows are known already by their source key.
func bySource(ctx context.Context, tx *db.Tx, rows []prepared) (map[[2]string]ward.OrgID, error) {
	out := map[[2]string]ward.OrgID{}
	keys := map[string][]string{}
	for _, p := range rows {
		if p.SourceKey != "" {
			keys[p.Source] = append(keys[p.Source], p.SourceKey)
		}
	}
	for source, list := range keys {
		for part := range slices.Chunk(list, idChunk) {
			args := db.Args{source}
			err := tx.Query(ctx, `
				SELECT id, source_key FROM registry_organisation
				WHERE source = $1 AND source_key <> '' AND source_key IN (`+db.In(&args, part)+`)`, args, func(r db.Row) error {
				var id, key string
				err := r.Scan(&id, &key)
				out[[2]string{source, key}] = ward.OrgID(id)
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// idChunk bounds an IN list.
const idChunk = 1000

// organisationsByID adds those that exist to out.
func organisationsByID(ctx context.Context, tx *db.Tx, ids []ward.OrgID, out map[ward.OrgID]ward.Organisation) error {
	for part := range slices.Chunk(ids, idChunk) {
		var args db.Args
		err := tx.Query(ctx, `
			SELECT id, kind, name, country, region, city
			FROM registry_organisation WHERE id IN (`+db.In(&args, part)+`)`, args, func(r db.Row) error {
			var o ward.Organisation
			err := r.Scan(&o.ID, &o.Kind, &o.Name, &o.Country, &o.Region, &o.City)
			out[o.ID] = o
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// organisations gives one row more than the limit if the list goes on: at the
// end, or at the beginning for the page before.
func organisations(ctx context.Context, tx *db.Tx, s ward.Scope, f Filter, after, before place) ([]Profile, error) {
	var args db.Args
	where := []string{args.Scope(s, "id", "country")}
	for _, w := range likeWords(f.Search) {
		where = append(where, `search LIKE `+args.Add(w)+` ESCAPE '!'`)
	}
	if f.Kind != "" {
		where = append(where, `kind = `+args.Add(string(f.Kind)))
	}
	if f.Country != "" {
		where = append(where, `country = `+args.Add(string(f.Country)))
	}
	order := `sort_key, id`
	switch {
	case before.id != "":
		where = append(where, `(sort_key, id) < (`+args.Add(before.key)+`, `+args.Add(before.id)+`)`)
		order = `sort_key DESC, id DESC`
	case after.id != "":
		where = append(where, `(sort_key, id) > (`+args.Add(after.key)+`, `+args.Add(after.id)+`)`)
	}
	list, err := db.Rows(ctx, tx, `
		SELECT `+organisationColumns+`
		FROM registry_organisation WHERE `+strings.Join(where, ` AND `)+`
		ORDER BY `+order+` LIMIT `+args.Add(f.Limit+1), args, scanProfile)
	if before.id != "" {
		slices.Reverse(list)
	}
	return list, err
}

// teamsOf lists the response teams of a country.
func teamsOf(ctx context.Context, tx *db.Tx, c ward.Country) ([]ward.OrgID, error) {
	return db.Rows(ctx, tx, `SELECT id FROM registry_organisation WHERE country = $1 AND kind = $2 ORDER BY id LIMIT 20`, []any{string(c), string(ward.KindCSIRT)},
		func(r db.Row) (id ward.OrgID, err error) { err = r.Scan(&id); return id, err })
}

// respondersOf lists response teams and the Centre.
func respondersOf(ctx context.Context, tx *db.Tx) ([]ward.Organisation, error) {
	return db.Rows(ctx, tx, `SELECT id, kind, name, country FROM registry_organisation WHERE kind IN ($1, $2) ORDER BY country, name, id LIMIT 200`,
		[]any{string(ward.KindCSIRT), string(ward.KindCentre)}, func(r db.Row) (o ward.Organisation, err error) {
			err = r.Scan(&o.ID, &o.Kind, &o.Name, &o.Country)
			return o, err
		})
}
