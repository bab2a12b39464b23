package webhook_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/faults/house"
)

var ctx = context.Background()

// heard keeps the calls that a receiver got.
type heard struct {
	mu    sync.Mutex
	calls []call
}

type call struct {
	head http.Header
	body string
}

func (h *heard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // a broken body fails the signature
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, call{r.Header, string(body)})
	w.WriteHeader(http.StatusNoContent)
}

func (h *heard) got() []call {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.calls)
}

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

// listening is a receiver with its address, and a house with the manager of a hospital.
func listening(t *testing.T, d *db.DB) (*heard, string, *house.House, ward.Actor) {
	t.Helper()
	heard := &heard{}
	r := httptest.NewServer(heard)
	t.Cleanup(r.Close)
	h, err := house.Open(ctx, d, house.Europe(2), house.Options{Folder: t.TempDir()}) // the library looks at the time
	if err != nil {
		t.Fatal(err)
	}
	return heard, r.URL, h, ward.Actor{Person: "p", Org: house.Org(0), Country: "HR", Kind: ward.KindHospital, Role: ward.RoleManager}
}

// A webhook's secret stands sealed in the database, and one that an older house
// wrote open is sealed by the job; calls are signed with it either way.
func TestSecretsAreSealed(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		heard, address, h, me := listening(t, d)
		hook, err := h.Alerts.Hooks().Add(ctx, me, address, ward.TLPGreen)
		if err != nil {
			t.Fatal(err)
		}
		other, err := h.Alerts.Hooks().Add(ctx, me, address, ward.TLPGreen)
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
			if word, err := h.Alerts.Hooks().Test(ctx, me, hook.ID); err != nil || word != "204" {
				t.Fatalf("%s: %q (%v)", when, word, err)
			}
			if err := h.Alerts.Hooks().Seal(ctx); err != nil {
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
		for i, c := range heard.got() {
			if err := verifier.Verify([]byte(c.body), c.head); err != nil {
				t.Errorf("call %d: %v", i, err)
			}
		}
		// A sealed secret moved to another webhook opens for nobody, and calls nobody.
		write(`UPDATE alert_webhook SET secret = (SELECT secret FROM alert_webhook WHERE id = $2) WHERE id = $1`, other.ID, hook.ID)
		if word, err := h.Alerts.Hooks().Test(ctx, me, other.ID); err == nil && word == "204" || len(heard.got()) != 2 {
			t.Errorf("a moved secret: %q (%v), %d calls", word, err, len(heard.got()))
		}
	})
}

// A form that is sent twice changes the secret twice: the receiver, who has the one
// before both, still verifies.
func TestSecretIsChangedTwice(t *testing.T) {
	heard, address, h, me := listening(t, database.Open(t, database.SQLite))
	hook, err := h.Alerts.Hooks().Add(ctx, me, address, ward.TLPGreen)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{hook.Secret}
	for range 2 {
		next, err := h.Alerts.Hooks().ChangeSecret(ctx, me, hook.ID)
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, next.Secret)
	}
	if word, err := h.Alerts.Hooks().Test(ctx, me, hook.ID); err != nil || word != "204" {
		t.Fatalf("%q (%v)", word, err)
	}
	for i, secret := range secrets {
		verifier, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if call := heard.got()[0]; verifier.Verify([]byte(call.body), call.head) != nil {
			t.Errorf("by secret %d: refused", i)
		}
	}
}

// A secret is changed without a gap: calls verify by the new and, for a day, by the
// one before, as the standard's own library reads them.
func TestSecretIsChanged(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		heard, address, h, me := listening(t, d)
		other := me
		other.Org = house.Org(1)
		hook, err := h.Alerts.Hooks().Add(ctx, me, address, ward.TLPGreen)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Alerts.Hooks().ChangeSecret(ctx, other, hook.ID); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("another hospital: %v", err)
		}
		next, err := h.Alerts.Hooks().ChangeSecret(ctx, me, hook.ID)
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
			if word, err := h.Alerts.Hooks().Test(ctx, me, hook.ID); err != nil || word != "204" {
				t.Fatalf("%s: %q (%v)", until, word, err)
			}
			call := heard.got()[i]
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
