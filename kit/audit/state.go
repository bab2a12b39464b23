package audit

import (
	"context"
	"time"

	"ward"
	"ward/kit/db"
)

// State is how far the log and its signatures have come.
type State struct {
	Size   int64     // entries
	Newest time.Time // time of the newest entry; zero without one
	Signed int64     // entries that the newest checkpoint covers
	At     time.Time // when it was signed; zero without one
}

// ReadState reads the state of the log in d. It verifies nothing: see Verify.
func ReadState(ctx context.Context, d *db.DB) (s State, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		var newest, at db.Time
		err := tx.QueryRow(ctx, `SELECT coalesce((SELECT size FROM audit_head), 0), (SELECT max(at) FROM audit_entry),
				coalesce((SELECT max(size) FROM audit_checkpoint), 0), (SELECT max(at) FROM audit_checkpoint)`).
			Scan(&s.Size, &newest, &s.Signed, &at)
		s.Newest, s.At = newest.Time, at.Time
		return err
	})
	return s, ward.Wrap("read audit state", err)
}
