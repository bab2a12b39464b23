package ransom

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/i18n/keycheck"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

func TestTexts(t *testing.T) { keycheck.Service(t, ".", files, []fs.FS{ui.Texts(), web.Texts()}) }

var (
	ctx     = context.Background()
	manager = ward.Actor{Person: "p1", Name: "Ivo Manager", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleManager}
	counsel = ward.Actor{Person: "p2", Name: "Ana Counsel", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleMember}
	member  = ward.Actor{Person: "p3", Name: "Max Member", Org: "h1", OrgName: "Clinic North", Country: "HR", Role: ward.RoleMember}
	rival   = ward.Actor{Person: "p4", Name: "Rea Other", Org: "h2", OrgName: "Clinic South", Country: "HR", Role: ward.RoleManager}
	team    = ward.Actor{Person: "p5", Name: "Marko Team", Org: "t1", OrgName: "CSIRT", Country: "HR", Role: ward.RoleCSIRT}
	abroad  = ward.Actor{Person: "p6", Name: "Sven Abroad", Org: "t2", OrgName: "CSIRT of another", Country: "DE", Role: ward.RoleCSIRT}
	centre  = ward.Actor{Person: "p7", Name: "Elena Centre", Org: "c", Role: ward.RoleCentre}
)

var start = time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)

// house is a service on a database of its own.
type house struct {
	*Service
	base *room.Base
	told map[string]ward.IncidentHead
	ear  room.Ear[ward.RansomShared]
}

// Told implements Incidents.
func (h *house) Told(_ context.Context, id string) (ward.IncidentHead, error) {
	x, ok := h.told[id]
	if !ok {
		return x, ward.Fail(ward.NotFound, "")
	}
	return x, nil
}

// Staff implements Registry; Ana Counsel wears two hats.
func (h *house) Staff(_ context.Context, org ward.OrgID) ([]ward.Seat, error) {
	if org != "h1" {
		return []ward.Seat{{Hat: "x", Person: "q-" + ward.PersonID(org), Name: "Somebody", Role: ward.RoleManager}}, nil
	}
	var out []ward.Seat
	for _, a := range []ward.Actor{counsel, counsel, manager, member} {
		out = append(out, ward.Seat{Hat: "x", Person: a.Person, Name: a.Name, Role: a.Role})
	}
	return append(out, ward.Seat{Hat: "y", Person: "p9", Name: "Auditor", Role: ward.RoleAuditor}), nil
}

func openHouse(t testing.TB, d *db.DB) *house {
	t.Helper()
	b := room.New(t, d, start)
	h := &house{base: b, told: map[string]ward.IncidentHead{
		"i1": {ID: "i1", Number: "INC-2026-0001", Org: "h1", OrgName: "Clinic North", Country: "HR", Family: "Akira"},
		"i2": {ID: "i2", Number: "INC-2026-0002", Org: "h2", OrgName: "Clinic South", Country: "HR"}}}
	var err error
	h.Service, err = New(Config{DB: d, Clock: b.Clock.Now, Guard: b.Guard, Audit: b.Audit, Bus: b.Bus, Incidents: h, Registry: h, Key: room.Key})
	expect.OK(t, err)
	b.Furnish(h.Parts(), h.ear.On())
	return h
}

func sqlite(t testing.TB) *db.DB { return database.Open(t, database.SQLite) }

// begun is a house with a record that Ana Counsel alone was named for.
func begun(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := openHouse(t, d)
	expect.OK(t, h.Name(ctx, manager, "i1", counsel.Person))
	return h
}

// answer saves as Ana Counsel on what is stored now.
func (h *house) answer(t testing.TB, a Answers) Record {
	t.Helper()
	r, err := h.Get(ctx, counsel, "i1")
	expect.OK(t, err)
	r, err = h.Save(ctx, counsel, "i1", r.Version, a)
	expect.OK(t, err)
	return r
}
