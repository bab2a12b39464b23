package home_test

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"ward"
	"ward/base/home"
	"ward/kit/db"
	"ward/test/database"
)

// What one replica kept another has, and nobody reads it in the database.
func TestCertificates(t *testing.T) {
	ctx := context.Background()
	now := func() time.Time { return time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC) }
	var files fs.FS = (&home.Service{}).Parts().Migrations
	database.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(ctx, now(), []db.Migrations{{Owner: "home", Files: files}}); err != nil {
			t.Fatal(err)
		}
		key := make([]byte, 32)
		one, err := home.NewCertificates(d, key, now)
		if err != nil {
			t.Fatal(err)
		}
		two, _ := home.NewCertificates(d, key, now)
		if _, err := one.Get(ctx, "ward.example"); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("before: got %v, want NotFound", err)
		}
		for _, text := range []string{"PRIVATE KEY 1", "PRIVATE KEY 2"} {
			if err := one.Put(ctx, "ward.example", []byte(text)); err != nil {
				t.Fatal(err)
			}
			if got, err := two.Get(ctx, "ward.example"); err != nil || string(got) != text {
				t.Errorf("the other replica: got %q, %v", got, err)
			}
		}
		key[0] = 1
		thief, _ := home.NewCertificates(d, key, now)
		if got, err := thief.Get(ctx, "ward.example"); err == nil {
			t.Errorf("with another key: got %q", got)
		}
		if err := two.Delete(ctx, "ward.example"); err != nil {
			t.Fatal(err)
		}
		if _, err := one.Get(ctx, "ward.example"); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("after: got %v, want NotFound", err)
		}
	})
}

func TestTLSState(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	in := func(days int) time.Time { return now.Add(time.Duration(days)*24*time.Hour + time.Minute) }
	for _, tt := range []struct {
		tls  home.TLS
		want home.TLSState
	}{
		{home.TLS{Source: home.TLSNone}, home.TLSOpen},
		{home.TLS{Source: home.TLSProxy}, home.TLSUnseen},
		{home.TLS{Source: home.TLSOwn, Ends: in(90)}, home.TLSGood},
		{home.TLS{Source: home.TLSOwn, Ends: in(14)}, home.TLSGood},
		{home.TLS{Source: home.TLSOwn, Ends: in(13)}, home.TLSSoon},
		{home.TLS{Source: home.TLSOwn, Ends: in(-1)}, home.TLSEnded},
		{home.TLS{Source: home.TLSACME}, home.TLSFailing},
		{home.TLS{Source: home.TLSACME, Ends: in(60), Fault: "refused"}, home.TLSFailing},
	} {
		if got := tt.tls.State(now); got != tt.want {
			t.Errorf("%+v: got %s, want %s", tt.tls, got, tt.want)
		}
	}
}
