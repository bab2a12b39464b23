package registry

import (
	"context"
	"testing"
	"time"

	"ward"
	"ward/kit/db"
)

// What waits is counted for whoever can do something about it, and for nobody else.
func TestWaiting(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		team, abroad := w.add(t, ward.KindCSIRT, "CERT", "HR"), w.add(t, ward.KindCSIRT, "CERT", "DE")
		hospital := w.add(t, ward.KindHospital, "Hospital", "HR")
		csirt, foreign := w.join(t, team, ward.RoleCSIRT, "c@cert.example"), w.join(t, abroad, ward.RoleCSIRT, "d@cert.example")
		boss, nurse := w.join(t, hospital, ward.RoleManager, "boss@x.example"), w.join(t, hospital, ward.RoleMember, "nurse@x.example")
		if _, err := w.Ask(ctx, asking("HR"), "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.AddDomain(ctx, boss, hospital.ID, "hospital.example"); err != nil {
			t.Fatal(err)
		}
		// A domain that was proved long ago, as the nightly looks would leave it.
		if err := w.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE registry_domain SET state = 'proved', proved_at = $1`, db.At(w.now.Now().Add(-32*24*time.Hour)))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for name, tc := range map[string]struct {
			a    ward.Actor
			want Waiting
		}{
			"response team":   {csirt, Waiting{Requests: 1}},
			"another country": {foreign, Waiting{}},
			"manager":         {boss, Waiting{Domains: 1}},
			"member":          {nurse, Waiting{}},
			"nobody":          {ward.Actor{}, Waiting{}},
		} {
			if got, err := w.Waiting(ctx, tc.a); err != nil || got != tc.want {
				t.Errorf("%s: got %+v (%v), want %+v", name, got, err, tc.want)
			}
		}
	})
}
