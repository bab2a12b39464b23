package account

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
)

func secretOf(l NewLink) string { return strings.TrimPrefix(l.Path, "/link/") }

func TestLinkWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		manager := w.in(t)
		l, err := w.MakeLink(ctx, manager, ben, LinkRequest{Next: "https://evil.example/"})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 { // a mail scanner looks
			v, err := w.LookAt(ctx, secretOf(l))
			if err != nil || v.Person.Name != "Ben" || v.Purpose != Password {
				t.Fatalf("got %+v, %v", v, err)
			}
		}
		_, err = w.OpenLink(ctx, secretOf(l), "short", here)
		wantKey(t, err, "account.error.short") // and it is not used up
		var mu sync.Mutex
		opened := 0
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				e, err := w.OpenLink(ctx, secretOf(l), "nine yellow otters", here)
				mu.Lock()
				defer mu.Unlock()
				if err == nil && e.Session != "" && e.Next == "/" {
					opened++
				} else if key(err) != "account.error.link" {
					t.Errorf("got %+v, %v", e, err)
				}
			})
		}
		all.Wait()
		if opened != 1 {
			t.Errorf("the link opened %d times", opened)
		}
		if _, err = w.LookAt(ctx, secretOf(l)); key(err) != "account.error.link" {
			t.Errorf("a used link: %v", err)
		}
		if _, err := w.signIn(t, "ben@zagreb.example", "nine yellow otters"); err != nil {
			t.Error(err)
		}
	})
}

func TestLinkRules(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		manager := w.in(t)
		_, err := w.MakeLink(ctx, manager, ana, LinkRequest{})
		wantKey(t, err, "account.error.own_link")
		_, err = w.MakeLink(ctx, manager, ben, LinkRequest{Reusable: true})
		wantKey(t, err, "account.error.own_link")
		member := ward.Actor{Person: ben, Org: "h", Country: "HR", Role: ward.RoleMember}
		_, err = w.MakeLink(ctx, member, ana, LinkRequest{})
		wantKey(t, err, "error.forbidden")

		first, err := w.MakeLink(ctx, manager, ben, LinkRequest{Purpose: Enter})
		if err != nil {
			t.Fatal(err)
		}
		second, err := w.MakeLink(ctx, manager, ben, LinkRequest{Purpose: Enter})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.OpenLink(ctx, secretOf(first), "", here)
		wantKey(t, err, "account.error.link") // the newer one made it void
		w.now.Advance(linkLife)
		_, err = w.OpenLink(ctx, secretOf(second), "", here)
		wantKey(t, err, "account.error.link") // too old
		_, err = w.OpenLink(ctx, "nonsense", "", here)
		wantKey(t, err, "account.error.link")

		again, err := w.MakeLink(ctx, house, ben, LinkRequest{Purpose: Enter, Reusable: true, Next: "/alerts"})
		if err != nil {
			t.Fatal(err)
		}
		w.now.Advance(30 * 24 * time.Hour)
		for range 2 {
			if e, err := w.OpenLink(ctx, secretOf(again), "", here); err != nil || e.Next != "/alerts" {
				t.Errorf("a training link: %+v, %v", e, err)
			}
		}
	})
}

func TestLinkAndSecondFactor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		a := w.in(t)
		w.enrol(t, a)
		l, err := w.MakeLink(ctx, house, ana, LinkRequest{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := w.OpenLink(ctx, secretOf(l), "nine yellow otters", here)
		if err != nil || e.Session != "" || e.Challenge == "" {
			t.Errorf("a link goes around the second factor: %+v, %v", e, err)
		}
		l, err = w.MakeLink(ctx, house, ana, LinkRequest{DropTOTP: true})
		if err != nil {
			t.Fatal(err)
		}
		e, err = w.OpenLink(ctx, secretOf(l), "eleven grey whales", here)
		if err != nil || e.Session == "" {
			t.Errorf("a lost phone: %+v, %v", e, err)
		}
		if got := actor(t, w.Service, e.Session); got.MFA {
			t.Error("a link counts as a second factor")
		}
	})
}

func TestBootstrap(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		first, done, err := w.Bootstrap(ctx)
		if err != nil || done {
			t.Fatal(done, err)
		}
		second, _, err := w.Bootstrap(ctx)
		if err != nil || second == first {
			t.Fatal("a restart does not make a fresh link", err)
		}
		_, err = w.LookAt(ctx, strings.TrimPrefix(first, "/link/"))
		wantKey(t, err, "account.error.link")
		e, err := w.OpenLink(ctx, strings.TrimPrefix(second, "/link/"), goodWords, here)
		if err != nil || e.Next != "/setup" {
			t.Fatalf("got %+v, %v", e, err)
		}
		if _, done, err := w.Bootstrap(ctx); err != nil || !done {
			t.Errorf("done %v, %v", done, err)
		}
		p := w.crowd.people[ana]
		p.Email = "" // he chose a password and left
		w.crowd.people[ana] = p
		if third, done, err := w.Bootstrap(ctx); err != nil || done || third == "" {
			t.Errorf("an operator without an address cannot sign in, and gets no link: %v, %v", done, err)
		}
	})
}
