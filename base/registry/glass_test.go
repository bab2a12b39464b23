package registry

import (
	"context"
	"strings"
	"testing"

	"ward"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/job"
	"ward/kit/mail"
	"ward/test/database"
)

// Whom to call: the team's own number comes before that of the directory, and an
// unknown one is none.
func TestDesk(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := context.Background()
		desk, err := w.Desk(ctx, "HR")
		if err != nil || desk.Team == "" {
			t.Fatal(desk, err)
		}
		before := len(desk.Numbers)
		team, hospital := w.add(t, ward.KindCSIRT, "Team", "HR"), w.add(t, ward.KindHospital, "Hospital", "HR")
		for org, phone := range map[ward.OrgID]string{team.ID: "+385 1 6661 650", hospital.ID: "+385 1 2"} {
			if _, err := w.SaveContact(ctx, house, ward.Contact{Org: org, Name: "Night", Duty: ward.DutyPhone, Phone: phone, Lang: "hr"}); err != nil {
				t.Fatal(err)
			}
		}
		desk, err = w.Desk(ctx, "HR")
		if err != nil || len(desk.Numbers) < 1 || len(desk.Numbers) > before+1 || desk.Numbers[0] != (ward.DeskNumber{Number: "+385 1 6661 650", Sure: "team"}) {
			t.Errorf("desk %+v, %v", desk, err)
		}
	})
}

// A used code is told to every manager, once each, and to nobody else.
func TestManagersHearOfPrintedCodes(t *testing.T) {
	w := newWorld(t, database.Open(t, database.SQLite))
	o := withMail(t, w)
	h := w.add(t, ward.KindHospital, "Hospital", "HR")
	boss := w.join(t, h, ward.RoleManager, "boss@x.example")
	w.join(t, h, ward.RoleManager, "second@x.example")
	nurse := w.join(t, h, ward.RoleMember, "nurse@x.example")
	used := ward.BreakGlassUsed{Org: h.ID, Sheet: "s", Number: 7, Person: nurse.Person}
	var jobs []tellGlass
	w.enqueue = func(_ context.Context, _ *db.Tx, list ...job.Args) error {
		for _, j := range list {
			jobs = append(jobs, j.(tellGlass))
		}
		return nil
	}
	if err := w.heardGlass(context.Background(), event.Meta{ID: "e", At: w.now.Now()}, used); err != nil {
		t.Fatal(err)
	}
	if len(jobs) != 2 {
		t.Fatalf("%d jobs, want one for each manager", len(jobs))
	}
	for _, j := range jobs {
		if err := w.tellOfGlass(context.Background(), j); err != nil {
			t.Fatal(err)
		}
	}
	text := o.sent[0].Text
	if len(o.sent) != 2 || !strings.Contains(text, "Code number: 7") || !strings.Contains(text, mail.Quoted(nurse.Name)) || !strings.Contains(text, "/break-glass") {
		t.Errorf("sent %+v", o.sent)
	}
	if o.sent[0].ID == o.sent[1].ID || boss.Name == "" {
		t.Error("two people get one message id")
	}
}
