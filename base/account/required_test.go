package account

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"ward"
	"ward/kit/web"
)

// ask is Authenticate for a path.
func ask(s *Service, key, path string) (ward.Actor, error) {
	r := httptest.NewRequest("GET", path, nil)
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: key})
	return s.Authenticate(r)
}

func TestRequiredIsRead(t *testing.T) {
	r, err := readRequired()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		role ward.Role
		must bool
	}{{ward.RoleOperator, true}, {ward.RoleCSIRT, true}, {ward.RoleCentre, true}, {ward.RoleManager, true},
		{ward.RoleMember, false}, {ward.RoleMaker, false}, {ward.RoleAuditor, false}, {ward.RoleNone, false}} {
		if grace, must := r.of(tt.role); must != tt.must || must && grace < 24*time.Hour {
			t.Errorf("%s: got %v, %t, want %t", tt.role, grace, must, tt.must)
		}
	}
}

func TestSecondFactorByRole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.cfg.Training = false
		w.in(t) // a manager, without a second factor
		e, err := w.signIn(t, anaMail, goodWords)
		if err != nil {
			t.Fatal(err)
		}
		first, err := ask(w.Service, e.Session, "/inventory")
		if err != nil || enrolling(first) {
			t.Fatalf("within the grace period: %+v, %v", first, err)
		}
		o, err := w.Me(ctx, first)
		if want := w.now.Now().Add(14 * 24 * time.Hour); err != nil || !o.FactorBy.Equal(want) || o.Limited {
			t.Errorf("overview %+v, %v, want by %v", o, err, want)
		}
		w.now.Advance(14 * 24 * time.Hour)
		if e, err = w.signIn(t, anaMail, goodWords); err != nil || e.Next != "/me" {
			t.Fatalf("after it: got %+v, %v, want /me", e, err)
		}
		for path, want := range map[string]string{"/inventory": "account.error.factor_needed", "/api/v1/alerts": "account.error.factor_needed",
			"/mean": "account.error.factor_needed", "/me": "", "/me/totp": "", "/api/v1/me/totp": "", "/signout": ""} {
			late, err := ask(w.Service, e.Session, path)
			if key(err) != want || !enrolling(late) {
				t.Errorf("%s: got %+v, %v, want %q", path, late, err, want)
			}
		}
		late, _ := ask(w.Service, e.Session, "/me")
		for _, p := range []ward.Permission{"org.read", "alert.read", "person.write", "org.write"} {
			if w.cfg.Guard.May(late, p) {
				t.Errorf("a limited session may %s", p)
			}
		}
		if _, _, err := w.MakeToken(ctx, late, TokenRequest{Name: "x", Days: 1, Scopes: []ward.Permission{"account.self"}}); err == nil {
			t.Error("a limited session makes a token")
		}
		w.enrol(t, late)
		if free, err := ask(w.Service, e.Session, "/inventory"); err != nil || enrolling(free) || !free.MFA {
			t.Errorf("with a factor: got %+v, %v", free, err)
		}
		if err := w.DropTOTP(ctx, late, goodWords); err != nil {
			t.Fatal(err)
		}
		again, err := w.signIn(t, anaMail, goodWords)
		if err != nil || again.Next != "/me" {
			t.Errorf("without a factor again there is no second grace period: %+v, %v", again, err)
		}
	})
}

func TestMembersAndTrainingNeedNoFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.cfg.Training = false
		w.give(t, ben, goodWords)
		e, err := w.signIn(t, "ben@zagreb.example", goodWords)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ask(w.Service, e.Session, "/inventory")
		if err != nil || enrolling(b) {
			t.Errorf("member: %+v, %v", b, err)
		}
		w.now.Advance(11 * time.Hour)
		c := w.crowd.hats[ben]
		c[0].Role = ward.RoleManager // a role given in the day counts from the next request on
		if b, err = ask(w.Service, e.Session, "/inventory"); err != nil || enrolling(b) {
			t.Errorf("a new manager has his grace period: %+v, %v", b, err)
		}
		w.cfg.Training = true
		w.now.Advance(30 * 24 * time.Hour)
		if e, err = w.signIn(t, "ben@zagreb.example", goodWords); err != nil || e.Next != "/" {
			t.Errorf("training: %+v, %v", e, err)
		}
	})
}

// A token must not outlive the duty of its owner: who is past his time has to
// set up a second factor before his programs work again.
func TestTokensEndWithTheTimeForAFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.cfg.Training = false
		a := w.in(t)
		text, _, err := w.MakeToken(context.Background(), a, TokenRequest{"Import", []ward.Permission{"inventory.write"}, 90})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bearer(t, w.Service, text); err != nil { // starts the time where no session did
			t.Fatal(err)
		}
		w.now.Advance(14*24*time.Hour - time.Second)
		if _, err := bearer(t, w.Service, text); err != nil {
			t.Errorf("within the time: %v", err)
		}
		w.now.Advance(time.Second)
		got, err := bearer(t, w.Service, text)
		wantKey(t, err, "account.error.factor_needed")
		if !got.Nobody() {
			t.Errorf("past it: %+v", got)
		}
		e, err := w.signIn(t, anaMail, goodWords)
		if err != nil {
			t.Fatal(err)
		}
		late, err := ask(w.Service, e.Session, "/me")
		if err != nil {
			t.Fatal(err)
		}
		w.enrol(t, late)
		if _, err := bearer(t, w.Service, text); err != nil {
			t.Errorf("with a factor: %v", err)
		}
	})
}
