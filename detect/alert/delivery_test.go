package alert_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"pgregory.net/rapid"

	"ward"
	"ward/detect/alert"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/test/database"
	"ward/test/faults/house"
)

// receiver is a webhook's other side.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	calls  []call
}

type call struct {
	head http.Header
	path string
	body string
}

func listen(t testing.TB) *receiver {
	r := &receiver{status: http.StatusNoContent}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body) // a broken body fails the signature
		r.mu.Lock()
		defer r.mu.Unlock()
		r.calls = append(r.calls, call{q.Header, q.URL.Path, string(body)})
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

func (r *receiver) got() []call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]call(nil), r.calls...)
}

// secrets are the words of a marked alert that must not leave by a channel that
// is not cleared for them.
var secrets = []string{"zanzibar", "hebamme", "critical", "9.9", "affected", "2026"}

// marking is one case of the property: an advisory marked first, and later again
// by a revision, for a hospital with a webhook of that clearance.
type marking struct {
	org                     ward.OrgID
	first, later, clearance ward.TLP
	repeat                  bool // the first mail may have arrived, as far as we know
}

func markings() []marking {
	all := []ward.TLP{ward.TLPRed, ward.TLPAmberStrict, ward.TLPAmber, ward.TLPGreen, ward.TLPClear}
	var out []marking
	for _, first := range all {
		for _, later := range all {
			for _, clearance := range all[2:] {
				for _, repeat := range []bool{false, true} {
					out = append(out, marking{house.Org(len(out)), first, later, clearance, repeat})
				}
			}
		}
	}
	return out
}

// No channel ever carries a word of something marked above its clearance, in
// what the receiver's side gets: every combination of markings and clearances,
// mails and calls of webhooks, first tries and repeats.
func TestMarkingLeavesByNoChannel(t *testing.T) {
	w := house.NewWorld()
	s := open(t, database.Open(t, database.SQLite), w)
	r := listen(t)
	cases := markings()
	cut := map[string]bool{}
	for i, m := range cases {
		w.AddHospital(m.org, "HR")
		p := ward.ProductID(i + 1)
		w.Products[p] = ward.ProductRef{Vendor: "Zanzibar", Name: "Pump"}
		w.Hold(m.org, p, "Hebamme")
		cut["it@"+string(m.org)+".example"] = m.repeat
		if _, err := s.Alerts.AddHook(ctx, hospital(m.org, "HR"), r.URL+"/"+string(m.org), m.clearance); err != nil {
			t.Fatal(err)
		}
	}
	s.box.Fail = func(m mail.Message) error {
		if cut[m.To] {
			cut[m.To] = false
			return &mail.Error{Err: errors.New("cut off")}
		}
		return nil
	}
	s.run(t)
	publish := func(revision string, mark func(marking) ward.TLP) (mails, calls int) {
		mails, calls = len(s.box.Sent()), len(r.got())
		for i, m := range cases {
			id := ward.AdvisoryID("adv-" + string(m.org))
			w.Do(func() {
				p := ward.ProductID(i + 1)
				w.Advisories[id] = &house.Advisory{Head: ward.AdvisoryHead{ID: id, Title: "Zanzibar takes commands", Revision: revision, TLP: mark(m),
					Severity: ward.SeverityCritical, Score: 9.9, Exploited: ward.ExploitationNone},
					Findings: []ward.ProductFinding{{Product: p, Finding: ward.Finding{Verdict: ward.Affected, Path: "p"}}},
					Prints:   map[string]string{"p": revision}}
			})
			if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: id, Why: map[string]string{"1": "new", "2": "revised"}[revision]}); err != nil {
				t.Fatal(err)
			}
		}
		s.idle(t)
		return mails, calls
	}
	mails, calls := publish("1", func(m marking) ward.TLP { return m.first })
	checkMarkings(t, s, r, cases, mails, calls, func(m marking) ward.TLP { return m.first })
	mails, calls = publish("2", func(m marking) ward.TLP { return m.later })
	checkMarkings(t, s, r, cases, mails, calls, func(m marking) ward.TLP { return m.later })
}

// checkMarkings looks at what left since, for each case.
func checkMarkings(t *testing.T, s stage, r *receiver, cases []marking, mails, calls int, mark func(marking) ward.TLP) {
	t.Helper()
	letters, bodies := map[string][]string{}, map[string][]string{}
	for _, m := range s.box.Sent()[mails:] {
		letters[m.To] = append(letters[m.To], m.Subject+"\n"+m.Text+"\n"+m.HTML)
	}
	for _, c := range r.got()[calls:] {
		bodies[c.path] = append(bodies[c.path], c.body)
	}
	for _, m := range cases {
		tlp, sent, called := mark(m), letters["it@"+string(m.org)+".example"], bodies["/"+string(m.org)]
		for _, text := range sent {
			for _, word := range secrets {
				if !tlp.Within(ward.TLPGreen) && strings.Contains(strings.ToLower(text), word) {
					t.Errorf("TLP:%v: %q left by mail:\n%s", tlp, word, text)
				}
			}
		}
		if want := tlp.Within(ward.TLPAmber); (len(sent) == 1) != want || len(sent) > 1 {
			t.Errorf("TLP:%v: %d mails, want one: %v", tlp, len(sent), want)
		}
		if want := tlp.Within(m.clearance); (len(called) == 1) != want || len(called) > 1 {
			t.Errorf("TLP:%v: %d calls of a webhook for %v, want one: %v", tlp, len(called), m.clearance, want)
		}
		for _, text := range called {
			if !strings.Contains(text, "Zanzibar") {
				t.Errorf("a call without content: %s", text)
			}
		}
	}
}

// What the rule lets through is within the clearance, whatever the numbers.
func TestCarry(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tlp := ward.TLP(rapid.Int8().Draw(t, "marking"))
		clearance := ward.TLP(rapid.Int8().Draw(t, "clearance"))
		if got := alert.CarryOf(alert.Webhook, tlp, clearance); got != alert.Withhold && (!tlp.Within(clearance) || !tlp.Within(ward.TLPAmber)) {
			t.Fatalf("webhook carries %v of %v at %v", got, tlp, clearance)
		}
		if got := alert.CarryOf(alert.Mail, tlp, clearance); got == alert.Content && !tlp.Within(clearance) || got != alert.Withhold && !tlp.Within(ward.TLPAmber) {
			t.Fatalf("mail carries %v of %v at %v", got, tlp, clearance)
		}
		if got := alert.CarryOf(alert.SMS, tlp, clearance); got == alert.Content && !tlp.Within(ward.TLPClear) || got != alert.Withhold && !tlp.Within(ward.TLPAmber) {
			t.Fatalf("a short message carries %v of %v", got, tlp)
		}
		if got := alert.CarryOf(alert.Channel(rapid.StringMatching("[a-z]{0,3}").Draw(t, "channel")), tlp, clearance); got != alert.Withhold {
			t.Fatalf("an unknown channel carries %v", got)
		}
	})
}

// A mail that may have arrived is sent again marked; one that was refused for
// now is sent again unmarked; one that is refused for good is given up.
func TestMailFaults(t *testing.T) {
	for name, tc := range map[string]struct {
		fault   error
		sent    int
		marked  bool
		state   alert.DeliveryState
		repeats int
		word    string
	}{
		"cut off":            {&mail.Error{Err: errors.New("reset")}, 1, true, alert.Sent, 1, ""},
		"refused for now":    {&mail.Error{Code: 451, Err: errors.New("later")}, 1, false, alert.Sent, 0, ""},
		"refused for good":   {&mail.Error{Permanent: true, Code: 550, Err: errors.New("who?")}, 0, false, alert.Failed, 0, alert.FaultRefused},
		"of an unknown kind": {errors.New("surprise"), 1, true, alert.Sent, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := house.Europe(1)
			w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
			s := open(t, database.Open(t, database.SQLite), w)
			tries := 0
			s.box.Fail = func(mail.Message) error {
				if tries++; tries == 1 {
					return tc.fault
				}
				return nil
			}
			s.run(t)
			if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: "adv-1", Why: "new"}); err != nil {
				t.Fatal(err)
			}
			s.idle(t)
			sent := s.box.Sent()
			if len(sent) != tc.sent {
				t.Fatalf("%d mails, want %d", len(sent), tc.sent)
			}
			for _, m := range sent {
				if got := strings.HasPrefix(m.Subject, "Repeat: ") && strings.Contains(m.Text, "may have reached you before"); got != tc.marked {
					t.Errorf("marked: %v, want %v: %q", got, tc.marked, m.Subject)
				}
			}
			me := hospital(house.Org(0), "HR")
			for _, d := range s.get(t, me, s.only(t, me).ID()).Deliveries {
				if d.Channel == alert.Mail && (d.State != tc.state || d.Repeats != tc.repeats || d.Error != tc.word) {
					t.Errorf("delivery: %+v", d)
				}
			}
		})
	}
}

// A contact that left, and a round that was overtaken, are said so.
func TestMailThatNeedNotLeave(t *testing.T) {
	w := house.Europe(1)
	a := w.Publish("adv-1", "Pump", ward.TLPClear, []string{"CVE-2026-1"}, affected(house.Pump))
	s := open(t, database.Open(t, database.SQLite), w)
	down := true
	s.box.Fail = func(mail.Message) error {
		if down {
			return &mail.Error{Code: 421, Err: errors.New("down")}
		}
		return nil
	}
	s.run(t)
	tell := func(why string) {
		if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: "adv-1", Why: why}); err != nil {
			t.Fatal(err)
		}
	}
	me := hospital(house.Org(0), "HR")
	mails := func() map[int64]string {
		out := map[int64]string{}
		for _, d := range s.get(t, me, s.only(t, me).ID()).Deliveries {
			if d.Channel == alert.Mail {
				out[d.Round] = string(d.State) + " " + d.Error
			}
		}
		return out
	}
	tell("new")
	await(t, func() bool {
		p, err := s.Alerts.List(ctx, me, alert.Filter{})
		return err == nil && len(p.Alerts) == 1 && mails()[1] == "queued unreachable"
	})
	w.Do(func() {
		a.Head.Revision, a.Prints["Ysera / product 1"] = "2", "other"
		w.People[house.Org(0)] = append(w.People[house.Org(0)], ward.Contact{ID: "second", Email: "b@x.example", Duty: ward.DutyIT})
	})
	s.box.Fail = func(m mail.Message) error {
		if m.To == "b@x.example" {
			w.Do(func() { w.People[house.Org(0)] = w.People[house.Org(0)][1:] })
		}
		return nil
	}
	tell("revised")
	s.idle(t)
	got := mails()
	if got[1] != "failed superseded" || len(s.box.Sent()) == 0 {
		t.Errorf("got %v", got)
	}
}

// await polls: the jobs run beside the test.
func await(t testing.TB, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); {
		if time.Now().After(end) {
			t.Fatal("it does not happen")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// A webhook is signed so that the library of the standard accepts it, and a
// repeat is marked and has the same id.
func TestWebhook(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		w := house.Europe(1)
		w.Publish("adv-1", "Pump", ward.TLPGreen, []string{"CVE-2026-1"}, affected(house.Pump))
		r := listen(t)
		box := &house.Outbox{}
		h, err := house.Open(ctx, d, w, house.Options{Folder: t.TempDir(), Mail: box}) // the library looks at the time
		if err != nil {
			t.Fatal(err)
		}
		s := stage{House: h, box: box}.run(t)
		me := hospital(house.Org(0), "HR")
		hook, err := h.Alerts.AddHook(ctx, me, r.URL+"/in", ward.TLPGreen)
		if err != nil || !strings.HasPrefix(hook.Secret, "whsec_") {
			t.Fatal(hook, err)
		}
		r.answer(http.StatusBadGateway)
		if err := h.Tell(ctx, ward.AdvisoryPublished{Advisory: "adv-1", Why: "new"}); err != nil {
			t.Fatal(err)
		}
		await(t, func() bool { return len(r.got()) > 0 })
		r.answer(http.StatusNoContent)
		s.idle(t)
		calls := r.got()
		verifier, err := standardwebhooks.NewWebhook(hook.Secret)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range calls {
			if err := verifier.Verify([]byte(c.body), c.head); err != nil {
				t.Errorf("call %d: %v", i, err)
			}
			if c.head.Get("webhook-id") != calls[0].head.Get("webhook-id") {
				t.Errorf("call %d has another id", i)
			}
			if got, want := strings.Contains(c.body, `"repeat":true`), i > 0; got != want {
				t.Errorf("call %d: marked as repeat %v, want %v", i, got, want)
			}
		}
		if len(calls) != 2 {
			t.Errorf("%d calls, want 2", len(calls))
		}
		log, err := h.Alerts.Calls(ctx, me, hook.ID)
		if err != nil || len(log) != 1 || log[0].State != alert.Sent || log[0].Repeats != 1 || log[0].Error != "204" {
			t.Errorf("log: %+v (%v)", log, err)
		}
		hooks, err := h.Alerts.Hooks(ctx, me)
		if err != nil || len(hooks) != 1 || hooks[0].Failures != 0 || hooks[0].Secret != "" {
			t.Errorf("hooks: %+v (%v)", hooks, err)
		}
		word, err := h.Alerts.TestHook(ctx, me, hook.ID)
		if err != nil || word != "204" || !strings.Contains(r.got()[2].body, `"alert.test"`) {
			t.Errorf("test: %q (%v)", word, err)
		}
	})
}

// A receiver that says it is gone is not called again; one that fails too often
// neither, until its owner turns it on.
func TestWebhookEnds(t *testing.T) {
	w := house.Europe(1)
	s := open(t, database.Open(t, database.SQLite), w).run(t)
	r := listen(t)
	me := hospital(house.Org(0), "HR")
	hook, err := s.Alerts.AddHook(ctx, me, r.URL, ward.TLPAmber)
	if err != nil {
		t.Fatal(err)
	}
	publish := func(i int) {
		t.Helper()
		id := ward.AdvisoryID(fmt.Sprintf("adv-%02d", i))
		w.Do(func() { w.Publish(id, "Pump", ward.TLPClear, []string{string("CVE-" + id)}, affected(house.Pump)) })
		if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: id, Why: "new"}); err != nil {
			t.Fatal(err)
		}
	}
	state := func() alert.HookState {
		hooks, err := s.Alerts.Hooks(ctx, me)
		if err != nil || len(hooks) != 1 {
			t.Fatal(hooks, err)
		}
		return hooks[0].State
	}
	r.answer(http.StatusGone)
	publish(0)
	s.idle(t)
	if got := state(); got != alert.HookDisabled || len(r.got()) != 1 {
		t.Fatalf("gone: state %s after %d calls", got, len(r.got()))
	}
	publish(1)
	s.idle(t)
	if len(r.got()) != 1 {
		t.Errorf("a webhook that is off was called")
	}
	if err := s.Alerts.SetHook(ctx, me, hook.ID, alert.HookActive); err != nil {
		t.Fatal(err)
	}
	r.answer(http.StatusBadRequest)
	for i := range 30 {
		publish(2 + i)
	}
	await(t, func() bool { return state() == alert.HookDisabled })
	other := hospital("x", "HR")
	code(t, "others' webhook", s.Alerts.DropHook(ctx, other, hook.ID), ward.NotFound)
	_, err = s.Alerts.Calls(ctx, other, hook.ID)
	code(t, "others' log", err, ward.NotFound)
	_, err = s.Alerts.TestHook(ctx, other, hook.ID)
	code(t, "others' test", err, ward.NotFound)
	member := me
	member.Role = ward.RoleMember
	_, err = s.Alerts.AddHook(ctx, member, r.URL, ward.TLPGreen)
	code(t, "a member adds", err, ward.Forbidden)
	for _, bad := range []string{"", "ftp://x.example", "https://a:b@x.example", "https://x.example/#f", "javascript:alert(1)", "//x"} {
		_, err = s.Alerts.AddHook(ctx, me, bad, ward.TLPGreen)
		code(t, bad, err, ward.Invalid)
	}
	_, err = s.Alerts.AddHook(ctx, me, r.URL, ward.TLPRed)
	code(t, "RED", err, ward.Invalid)
	code(t, "drop", s.Alerts.DropHook(ctx, me, hook.ID), "")
}
