package registry

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"ward"
	"ward/base/registry/proof"
)

func TestDomainProof(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		zone := map[string][]string{}
		txt := func(_ context.Context, name string) ([]string, error) { return zone[name], nil }
		w.domains = proof.New(proof.Config{DB: w.Service.db, Clock: w.clock, IDs: w.ids, Outside: proof.Outside{TXT: txt, Log: slog.New(slog.DiscardHandler)}})
		hospital := w.add(t, ward.KindHospital, "General", "HR")
		manager := w.join(t, hospital, ward.RoleManager, "m@x.example")
		stranger := w.join(t, w.add(t, ward.KindHospital, "Other", "HR"), ward.RoleManager, "o@x.example")
		d, err := w.AddDomain(ctx, manager, hospital.ID, "General.example")
		if err != nil || d.State != proof.Open || len(d.Token) < 30 {
			t.Fatalf("got %+v, %v", d, err)
		}
		if _, err := w.AddDomain(ctx, manager, hospital.ID, "general.example"); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("twice: %v", err)
		}
		if _, err := w.AddDomain(ctx, stranger, hospital.ID, "evil.example"); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("a stranger adds: %v", err)
		}
		proved := func() int {
			m, err := w.ProvedDomains(ctx, []ward.OrgID{hospital.ID})
			if err != nil {
				t.Fatal(err)
			}
			return len(m[hospital.ID])
		}
		zone["_ward-proof.general.example"] = []string{"v=spf1", "ward-proof=another", d.Token + "x"}
		if d, err = w.CheckDomain(ctx, manager, hospital.ID, d.ID); err != nil || d.State != proof.Open || proved() != 0 {
			t.Errorf("another token: %+v, %v", d, err)
		}
		if _, err = w.CheckDomain(ctx, manager, hospital.ID, d.ID); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("at once again: %v", err)
		}
		w.now.Advance(time.Minute)
		zone["general.example"] = []string{d.Token} // not the name that we ask for
		if d, err = w.CheckDomain(ctx, manager, hospital.ID, d.ID); err != nil || d.State != proof.Open {
			t.Errorf("at another name: %+v, %v", d, err)
		}
		w.now.Advance(time.Minute)
		zone["_ward-proof.general.example"] = []string{" " + d.Token + " "}
		if d, err = w.CheckDomain(ctx, manager, hospital.ID, d.ID); err != nil || d.State != proof.Proved || d.Method != "dns" || proved() != 1 {
			t.Errorf("proof: %+v, %v", d, err)
		}
		for name, want := range map[string]int{"general.example": 1, "vpn.general.example": 1, "example": 0, "other.example": 0, "ageneral.example": 0} {
			list, err := w.Addressed(ctx, ward.Audience{Domains: []string{name}})
			if err != nil || len(list) != want {
				t.Errorf("an alert on %s reaches %d (%v), want %d", name, len(list), err, want)
			}
		}
		clear(zone)
		for day := range 45 { // nightly looks; a short outage changes nothing
			w.now.Advance(24 * time.Hour)
			if err := w.tidyNow(ctx); err != nil {
				t.Fatal(err)
			}
			list, err := w.Addressed(ctx, ward.Audience{Domains: []string{"general.example"}})
			if got := proved(); err != nil || len(list) != got {
				t.Errorf("day %d: addressed %d, %d proved, %v", day, len(list), got, err)
			}
			if got := proved(); day < 36 && got != 1 || day > 38 && got != 0 {
				t.Errorf("day %d: %d proved", day, got)
			}
		}
		if _, err := w.CheckDomain(ctx, stranger, hospital.ID, d.ID); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("a stranger checks: %v", err)
		}
		if err := w.RemoveDomain(ctx, manager, hospital.ID, d.ID); err != nil {
			t.Error(err)
		}
	})
}
