package registry

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/mail"
	"ward/kit/ui"
	"ward/test/database"
)

func onBoth(t *testing.T, fn func(*testing.T, *world)) {
	t.Helper()
	database.Each(t, func(t *testing.T, d *db.DB) { fn(t, newWorld(t, d)) })
}

func asking(c ward.Country) Asking {
	return Asking{Kind: ward.KindHospital, Name: "General  Hospital", Country: c, Evidence: "Register of hospitals, number 4711",
		Person: "Ana Horvat", Email: " Ana@Hospital.example ", Lang: ward.English}
}

func TestRequestIsDecidedByTheCountry(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@cert.example")
		abroad := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "SI"), ward.RoleCSIRT, "s@cert.example")
		manager := w.join(t, w.add(t, ward.KindHospital, "Other", "HR"), ward.RoleManager, "m@other.example")
		centre := w.join(t, w.add(t, ward.KindCentre, "Centre", ""), ward.RoleCentre, "e@centre.example")
		receipt, err := w.Ask(ctx, asking("HR"), "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		in, err := w.Requests(ctx, csirt)
		if err != nil || len(in.Open) != 1 || in.Open[0].Name != "General Hospital" || in.Open[0].Email != "ana@hospital.example" {
			t.Fatalf("inbox %+v, %v", in, err)
		}
		id := in.Open[0].ID
		for name, a := range map[string]ward.Actor{"another country": abroad, "a hospital": manager, "the Centre": centre, "nobody": {}} {
			if in, err := w.Requests(ctx, a); err != nil || len(in.Open) != 0 {
				t.Errorf("%s sees %+v, %v", name, in, err)
			}
			if _, err := w.Request(ctx, a, id); ward.CodeOf(err) != ward.NotFound {
				t.Errorf("%s: got %v, want not found", name, err)
			}
			if _, err := w.Accept(ctx, a, id, "Register, 4711", "Called them", 12); ward.CodeOf(err) != ward.NotFound {
				t.Errorf("%s accepts: %v", name, err)
			}
		}
		for name, d := range map[string]struct {
			evidence, reason string
			months           int
		}{"no evidence": {"", "r", 12}, "no reason": {"e", " ", 12}, "for ever": {"e", "r", 0}, "too long": {"e", "r", 61}} {
			if _, err := w.Accept(ctx, csirt, id, d.evidence, d.reason, d.months); ward.CodeOf(err) != ward.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		f, err := w.Accept(ctx, csirt, id, "Register, 4711", "Called the switchboard", 12)
		if err != nil || f.Role != ward.RoleManager || f.Person.Email != "ana@hospital.example" {
			t.Fatalf("got %+v, %v", f, err)
		}
		if r, err := w.Fate(ctx, receipt); err != nil || r.State != RequestAccepted || r.Reason != "Called the switchboard" {
			t.Errorf("the receipt tells %+v, %v", r, err)
		}
		if _, err := w.Fate(ctx, receipt+"a"); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("another receipt: %v", err)
		}
		if _, err := w.Accept(ctx, csirt, id, "e", "r", 12); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("a second time: %v", err)
		}
		if err := w.Refuse(ctx, csirt, id, "no"); ward.CodeOf(err) != ward.Conflict {
			t.Errorf("refused afterwards: %v", err)
		}
		_, list, err := w.Verifications(ctx, csirt, f.Org)
		if err != nil || len(list) != 1 || !list[0].Expires.Equal(time.Date(2027, 11, 22, 3, 4, 0, 0, time.UTC)) {
			t.Fatalf("verifications %+v, %v", list, err)
		}
		if in, err = w.Requests(ctx, csirt); err != nil || len(in.Open)+len(in.Due) != 0 || len(in.Decided) != 1 {
			t.Errorf("inbox %+v, %v", in, err)
		}
		w.now.Advance(340 * 24 * time.Hour)
		if in, err = w.Requests(ctx, csirt); err != nil || len(in.Due) != 1 || in.Due[0].OrgName != "General Hospital" {
			t.Errorf("due %+v, %v", in.Due, err)
		}
		if err := w.Verify(ctx, csirt, f.Org, "Register again", "Unchanged", 24); err != nil {
			t.Fatal(err)
		}
		if in, err = w.Requests(ctx, csirt); err != nil || len(in.Due) != 0 {
			t.Errorf("after the new check: due %+v, %v", in.Due, err)
		}
	})
}

// The form answers alike for those who are known and who are not, and shuts
// under a flood.
func TestAskingTellsNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.join(t, w.add(t, ward.KindHospital, "General Hospital", "HR"), ward.RoleManager, "ana@hospital.example")
		for i := range maxRequestsADay {
			if _, err := w.Ask(ctx, asking("HR"), fmt.Sprintf("2001:db8::%x", i+1)); err != nil {
				t.Fatalf("known: %v", err)
			}
		}
		if _, err := w.Ask(ctx, asking("HR"), "2001:db8::ffff"); ward.CodeOf(err) != ward.Throttled {
			t.Errorf("a flood from one network: %v", err)
		}
		if _, err := w.Ask(ctx, asking("SI"), "192.0.2.7"); err != nil {
			t.Errorf("from elsewhere: %v", err)
		}
		w.now.Advance(24 * time.Hour)
		if _, err := w.Ask(ctx, asking("HR"), "2001:db8::ffff"); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}

func TestAskingIsChecked(t *testing.T) {
	for name, change := range map[string]func(*Asking){
		"a CSIRT":      func(q *Asking) { q.Kind = ward.KindCSIRT },
		"the Centre":   func(q *Asking) { q.Kind, q.Country = ward.KindCentre, "" },
		"no name":      func(q *Asking) { q.Name = " " },
		"no country":   func(q *Asking) { q.Country = "" },
		"outside":      func(q *Asking) { q.Country = "US" },
		"no evidence":  func(q *Asking) { q.Evidence = "short" },
		"no person":    func(q *Asking) { q.Person = "" },
		"no address":   func(q *Asking) { q.Email = "ana" },
		"two lines":    func(q *Asking) { q.Email = "ana@x.example\r\nBcc: all@x.example" },
		"script":       func(q *Asking) { q.Website = "javascript:alert(1)" },
		"long":         func(q *Asking) { q.Evidence = strings.Repeat("x", maxEvidence+1) },
		"phone script": func(q *Asking) { q.Phone = "<b>" },
	} {
		q := asking("HR")
		change(&q)
		if _, err := q.tidy(); ward.CodeOf(err) != ward.Invalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

func TestRefusedIsForgotten(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@cert.example")
		if _, err := w.Ask(ctx, asking("HR"), "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		in, err := w.Requests(ctx, csirt)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Refuse(ctx, csirt, in.Open[0].ID, "Nobody there knows of it"); err != nil {
			t.Fatal(err)
		}
		w.now.Advance(refusedKept + time.Hour)
		for range 2 { // safe to run twice
			if err := w.tidyNow(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if in, err = w.Requests(ctx, csirt); err != nil || len(in.Decided) != 0 {
			t.Errorf("kept %+v, %v", in.Decided, err)
		}
	})
}

// The Centre decides where a country has no response team, lets the person in,
// and no longer decides once there is one.
func TestCentreDecidesWhereNobodyElseDoes(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		centre := w.join(t, w.add(t, ward.KindCentre, "Centre", ""), ward.RoleCentre, "e@centre.example")
		w.add(t, ward.KindCSIRT, "CERT without people", "HR")
		for range 2 {
			if _, err := w.Ask(ctx, asking("HR"), "192.0.2.1"); err != nil {
				t.Fatal(err)
			}
		}
		in, err := w.Requests(ctx, centre)
		if err != nil || len(in.Open) != 2 {
			t.Fatalf("inbox %+v, %v", in, err)
		}
		f, err := w.Accept(ctx, centre, in.Open[0].ID, "Register, 4711", "Called them", 12)
		if err != nil {
			t.Fatal(err)
		}
		if policy, err := w.MayVouch(ctx, centre, f.Person.ID); err != nil || policy != "centre-curates" {
			t.Errorf("lets in whom it accepted: %q, %v", policy, err)
		}
		w.now.Advance(vouchLife + time.Hour)
		if _, err := w.MayVouch(ctx, centre, f.Person.ID); err == nil {
			t.Error("lets in for ever")
		}
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@cert.example")
		if in, err := w.Requests(ctx, centre); err != nil || len(in.Open)+len(in.Decided) != 0 {
			t.Errorf("the Centre still sees %+v, %v", in, err)
		}
		if in, err := w.Requests(ctx, csirt); err != nil || len(in.Open) != 1 || len(in.Decided) != 1 {
			t.Errorf("the response team sees %+v, %v", in, err)
		}
		if _, err := w.Accept(ctx, centre, in.Open[1].ID, "Register", "Called", 12); ward.CodeOf(err) != ward.NotFound {
			t.Errorf("the Centre decides beside it: %v", err)
		}
	})
}

// outbox keeps what would be sent.
type outbox struct{ sent []mail.Message }

func (o *outbox) Send(_ context.Context, m mail.Message) error {
	o.sent = append(o.sent, m)
	return nil
}

// withMail lets a world write in English; jobs run by hand.
func withMail(t *testing.T, w *world) *outbox {
	t.Helper()
	words, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), texts}})
	if err != nil {
		t.Fatal(err)
	}
	o := &outbox{}
	w.mail, w.printer, w.url = o, words.Printer, "https://ward.example"
	return o
}

func TestRefusalIsToldOnceWithItsReason(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, out := context.Background(), withMail(t, w)
		csirt := w.join(t, w.add(t, ward.KindCSIRT, "CERT", "HR"), ward.RoleCSIRT, "c@cert.example")
		a := asking("HR")
		a.Name = "Sign in at evil.example" // a stranger names somebody else's address
		if _, err := w.Ask(ctx, a, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		in, err := w.Requests(ctx, csirt)
		if err != nil {
			t.Fatal(err)
		}
		id := in.Open[0].ID
		if err := w.tell(ctx, id); err != nil || len(out.sent) != 0 {
			t.Fatalf("told before the decision: %+v, %v", out.sent, err)
		}
		if err := w.Refuse(ctx, csirt, id, "Nobody there knows of it"); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.tell(ctx, id); err != nil {
				t.Fatal(err)
			}
		}
		if len(out.sent) != 1 || out.sent[0].To != "ana@hospital.example" || !strings.Contains(out.sent[0].Text, "Reason: Nobody there knows of it") ||
			strings.Contains(out.sent[0].Text, "evil.example") {
			t.Errorf("sent %+v", out.sent)
		}
		if err := w.tell(ctx, "gone"); err != nil {
			t.Errorf("a forgotten request: %v", err)
		}
	})
}

func TestRecheckIsRemindedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		ctx, out := context.Background(), withMail(t, w)
		team := w.add(t, ward.KindCSIRT, "CERT", "HR")
		csirt := w.join(t, team, ward.RoleCSIRT, "c@cert.example")
		for _, c := range []ward.Contact{{Org: team.ID, Duty: ward.DutyIT, Name: "Desk", Email: "desk@cert.example"},
			{Org: team.ID, Duty: ward.DutyPhone, Name: "Night", Phone: "+385 1 234"}} {
			if _, err := w.SaveContact(ctx, csirt, c); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"North", "South"} {
			if err := w.Verify(ctx, csirt, w.add(t, ward.KindHospital, name, "HR").ID, "Register", "As it was", 12); err != nil {
				t.Fatal(err)
			}
		}
		for range 400 {
			w.now.Advance(24 * time.Hour)
			if err := w.tidyNow(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if len(out.sent) != 1 || out.sent[0].To != "desk@cert.example" || !strings.HasPrefix(out.sent[0].Text, "2 organisations") {
			t.Errorf("sent %+v", out.sent)
		}
	})
}
