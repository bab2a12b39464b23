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

	"ward"
	"ward/detect/alert"
	"ward/detect/alert/marking"
	"ward/detect/alert/webhook"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/test/database"
	"ward/test/expect"
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
				if d.Channel == marking.Mail && (d.State != tc.state || d.Repeats != tc.repeats || d.Error != tc.word) {
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
			if d.Channel == marking.Mail {
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
	for end := time.Now().Add(time.Minute); !ok(); {
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
		hook, err := h.Alerts.Hooks().Add(ctx, me, r.URL+"/in", ward.TLPGreen)
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
		hooks, err := h.Alerts.Hooks().List(ctx, me)
		if err != nil || len(hooks) != 1 || hooks[0].Failures != 0 || hooks[0].Secret != "" {
			t.Errorf("hooks: %+v (%v)", hooks, err)
		}
		word, err := h.Alerts.Hooks().Test(ctx, me, hook.ID)
		if err != nil || word != "204" || !strings.Contains(r.got()[2].body, `"alert.test"`) {
			t.Errorf("test: %q (%v)", word, err)
		}
	})
}

// A receiver is sent a list of CVEs, also when there are none: null is no list.
func TestWebhookWithoutCVEs(t *testing.T) {
	w := house.Europe(1)
	w.Publish("adv-1", "Pump", ward.TLPGreen, nil, affected(house.Pump))
	s := open(t, database.Open(t, database.SQLite), w).run(t)
	r := listen(t)
	me := hospital(house.Org(0), "HR")
	hook, err := s.Alerts.Hooks().Add(ctx, me, r.URL, ward.TLPGreen)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Tell(ctx, ward.AdvisoryPublished{Advisory: "adv-1", Why: "new"}); err != nil {
		t.Fatal(err)
	}
	s.idle(t)
	if _, err := s.Alerts.Hooks().Test(ctx, me, hook.ID); err != nil {
		t.Fatal(err)
	}
	calls := r.got()
	if len(calls) != 2 {
		t.Fatalf("%d calls, want the alert's and the test's", len(calls))
	}
	for _, c := range calls {
		if !strings.Contains(c.body, `"cves":[]`) {
			t.Errorf("sent %s", c.body)
		}
	}
}

// A receiver that says it is gone is not called again; one that fails too often
// neither, until its owner turns it on.
func TestWebhookEnds(t *testing.T) {
	w := house.Europe(1)
	s := open(t, database.Open(t, database.SQLite), w).run(t)
	r := listen(t)
	me := hospital(house.Org(0), "HR")
	hook, err := s.Alerts.Hooks().Add(ctx, me, r.URL, ward.TLPAmber)
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
	state := func() webhook.State {
		hooks, err := s.Alerts.Hooks().List(ctx, me)
		if err != nil || len(hooks) != 1 {
			t.Fatal(hooks, err)
		}
		return hooks[0].State
	}
	r.answer(http.StatusGone)
	publish(0)
	s.idle(t)
	if got := state(); got != webhook.Disabled || len(r.got()) != 1 {
		t.Fatalf("gone: state %s after %d calls", got, len(r.got()))
	}
	publish(1)
	s.idle(t)
	if len(r.got()) != 1 {
		t.Errorf("a webhook that is off was called")
	}
	if err := s.Alerts.Hooks().Set(ctx, me, hook.ID, webhook.Active); err != nil {
		t.Fatal(err)
	}
	r.answer(http.StatusBadRequest)
	for i := range 30 {
		publish(2 + i)
	}
	await(t, func() bool { return state() == webhook.Disabled })
	other := hospital("x", "HR")
	expect.Code(t, "others' webhook", s.Alerts.Hooks().Drop(ctx, other, hook.ID), ward.NotFound)
	_, err = s.Alerts.Calls(ctx, other, hook.ID)
	expect.Code(t, "others' log", err, ward.NotFound)
	_, err = s.Alerts.Hooks().Test(ctx, other, hook.ID)
	expect.Code(t, "others' test", err, ward.NotFound)
	member := me
	member.Role = ward.RoleMember
	_, err = s.Alerts.Hooks().Add(ctx, member, r.URL, ward.TLPGreen)
	expect.Code(t, "a member adds", err, ward.Forbidden)
	for _, bad := range []string{"", "ftp://x.example", "https://a:b@x.example", "https://x.example/#f", "javascript:alert(1)", "//x"} {
		_, err = s.Alerts.Hooks().Add(ctx, me, bad, ward.TLPGreen)
		expect.Code(t, bad, err, ward.Invalid)
	}
	_, err = s.Alerts.Hooks().Add(ctx, me, r.URL, ward.TLPRed)
	expect.Code(t, "RED", err, ward.Invalid)
	expect.Code(t, "drop", s.Alerts.Hooks().Drop(ctx, me, hook.ID), "")
}
