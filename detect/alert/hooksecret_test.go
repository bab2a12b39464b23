package alert_test

import (
	"net/http"
	"strings"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/faults/house"
)

// secretInRow is what a thief of the database would read.
func secretInRow(t *testing.T, d *db.DB, id string) (s string) {
	t.Helper()
	if err := d.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `SELECT secret FROM alert_webhook WHERE id = $1`, id).Scan(&s)
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// A webhook's secret stands sealed in the database, and one that an older house
// wrote open is sealed by the job; calls are signed with it either way.
func TestSecretsAreSealed(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		r := listen(t)
		h, err := house.Open(ctx, d, house.Europe(2), house.Options{Folder: t.TempDir()}) // the library looks at the time
		if err != nil {
			t.Fatal(err)
		}
		me := hospital(house.Org(0), "HR")
		hook, err := h.Alerts.AddHook(ctx, me, r.URL, ward.TLPGreen)
		if err != nil {
			t.Fatal(err)
		}
		other, err := h.Alerts.AddHook(ctx, me, r.URL, ward.TLPGreen)
		if err != nil {
			t.Fatal(err)
		}
		if got := secretInRow(t, d, hook.ID); strings.Contains(got, "whsec_") || got == "" {
			t.Errorf("the row says %q", got)
		}
		write := func(text string, args ...any) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, text, args...); return err }); err != nil {
				t.Fatal(err)
			}
		}
		write(`UPDATE alert_webhook SET secret = $2 WHERE id = $1`, hook.ID, hook.Secret)
		for _, when := range []string{"open", "sealed"} {
			if word, err := h.Alerts.TestHook(ctx, me, hook.ID); err != nil || word != "204" {
				t.Fatalf("%s: %q (%v)", when, word, err)
			}
			if err := h.Alerts.Seal(ctx); err != nil {
				t.Fatal(err)
			}
			if got := secretInRow(t, d, hook.ID); strings.Contains(got, "whsec_") {
				t.Errorf("after sealing the row says %q", got)
			}
		}
		verifier, err := standardwebhooks.NewWebhook(hook.Secret)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range r.got() {
			if err := verifier.Verify([]byte(c.body), c.head); err != nil {
				t.Errorf("call %d: %v", i, err)
			}
		}
		// A sealed secret moved to another webhook opens for nobody, and calls nobody.
		write(`UPDATE alert_webhook SET secret = (SELECT secret FROM alert_webhook WHERE id = $2) WHERE id = $1`, other.ID, hook.ID)
		r.answer(http.StatusOK)
		if word, err := h.Alerts.TestHook(ctx, me, other.ID); err == nil && word == "200" || len(r.got()) != 2 {
			t.Errorf("a moved secret: %q (%v), %d calls", word, err, len(r.got()))
		}
	})
}

// A secret is changed without a gap: calls verify by the new and, for a day, by the
// one before, as the standard's own library reads them.
func TestSecretIsChanged(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		r := listen(t)
		h, err := house.Open(ctx, d, house.Europe(2), house.Options{Folder: t.TempDir()}) // the library looks at the time
		if err != nil {
			t.Fatal(err)
		}
		me := hospital(house.Org(0), "HR")
		hook, err := h.Alerts.AddHook(ctx, me, r.URL, ward.TLPGreen)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Alerts.ChangeSecret(ctx, hospital(house.Org(1), "HR"), hook.ID); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("another hospital: %v", err)
		}
		next, err := h.Alerts.ChangeSecret(ctx, me, hook.ID)
		if err != nil || next.Secret == hook.Secret {
			t.Fatalf("%+v (%v)", next, err)
		}
		if got := secretInRow(t, d, hook.ID); strings.Contains(got, "whsec_") {
			t.Errorf("the row says %q", got)
		}
		for i, until := range []string{"a day", "over"} {
			if until == "over" {
				if err := d.Write(ctx, func(tx *db.Tx) error {
					_, err := tx.Exec(ctx, `UPDATE alert_webhook SET former_until = 1 WHERE id = $1`, hook.ID)
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			if word, err := h.Alerts.TestHook(ctx, me, hook.ID); err != nil || word != "204" {
				t.Fatalf("%s: %q (%v)", until, word, err)
			}
			call := r.got()[i]
			for secret, want := range map[string]bool{next.Secret: true, hook.Secret: until == "a day"} {
				verifier, err := standardwebhooks.NewWebhook(secret)
				if err != nil {
					t.Fatal(err)
				}
				if err := verifier.Verify([]byte(call.body), call.head); (err == nil) != want {
					t.Errorf("%s: by the new secret %t: %v", until, secret == next.Secret, err)
				}
			}
		}
	})
}
