package inventory

import (
	"context"

	"ward"
	"ward/kit/db"
)

// stagePuts puts prepared rows aside under a run; from is the number of the first.
func stagePuts(ctx context.Context, tx *db.Tx, run string, from int, assets []Asset) error {
	rows := make([][]any, len(assets))
	for i, a := range assets {
		rows[i] = []any{run, from + i, 0, string(a.ID), a.Key, a.RowID, int64(a.Product), a.SBOM, a.Ref.Serial, a.Quantity, a.Site, a.Department,
			a.Service, a.Zone, a.Owner, a.Notes, a.EndOfSupport}
	}
	return insert(ctx, tx, stageHead, rows)
}

const stageHead = `INSERT INTO inventory_staged (run, n, drops, id, row_key, row_id, product, sbom, serial, quantity, site, department, service,
	zone, owner, notes, end_of_support)`

// stageDrops does the same for rows to remove.
func stageDrops(ctx context.Context, tx *db.Tx, run string, from int, ids []ward.AssetID) error {
	rows := make([][]any, len(ids))
	for i, id := range ids {
		rows[i] = []any{run, from + i, 1, string(id), "", "", 0, "", "", 0, "", "", "", "", "", "", ""}
	}
	return insert(ctx, tx, stageHead, rows)
}

// swap makes everything that was staged under a run visible at once.
func swap(ctx context.Context, tx *db.Tx, run string, org ward.OrgID, source string, now db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM inventory_asset WHERE org = $1 AND id IN (SELECT id FROM inventory_staged WHERE run = $2 AND drops = 1)`,
		string(org), run)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO inventory_asset (id, org, row_key, row_id, product, sbom, serial, quantity, site, department, service, zone, owner, notes,
			end_of_support, source, created_at, updated_at)
		SELECT id, CAST($1 AS TEXT), row_key, row_id, product, sbom, serial, quantity, site, department, service, zone, owner, notes,
			end_of_support, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($3 AS BIGINT)
		FROM inventory_staged WHERE run = $4 AND drops = 0 ORDER BY n
		ON CONFLICT (id) DO UPDATE SET row_id = excluded.row_id, product = excluded.product, sbom = excluded.sbom, serial = excluded.serial,
			quantity = excluded.quantity, site = excluded.site, department = excluded.department, service = excluded.service,
			zone = excluded.zone, owner = excluded.owner, notes = excluded.notes, end_of_support = excluded.end_of_support,
			source = excluded.source, updated_at = excluded.updated_at`, string(org), source, now, run)
	if err != nil {
		return err
	}
	return unstage(ctx, tx, run)
}

// unstage removes what a run has prepared.
func unstage(ctx context.Context, tx *db.Tx, run string) error {
	_, err := tx.Exec(ctx, `DELETE FROM inventory_staged WHERE run = $1`, run)
	return err
}
