package account

import (
	"context"
	"testing"

	"github.com/alexedwards/argon2id"

	"ward/kit/db"
	"ward/test/database"
)

// A hash with the parameters of an older version opens, and is stored anew with
// today's by the first right sign-in, never by a wrong one.
func TestOldHashesAreRenewed(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		old, err := argon2id.CreateHash(goodWords, &argon2id.Params{Memory: 128, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(context.Background(), func(tx *db.Tx) error { return savePassword(context.Background(), tx, ana, old, w.now.Now()) }); err != nil {
			t.Fatal(err)
		}
		stored := func() string {
			t.Helper()
			f, err := w.factors(context.Background(), ana)
			if err != nil {
				t.Fatal(err)
			}
			return f.hash
		}
		if _, err := w.signIn(t, anaMail, "wrong words here"); key(err) != "account.error.credentials" || stored() != old {
			t.Errorf("a wrong password: %v", err)
		}
		for range 2 {
			if _, err := w.signIn(t, anaMail, goodWords); err != nil {
				t.Fatal(err)
			}
		}
		p, _, _, err := argon2id.DecodeHash(stored())
		if err != nil || p.Memory != cheap().Memory || p.Iterations != cheap().Iterations {
			t.Errorf("stored with %+v, %v", p, err)
		}
	})
}
