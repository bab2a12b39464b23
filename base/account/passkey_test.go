package account

import (
	"context"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/seal"
)

// addKey gives a, who has a password, a passkey.
func (w *world) addKey(t testing.TB, a ward.Actor, k *authenticator) Passkey {
	t.Helper()
	ctx := context.Background()
	c, err := w.StartPasskey(ctx, a, goodWords)
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.AddPasskey(ctx, a, c.Text, " Work  phone ", k.create(t, c))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// askKey begins to sign in.
func (w *world) askKey(t testing.TB, email string) Ceremony {
	t.Helper()
	c, err := w.AskPasskey(context.Background(), email, "/alerts")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPasskeySignsIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.cfg.Training = false
		a := w.in(t)
		k := newAuthenticator(t)
		added := w.addKey(t, a, k)
		if list, err := w.Passkeys(ctx, a); err != nil || len(list) != 1 || list[0].Name != "Work phone" || list[0].ID != added.ID || !list[0].Used.IsZero() {
			t.Fatalf("got %+v, %v", list, err)
		}
		if me, err := w.apiMe(ctx, a, nil); err != nil || !me.SecondFactor {
			t.Errorf("a program hears %+v, %v, want a second factor", me, err)
		}
		k.counter++
		c := w.askKey(t, "")
		if got := readAsked(t, c); len(got.PublicKey.Allow) != 0 || got.PublicKey.UV != "required" {
			t.Errorf("asked for %+v", got)
		}
		answer := k.get(t, c)
		e, err := w.EnterByPasskey(ctx, c.Text, answer, here)
		if err != nil || e.Next != "/alerts" {
			t.Fatalf("got %+v, %v", e, err)
		}
		if got := actor(t, w.Service, e.Session); got.Person != ana || !got.MFA {
			t.Errorf("actor %+v", got)
		}
		_, err = w.EnterByPasskey(ctx, c.Text, answer, here)
		if err == nil {
			t.Error("an answer that was heard on the way opens a second session")
		}
		w.now.Advance(30 * 24 * time.Hour) // the role wants a second factor: the key is one
		k.counter++
		c = w.askKey(t, "")
		if e, err = w.EnterByPasskey(ctx, c.Text, k.get(t, c), here); err != nil || e.Next != "/alerts" {
			t.Errorf("past the time for a second factor: %+v, %v", e, err)
		}
		if list, err := w.Passkeys(ctx, a); err != nil || list[0].Used.IsZero() {
			t.Errorf("the use is not noted: %+v, %v", list, err)
		}
	})
}

// After an address the keys of its owner are asked for; who has none looks alike.
func TestPasskeyAfterAddress(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		k := newAuthenticator(t)
		w.addKey(t, w.in(t), k)
		k.handle, k.counter = nil, 1 // an older key does not know whose it is
		c := w.askKey(t, " ANA@zagreb.example")
		if e, err := w.EnterByPasskey(ctx, c.Text, k.get(t, c), here); err != nil || e.Session == "" {
			t.Errorf("got %+v, %v", e, err)
		}
		known := readAsked(t, c).PublicKey.Allow
		for _, email := range []string{"nobody@zagreb.example", "ben@zagreb.example"} {
			first, second := readAsked(t, w.askKey(t, email)).PublicKey.Allow, readAsked(t, w.askKey(t, email)).PublicKey.Allow
			if len(first) != 1 || first[0] != second[0] || first[0].Type != known[0].Type || len(first[0].ID) != len(known[0].ID) {
				t.Errorf("%s: asked for %v, then %v, a known one for %v", email, first, second, known)
			}
		}
	})
}

func TestPasskeyIsTheSecondStep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		k := newAuthenticator(t)
		k.blind = true // a key without a PIN: the password was right, so it will do
		w.addKey(t, w.in(t), k)
		e, err := w.signIn(t, anaMail, goodWords)
		if err != nil || e.Session != "" || e.Challenge == "" {
			t.Fatalf("the password alone opens %+v, %v", e, err)
		}
		if steps, err := w.SecondSteps(ctx, e.Challenge); err != nil || steps.Code || !steps.Keys {
			t.Errorf("steps %+v, %v", steps, err)
		}
		_, err = w.SecondStep(ctx, e.Challenge, "000000", here)
		wantKey(t, err, "account.error.code")
		c, err := w.AskSecondPasskey(ctx, e.Challenge)
		if err != nil {
			t.Fatal(err)
		}
		k.counter++
		in, err := w.EnterByPasskey(ctx, c.Text, k.get(t, c), here)
		if err != nil || !actor(t, w.Service, in.Session).MFA {
			t.Fatalf("got %+v, %v", in, err)
		}
		if _, err := w.SecondSteps(ctx, e.Challenge); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("the challenge stays: %v", err)
		}
		// A codes app that was begun and never confirmed opens nothing beside it.
		begun, err := w.StartTOTP(ctx, actor(t, w.Service, in.Session))
		if err != nil {
			t.Fatal(err)
		}
		if e, err = w.signIn(t, anaMail, goodWords); err != nil {
			t.Fatal(err)
		}
		_, err = w.SecondStep(ctx, e.Challenge, w.code(t, strings.ReplaceAll(begun.Secret, " ", "")), here)
		wantKey(t, err, "account.error.code")
	})
}

// Each row is an answer that must open nothing.
func TestPasskeyAnswersThatOpenNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		k, other := newAuthenticator(t), newAuthenticator(t)
		a := w.in(t)
		w.addKey(t, a, k)
		w.give(t, ben, goodWords)
		e, err := w.signIn(t, "ben@zagreb.example", goodWords)
		if err != nil {
			t.Fatal(err)
		}
		b := actor(t, w.Service, e.Session)
		w.addKey(t, b, other)
		k.counter, other.counter = 10, 10
		used := w.askKey(t, "")
		if _, err := w.EnterByPasskey(ctx, used.Text, k.get(t, used), here); err != nil {
			t.Fatal(err)
		}
		k.counter++
		addition, err := w.StartPasskey(ctx, a, goodWords)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []struct {
			name string
			text func(Ceremony) string
			with func(*authenticator)
			want string
		}{
			{"another site's page", nil, func(k *authenticator) { k.origin = "https://ward.example.evil.example" }, "account.error.passkey"},
			{"nobody was verified", nil, func(k *authenticator) { k.blind = true }, "account.error.passkey"},
			{"a handle of another person", nil, func(k *authenticator) { k.handle = []byte(ben) }, "account.error.passkey"},
			{"a key that nobody has", nil, func(k *authenticator) { k.id = []byte("01234567890123456789012345678901") }, "account.error.passkey"},
			{"another's signature", nil, func(k *authenticator) { k.key = other.key }, "account.error.passkey"},
			{"a copy with an old counter", nil, func(k *authenticator) { k.counter = 5 }, "account.error.passkey_copied"},
			{"a ceremony of adding", func(Ceremony) string { return addition.Text }, nil, "account.error.ceremony"},
			{"a forged ceremony", func(c Ceremony) string { return string(c.Text[0]^1) + c.Text[1:] }, nil, "account.error.ceremony"},
			{"another ceremony's challenge", func(Ceremony) string { return w.askKey(t, "").Text }, nil, "account.error.passkey"},
			{"no ceremony", func(Ceremony) string { return "" }, nil, "account.error.ceremony"},
		} {
			c := w.askKey(t, "")
			copied, text := *k, c.Text
			if row.with != nil {
				row.with(&copied)
			}
			answer := copied.get(t, c)
			if row.text != nil {
				text = row.text(c)
			}
			e, err := w.EnterByPasskey(ctx, text, answer, here)
			if key(err) != row.want || e.Session != "" {
				t.Errorf("%s: got %+v, %v, want %s", row.name, e, err, row.want)
			}
		}
		c := w.askKey(t, "")
		for name, answer := range map[string]string{"empty": "", "no JSON": "{", "huge": strings.Repeat("a", answerMax+1)} {
			if e, err := w.EnterByPasskey(ctx, c.Text, answer, here); err == nil || e.Session != "" {
				t.Errorf("%s: got %+v", name, e)
			}
		}
		late := w.askKey(t, "")
		w.now.Advance(challengeLife)
		_, err = w.EnterByPasskey(ctx, late.Text, k.get(t, late), here)
		wantKey(t, err, "account.error.ceremony")
	})
}

func TestPasskeysAreOnesOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		a := w.in(t)
		k := newAuthenticator(t)
		_, err := w.StartPasskey(ctx, a, "wrong wrong wrong")
		wantKey(t, err, "account.error.current")
		mine := w.addKey(t, a, k)
		c, err := w.StartPasskey(ctx, a, goodWords)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.AddPasskey(ctx, a, c.Text, "Again", k.create(t, c))
		wantKey(t, err, "account.error.passkey_known")
		b := ward.Actor{Person: ben, Org: "h", Country: "HR", Role: ward.RoleMember, Session: "x"}
		_, err = w.AddPasskey(ctx, b, c.Text, "Mine now", newAuthenticator(t).create(t, c))
		wantKey(t, err, "account.error.ceremony") // begun by another
		if err := w.NamePasskey(ctx, b, mine.ID, "Mine now"); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("another names it: %v", err)
		}
		if err := w.RemovePasskey(ctx, b, mine.ID, ""); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("another removes it: %v", err)
		}
		wantKey(t, w.RemovePasskey(ctx, a, mine.ID, "wrong wrong wrong"), "account.error.current")
		if err := w.NamePasskey(ctx, a, mine.ID, "Blue key"); err != nil {
			t.Fatal(err)
		}
		if err := w.RemovePasskey(ctx, a, mine.ID, goodWords); err != nil {
			t.Fatal(err)
		}
		k.counter++
		in := w.askKey(t, "")
		_, err = w.EnterByPasskey(ctx, in.Text, k.get(t, in), here)
		wantKey(t, err, "account.error.passkey")
		// A manager's link takes lost keys away too.
		w.give(t, ben, goodWords)
		w.addKey(t, w.as(t, "ben@zagreb.example"), newAuthenticator(t))
		l, err := w.MakeLink(ctx, a, ben, LinkRequest{Purpose: Enter, DropTOTP: true})
		if err != nil {
			t.Fatal(err)
		}
		if e, err := w.OpenLink(ctx, secretOf(l), "", here); err != nil || e.Session == "" {
			t.Fatalf("got %+v, %v", e, err)
		}
		if f, err := w.factors(ctx, ben); err != nil || f.Passkeys != 0 {
			t.Errorf("factors %+v, %v", f, err)
		}
	})
}

// as signs somebody in by password.
func (w *world) as(t testing.TB, email string) ward.Actor {
	t.Helper()
	e, err := w.signIn(t, email, goodWords)
	if err != nil {
		t.Fatal(err)
	}
	return actor(t, w.Service, e.Session)
}

// A site that is a number has no passkeys and says so.
func TestNoPasskeysWithoutAName(t *testing.T) {
	for origin, want := range map[string]bool{"http://127.0.0.1:8080": false, "https://[2001:db8::1]": false, "": false, "https://ward.example": true, "http://localhost:8080": true} {
		got, err := newPasskeys(origin)
		if err != nil || (got != nil) != want {
			t.Errorf("%q: got %v, %v, want %t", origin, got, err, want)
		}
	}
}

func FuzzCeremony(f *testing.F) {
	b, err := seal.New(make([]byte, seal.KeyBytes))
	if err != nil {
		f.Fatal(err)
	}
	s := &Service{box: b, cfg: Config{Clock: func() time.Time { return time.Unix(0, 0) }, IDs: func() string { return "id" }}}
	good, _, err := s.sealed(ceremony{Kind: ceremonyEnter}, "x")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		var data string
		if _, err := s.unsealed(text, &data, ceremonyEnter); err == nil && data != "x" {
			t.Errorf("%q opens as %q", text, data)
		}
	})
}
