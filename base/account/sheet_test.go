package account

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ward"
	"ward/base/account/throttle"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/kit/id"
	"ward/kit/web"
	"ward/test/database"
)

// sheet makes one as ana, who manages the hospital.
func (w *world) sheet(t *testing.T, a ward.Actor) Printed {
	t.Helper()
	p, err := w.MakeSheet(context.Background(), a, SheetRequest{Place: "Safe of the ER", Password: goodWords})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) enter(code, hat string) (Entry, error) {
	return w.EnterGlass(context.Background(), GlassEntry{Code: code, Hat: hat, Client: here})
}

func TestPrintedCodeLetsInOnce(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.in(t)
		p := w.sheet(t, a)
		if len(p.Codes) != 10 || p.Desk.Team != "CERT.hr" || p.Left != 10 || p.Expires.Sub(p.Created) < 364*24*time.Hour {
			t.Fatalf("sheet %+v", p)
		}
		ask, err := w.AskGlass(context.Background(), GlassEntry{Code: p.Codes[2], Client: here})
		if err != nil || ask.OrgName != "House h" || len(ask.Seats) != 2 {
			t.Fatalf("asked: %+v, %v", ask, err)
		}
		if _, err := w.enter(p.Codes[2], "hat-2"); key(err) != "account.error.printed_who" { // of another house
			t.Errorf("another house's hat: %v", err)
		}
		e, err := w.enter(p.Codes[2], "hat-3")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.enter(p.Codes[2], "hat-3"); key(err) != "account.error.printed" {
			t.Errorf("used twice: %v", err)
		}
		b := actor(t, w.Service, e.Session)
		if b.Person != ben || b.Emergency != w.now.Now().Add(4*time.Hour) || b.MFA {
			t.Errorf("in as %+v", b)
		}
		g, err := w.BreakGlass(context.Background(), a)
		if err != nil || len(g.Uses) != 1 || g.Uses[0].Number != 3 || g.Uses[0].Person.Name != "Ben" || g.Sheets[0].Left != 9 {
			t.Errorf("seen by the manager: %+v, %v", g, err)
		}
		var log []audit.Entry
		if err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
			log, err = w.audit.List(context.Background(), tx, audit.Filter{Scope: ward.Scope{Everything: true}}, 50, 0)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(log, func(e audit.Entry) bool {
			return e.Detail["did"] == "printed_code_used" && e.Actor.Person == ben && e.Object.ID == p.ID
		}) {
			t.Error("the use is not in the audit log")
		}
		w.now.Advance(4 * time.Hour)
		if !actor(t, w.Service, e.Session).Nobody() {
			t.Error("the session outlives its four hours")
		}
	})
}

// What a paper must not do, whichever use case is asked.
func TestPrintedCodeChangesNoAccount(t *testing.T) {
	w := newWorld(t, database.Open(t, database.SQLite))
	p := w.sheet(t, w.in(t))
	e, err := w.enter(p.Codes[0], "hat-1") // as a manager
	if err != nil {
		t.Fatal(err)
	}
	a, ctx := actor(t, w.Service, e.Session), context.Background()
	for name, err := range map[string]error{
		"password": w.ChangePassword(ctx, a, goodWords, "nine yellow otters"),
		"sessions": w.RevokeOthers(ctx, a),
		"totp":     func() error { _, err := w.StartTOTP(ctx, a); return err }(),
		"drop":     w.DropTOTP(ctx, a, goodWords),
		"passkey":  func() error { _, err := w.StartPasskey(ctx, a, goodWords); return err }(),
		"hat":      func() error { _, err := w.SwitchHat(ctx, a, "hat-2", ""); return err }(),
		"token": func() error {
			_, _, err := w.MakeToken(ctx, a, TokenRequest{Name: "x", Days: 1, Scopes: []ward.Permission{"org.read"}})
			return err
		}(),
		"sheet": func() error {
			_, err := w.MakeSheet(ctx, a, SheetRequest{Place: "x", Password: goodWords})
			return err
		}(),
		"revoke": w.RevokeSheet(ctx, a, p.ID),
	} {
		if ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("%s: %v, want forbidden", name, err)
		}
	}
	for _, x := range []ward.Permission{"org.write", "person.write", "inventory.write", "channel.write", "breakglass.write", "account.self"} {
		if w.cfg.Guard.May(a, x) {
			t.Errorf("may %s", x)
		}
	}
	for _, x := range []ward.Permission{"alert.read", "alert.respond", "inventory.read", "org.read", web.Leaving} {
		if !w.cfg.Guard.May(a, x) {
			t.Errorf("may not %s", x)
		}
	}
	if err := w.SignOut(ctx, a); err != nil {
		t.Errorf("sign out: %v", err)
	}
	if !actor(t, w.Service, e.Session).Nobody() {
		t.Error("still in after signing out")
	}
}

func TestSheetEnds(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *world, ward.Actor, Printed){
		"revoked": func(t *testing.T, w *world, a ward.Actor, p Printed) {
			if err := w.RevokeSheet(context.Background(), a, p.ID); err != nil {
				t.Fatal(err)
			}
		},
		"expired": func(_ *testing.T, w *world, _ ward.Actor, _ Printed) { w.now.Advance(366 * 24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			database.Each(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				a := w.in(t)
				p := w.sheet(t, a)
				e, err := w.enter(p.Codes[0], "hat-3")
				if err != nil {
					t.Fatal(err)
				}
				end(t, w, a, p)
				if !actor(t, w.Service, e.Session).Nobody() {
					t.Error("the session goes on")
				}
				if _, err := w.enter(p.Codes[1], "hat-3"); key(err) != "account.error.printed" {
					t.Errorf("another code: %v", err)
				}
			})
		})
	}
}

func TestWhoMakesSheets(t *testing.T) {
	w := newWorld(t, database.Open(t, database.SQLite))
	a, ctx := w.in(t), context.Background()
	other := a
	other.Org = "o"
	member, csirt, token, deputy := a, a, a, a
	member.Role, csirt.Role, deputy.For = ward.RoleMember, ward.RoleCSIRT, "Ana"
	token.Token, token.Scopes = true, []ward.Permission{"breakglass.write"}
	for name, x := range map[string]ward.Actor{"member": member, "csirt": csirt, "token": token, "deputy": deputy, "nobody": {}} {
		if _, err := w.MakeSheet(ctx, x, SheetRequest{Place: "x", Password: goodWords}); ward.CodeOf(err) != ward.Forbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	if slices.Contains(w.MayScope(a), "breakglass.write") {
		t.Error("a token can be made that makes sheets")
	}
	if _, err := w.MakeSheet(ctx, a, SheetRequest{Place: "x", Password: "wrong words here"}); key(err) != "account.error.current" {
		t.Errorf("without the password: %v", err)
	}
	if _, err := w.MakeSheet(ctx, a, SheetRequest{Place: " ", Password: goodWords}); key(err) != "account.error.sheet_place" {
		t.Errorf("without a place: %v", err)
	}
	p := w.sheet(t, a)
	if err := w.RevokeSheet(ctx, other, p.ID); ward.CodeOf(err) != ward.NotFound {
		t.Errorf("another house's manager revokes: %v", err)
	}
	for range maxSheets - 1 {
		w.sheet(t, a)
	}
	if _, err := w.MakeSheet(ctx, a, SheetRequest{Place: "x", Password: goodWords}); key(err) != "account.error.sheets" {
		t.Errorf("a sixth sheet: %v", err)
	}
}

// The response team sees what was used in its country, and no safe of anybody.
func TestTeamSeesUses(t *testing.T) {
	w := newWorld(t, database.Open(t, database.SQLite))
	p := w.sheet(t, w.in(t))
	if _, err := w.enter(p.Codes[0], "hat-3"); err != nil {
		t.Fatal(err)
	}
	for country, want := range map[ward.Country]int{"HR": 1, "DE": 0} {
		g, err := w.BreakGlass(context.Background(), ward.Actor{Person: "t", Role: ward.RoleCSIRT, Org: "csirt", Country: country})
		if err != nil || len(g.Uses) != want || len(g.Sheets) != 0 || g.May {
			t.Errorf("%s sees %+v, %v", country, g, err)
		}
	}
}

// Guessing is counted for all replicas together; a misread code is no guess, and
// a right one is let in as soon as the wait is over.
func TestGuessingPrintedCodes(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.sheet(t, w.in(t))
		second := newService(t, d, w.crowd, w.now.Now)
		for range 30 {
			if _, err := w.enter("0000-0000-0000-0001", "x"); key(err) != "account.error.printed_misread" {
				t.Fatal(err)
			}
		}
		var throttled error
		for i := range 40 {
			s := []*Service{w.Service, second}[i%2]
			if _, err := s.EnterGlass(context.Background(), GlassEntry{Code: id.Printed(), Client: here}); ward.CodeOf(err) == ward.Throttled {
				throttled = err
				break
			}
		}
		if key(throttled) != throttle.Key {
			t.Fatal("forty guesses are not slowed down")
		}
		if _, err := second.EnterGlass(context.Background(), GlassEntry{Code: p.Codes[0], Hat: "hat-3", Client: here}); ward.CodeOf(err) != ward.Throttled {
			t.Errorf("the other replica: %v", err)
		}
		w.now.Advance(15 * time.Minute)
		if _, err := w.enter(p.Codes[0], "hat-3"); err != nil {
			t.Errorf("a right code after the wait: %v", err)
		}
	})
}

// Two who type the same code at once: one comes in.
func TestPrintedCodeRace(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := w.sheet(t, w.in(t))
		var in atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := w.enter(p.Codes[0], "hat-3"); err == nil {
					in.Add(1)
				}
			})
		}
		all.Wait()
		if in.Load() != 1 {
			t.Errorf("%d came in with one code", in.Load())
		}
	})
}

// Policy decides whether the paper stands for the second factor of a role that
// must have one.
func TestPrintedCodeAndSecondFactor(t *testing.T) {
	w := newWorld(t, database.Open(t, database.SQLite))
	p := w.sheet(t, w.in(t))
	w.cfg.Training = false
	e, err := w.enter(p.Codes[0], "hat-1")
	if err != nil {
		t.Fatal(err)
	}
	w.now.Advance(time.Hour)
	r, _ := http.NewRequest("GET", "/alerts", nil)
	r.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: e.Session})
	if a, err := w.Authenticate(r); err != nil || a.Emergency.IsZero() {
		t.Errorf("with the policy: %+v, %v", a, err)
	}
	w.glass.Factor = false
	if _, err := w.enter(p.Codes[1], "hat-1"); key(err) != "account.error.printed_role" {
		t.Errorf("without the policy, a role that needs a factor: %v", err)
	}
	if _, err := w.enter(p.Codes[1], "hat-3"); err != nil {
		t.Errorf("without the policy, a role that needs none: %v", err)
	}
}
