package harvest

import (
	"context"

	"ward"
	"ward/kit/db"
)

// ReadFailing lists the sources whose last fetch as a whole failed, longest
// without a success first: for who looks at a house from outside, as ward doctor
// does.
func ReadFailing(ctx context.Context, d *db.DB) (out []Source, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		out, err = db.Rows(ctx, tx, `SELECT `+sourceColumns+` FROM advisory_source WHERE state = 'active' AND fails > 0
			ORDER BY COALESCE(succeeded_at, 0), name, id LIMIT $1`, []any{MaxSources}, scanSource)
		return err
	})
	return out, ward.Wrap("read failing sources", err)
}
