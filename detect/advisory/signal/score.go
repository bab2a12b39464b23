package signal

import (
	"context"
	"errors"
	"io"
	"time"

	"ward/format/epss"
	"ward/kit/db"
)

// epssLot is how many scores share a transaction: some 50 ms of the one writer.
const epssLot = 5000

// Scores stores a day's scores. A probability is no event: it changes every
// day for every weakness.
func (k *Keeper) Scores(ctx context.Context, r io.Reader) (Enrichment, error) {
	var out Enrichment
	var rows []score
	day := k.cfg.Clock().Format(time.DateOnly)
	flush := func() error {
		if len(rows) == 0 {
			return nil
		}
		rows = lastScores(rows)
		err := k.cfg.DB.Write(ctx, func(tx *db.Tx) error { return putScores(ctx, tx, rows, day) })
		rows = rows[:0]
		return err
	}
	head, err := epss.Read(r, epss.Limits{}, func(sc epss.Score) error {
		rows = append(rows, score{sc.CVE, sc.EPSS, sc.Percentile})
		if len(rows) < epssLot {
			return nil
		}
		return flush()
	})
	out.Read, out.Problems = head.Rows, len(head.Problems)
	if err = errors.Join(err, flush()); err != nil {
		return out, err
	}
	return out, k.cfg.DB.Write(ctx, func(tx *db.Tx) error { return k.cfg.Heads.Rescore(ctx, tx) })
}

// lastScores keeps one row for each CVE: one statement may not touch a row twice.
func lastScores(rows []score) []score {
	at := make(map[string]int, len(rows))
	out := rows[:0]
	for _, r := range rows {
		if i, ok := at[r.cve]; ok {
			out[i] = r
			continue
		}
		at[r.cve] = len(out)
		out = append(out, r)
	}
	return out
}
