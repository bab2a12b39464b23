package main

import (
	"context"
	"os"
	"path/filepath"

	"ward/kit/db"
)

// Steps between which a kill may fall, by what it leaves behind.
var steps = []string{
	"begun, not sent",
	"sent, not answered", // the sender does not know, and asks again
	"receipt, no try of the mail",
	"try counted, no mail",
	"mail out, not noted",
	"sent, not in the picture",
}

// left counts what a kill left behind at each step.
func left(ctx context.Context, d *db.DB, outbox string, c *crowd) (map[string]int, error) {
	out := map[string]int{}
	type waiting struct {
		id    string
		tries int
	}
	var mails []waiting
	err := d.Read(ctx, func(tx *db.Tx) error {
		var begun, facts int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM incident_report WHERE state = 'draft'`).Scan(&begun); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM river_job WHERE kind = 'event' AND state NOT IN ('completed', 'cancelled', 'discarded')
			AND CAST(args AS TEXT) LIKE '%picture.on_reported%'`).Scan(&facts); err != nil {
			return err
		}
		out[steps[0]], out[steps[5]] = begun, facts
		err := tx.Query(ctx, `SELECT request FROM incident_sending WHERE request <> ''`, nil, func(row db.Row) error {
			var request string
			err := row.Scan(&request)
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.asked[request] {
				out[steps[1]]++
			}
			return err
		})
		if err != nil {
			return err
		}
		return tx.Query(ctx, `SELECT id, tries FROM incident_delivery WHERE way = 'mail' AND state = 'waiting'`, nil, func(row db.Row) error {
			var w waiting
			err := row.Scan(&w.id, &w.tries)
			mails = append(mails, w)
			return err
		})
	})
	for _, w := range mails {
		_, missing := os.Stat(filepath.Join(outbox, mailFile(w.id)))
		switch {
		case w.tries == 0:
			out[steps[2]]++
		case missing != nil:
			out[steps[3]]++
		default:
			out[steps[4]]++
		}
	}
	return out, err
}

// mailFile is where the training house puts the mail of a delivery.
func mailFile(delivery string) string { return "incident-" + delivery + ".eml" }
