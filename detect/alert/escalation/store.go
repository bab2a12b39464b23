package escalation

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// Set are the ladders that somebody has set.
func Set(ctx context.Context, tx *db.Tx) (Ladders, error) {
	out := Ladders{}
	err := tx.Query(ctx, `SELECT country, urgency, rung, minutes FROM alert_ladder ORDER BY country LIMIT 1000`, nil, func(r db.Row) error {
		var c ward.Country
		var u Urgency
		var rung Rung
		var minutes int64
		if err := r.Scan(&c, &u, &rung, &minutes); err != nil {
			return err
		}
		if out[c] == nil {
			out[c] = Ladder{}
		}
		if out[c][u] == nil {
			out[c][u] = map[Rung]time.Duration{}
		}
		out[c][u][rung] = time.Duration(minutes) * time.Minute
		return nil
	})
	return out, err
}

func putLadder(ctx context.Context, tx *db.Tx, c ward.Country, l Ladder) error {
	for _, u := range Urgencies() {
		for _, r := range Rungs() {
			if _, err := tx.Exec(ctx, `INSERT INTO alert_ladder (country, urgency, rung, minutes) VALUES ($1, $2, $3, $4)
				ON CONFLICT (country, urgency, rung) DO UPDATE SET minutes = excluded.minutes`, c, u, r, int64(l[u][r]/time.Minute)); err != nil {
				return err
			}
		}
	}
	return nil
}
