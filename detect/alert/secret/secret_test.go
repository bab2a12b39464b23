package secret_test

import (
	"context"
	"os"
	"testing"
	"time"

	"ward"
	"ward/detect/alert/secret"
	"ward/kit/db"
	"ward/kit/module"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	ctx   = context.Background()
	start = time.Date(2026, time.November, 22, 2, 4, 0, 0, time.UTC)
)

func open(t *testing.T, d *db.DB) *room.Base {
	t.Helper()
	b := room.New(t, d, start)
	alert := os.DirFS("..")
	b.Furnish(module.Parts{Name: "alert", Migrations: alert, Texts: alert})
	return b
}

// A secret cannot be guessed, and the house keeps nothing that opens.
func TestSecretIsNotKept(t *testing.T) {
	one, two := secret.New(), secret.New()
	if one == two || len(one) < 43 || secret.Digest(one) == secret.Digest(two) || secret.Digest(one) == one {
		t.Errorf("secrets %q and %q: 256 bits and digests of their own are wanted", one, two)
	}
}

// The link in a mail works once, for two weeks, and says for a month more that it
// has expired; then it is as one that never was.
func TestLink(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		open(t, d)
		word, want := secret.New(), secret.Link{Issue: 3, OrgNo: 7, Round: 2, Contact: "c1"}
		find := func() (l secret.Link, err error) {
			err = d.Read(ctx, func(tx *db.Tx) (err error) { l, err = secret.Find(ctx, tx, word); return err })
			return l, err
		}
		spend := func() (first bool) {
			expect.OK(t, d.Write(ctx, func(tx *db.Tx) (err error) {
				first, err = secret.Spend(ctx, tx, word, start.Add(time.Hour))
				return err
			}))
			return first
		}
		forget := func(after time.Duration) {
			expect.OK(t, d.Write(ctx, func(tx *db.Tx) error { return secret.ForgetLinks(ctx, tx, start.Add(after)) }))
		}
		_, err := find()
		expect.Code(t, "a link that was never made", err, ward.NotFound)
		expect.OK(t, d.Write(ctx, func(tx *db.Tx) error { return secret.Put(ctx, tx, word, want, start) }))
		want.Expires = start.AddDate(0, 0, 14)
		got, err := find()
		expect.OK(t, err)
		if got != want {
			t.Errorf("found %+v, want %+v", got, want)
		}
		if !spend() || spend() {
			t.Error("a link is not spent once")
		}
		forget(44 * 24 * time.Hour)
		if got, err = find(); err != nil || !got.Used.Equal(start.Add(time.Hour)) {
			t.Errorf("a used link within its month: %+v, %v", got, err)
		}
		forget(44*24*time.Hour + time.Second)
		_, err = find()
		expect.Code(t, "a link of long ago", err, ward.NotFound)
		if err.Error() != secret.Dead().Error() {
			t.Errorf("it says %q, and an unknown one %q", err, secret.Dead())
		}
	})
}

// Who tries secrets that do not exist is shut out with his network, for a while,
// on every replica and over restarts; nobody else is.
func TestGuesses(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		b := open(t, d)
		watch := func() *secret.Guesses { return secret.Watch(secret.Config{DB: d, Clock: b.Clock.Now, Log: b.Log}) }
		g := watch()
		for range 30 {
			expect.OK(t, g.May(ctx, "2001:db8:1:2::9"))
			g.Missed(ctx, "2001:db8:1:2::9")
		}
		expect.Code(t, "the next one", g.May(ctx, "2001:db8:1:2::9"), ward.Forbidden)
		expect.Code(t, "another address of that network", g.May(ctx, "2001:db8:1:2::a"), ward.Forbidden)
		expect.Code(t, "another replica", watch().May(ctx, "2001:db8:1:2::9"), ward.Forbidden)
		expect.OK(t, g.May(ctx, "2001:db8:7:7::9"))
		b.Clock.Advance(10 * time.Minute)
		expect.OK(t, g.May(ctx, "2001:db8:1:2::9"))
		g.Missed(ctx, "2001:db8:1:2::9") // counts from one again
		expect.OK(t, g.May(ctx, "2001:db8:1:2::9"))
	})
}
