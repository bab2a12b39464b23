package alert_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/gopenpgp/v3/crypto"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/faults/house"
)

// publicKey is one that was made an hour before the night; life is in seconds, 0
// for one without an end.
func publicKey(t *testing.T, address string, life int32) []byte {
	t.Helper()
	private, err := crypto.PGP().KeyGeneration().AddUserId("IT", address).GenerationTime(night.Add(-time.Hour).Unix()).Lifetime(life).New().GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	armoured, err := private.GetArmoredPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return []byte(armoured)
}

// A contact without a login gets what is marked AMBER encrypted once a manager
// has given its key, and a link only before, and after its address has changed.
func TestContactKey(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(2)
		s := open(t, d, w).run(t)
		org, amber := house.Org(0), func(h *ward.AdvisoryHead) { h.TLP = ward.TLPAmber }
		me, contact := hospital(org, "HR"), w.People[org][0]
		s.happens(t, "a", amber)
		if err := s.Alerts.Reach().SetContactKey(ctx, me, contact.ID, publicKey(t, contact.Email, 0)); err != nil {
			t.Fatal(err)
		}
		s.happens(t, "b", amber)
		s.World.Do(func() { s.World.People[org][0].Email = "new@h.example" })
		s.happens(t, "c", amber)
		s.World.Do(func() { s.World.People[org][0].Email = strings.ToUpper(contact.Email) })
		s.happens(t, "d", amber)
		if err := s.Alerts.Reach().DropContactKey(ctx, me, contact.ID); err != nil {
			t.Fatal(err)
		}
		s.happens(t, "e", amber)
		sealed := map[string]bool{"Pump b": true, "Pump d": true}
		opened := 0
		for _, m := range s.box.Sent() {
			if m.Seal.Fingerprint == "" {
				if strings.Contains(m.Text, "Pump") {
					t.Errorf("marked text left in the open: %s", m.Text)
				}
				continue
			}
			opened++
			if !sealed[m.Text[strings.Index(m.Text, "Pump"):][:6]] {
				t.Errorf("encrypted: %s", m.Text)
			}
		}
		if opened != 2 {
			t.Errorf("%d encrypted mails, want 2", opened)
		}
	})
}

func TestContactKeyRights(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(2)
		org := house.Org(0)
		w.People[org] = append(w.People[org], ward.Contact{ID: "ana", Person: "p1", Org: org, Name: "Ana", Email: "ana@h.example", Duty: ward.DutyIT},
			ward.Contact{ID: "phone", Org: org, Name: "Phone", Phone: "+385 1 1", Duty: ward.DutyPhone})
		s := open(t, d, w)
		me, contact := hospital(org, "HR"), w.People[org][0]
		member := me
		member.Role = ward.RoleMember
		key := publicKey(t, contact.Email, 0)
		expect.Code(t, "a member", s.Alerts.Reach().SetContactKey(ctx, member, contact.ID, key), ward.Forbidden)
		expect.Code(t, "another hospital", s.Alerts.Reach().SetContactKey(ctx, hospital(house.Org(1), "SI"), contact.ID, key), ward.NotFound)
		expect.Code(t, "who has a login", s.Alerts.Reach().SetContactKey(ctx, me, "ana", key), ward.NotFound)
		expect.Code(t, "who has no address", s.Alerts.Reach().SetContactKey(ctx, me, "phone", key), ward.NotFound)
		expect.Code(t, "no key", s.Alerts.Reach().SetContactKey(ctx, me, contact.ID, []byte("x")), ward.Invalid)
		expect.Code(t, "nothing at the provider", s.Alerts.Reach().FetchContactKey(ctx, me, contact.ID), ward.NotFound)
		expect.Code(t, "a key", s.Alerts.Reach().SetContactKey(ctx, me, contact.ID, key), "")
		all, err := s.Alerts.Reach().ContactKeys(ctx, member)
		if err != nil || len(all) != 1 || all[0].Key.Print == "" || all[0].Key.Person != "Marija" || all[0].Key.Source != "given" {
			t.Errorf("got %+v (%v)", all, err)
		}
		expect.Code(t, "another drops it", s.Alerts.Reach().DropContactKey(ctx, hospital(house.Org(1), "SI"), contact.ID), ward.NotFound)
	})
}
