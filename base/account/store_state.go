package account

import (
	"context"

	"ward"
	"ward/kit/db"
)

// ReadPasswordOnly tells which of people sign in with a password and nothing
// beside it (NIS2 Art. 21(2)(j)): for who looks at a house from outside, as ward
// doctor does. Who has no way in yet is not among them.
func ReadPasswordOnly(ctx context.Context, d *db.DB, people []ward.PersonID) (out []ward.PersonID, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		for _, p := range people {
			f, err := factorsOf(ctx, tx, p)
			if err != nil {
				return err
			}
			if f.Password && !f.second() {
				out = append(out, p)
			}
		}
		return nil
	})
	return out, ward.Wrap("read second factors", err)
}
