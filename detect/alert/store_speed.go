package alert

import (
	"context"
	"time"

	"ward/kit/db"
)

// speeds takes percentiles in the database: of the first delivery of each
// organisation by each channel in the newest round, and of the acknowledgements.
// A percentile is the smallest value that at least that share does not exceed
// (nearest rank).
func speeds(ctx context.Context, tx *db.Tx, v view, issue int64, from time.Time) ([]Speed, error) {
	args := db.Args{issue, db.At(from)}
	where := `a.issue = $1 AND a.state <> 'obsolete' AND ` + visibleRows(&args, v)
	times := `SELECT o.country AS country, d.channel AS channel, MIN(d.sent_at) - $2 AS took ` + alertFrom + `
			JOIN alert_delivery d ON d.issue = a.issue AND d.org = a.org AND d.round = a.round AND d.channel <> 'inbox' AND d.state = 'sent'
			WHERE ` + where + ` GROUP BY o.country, d.channel, a.org
		UNION ALL SELECT o.country, '', a.acked_at - $2 ` + alertFrom + ` WHERE a.acked_at IS NOT NULL AND ` + where
	ranked := func(country string) string {
		parts := `PARTITION BY channel`
		if country != "''" {
			parts += `, country`
		}
		return `SELECT ` + country + ` AS country, channel, took, ROW_NUMBER() OVER (` + parts + ` ORDER BY took) AS place,
			COUNT(*) OVER (` + parts + `) AS size FROM times`
	}
	return db.Rows(ctx, tx, `WITH times AS (`+times+`), ranked AS (`+ranked("''")+` UNION ALL `+ranked("country")+`)
		SELECT country, channel, size, MIN(CASE WHEN place * 100 >= size * 50 THEN took END), MIN(CASE WHEN place * 100 >= size * 95 THEN took END)
		FROM ranked GROUP BY country, channel, size ORDER BY country, channel DESC LIMIT 500`, args, func(r db.Row) (x Speed, err error) {
		var p50, p95 int64
		err = r.Scan(&x.Country, &x.Channel, &x.Organisations, &p50, &p95)
		x.P50, x.P95 = max(0, time.Duration(p50)*time.Microsecond), max(0, time.Duration(p95)*time.Microsecond)
		return x, err
	})
}
