package alert_test

import (
	"errors"
	"strings"
	"testing"

	"ward"
	"ward/kit/mail"
	"ward/test/database"
	"ward/test/faults/house"
)

// secrets are the words of a marked alert that must not leave by a channel that
// is not cleared for them.
var secrets = []string{"zanzibar", "hebamme", "critical", "9.9", "affected", "2026"}

// marked is one case of the property: an advisory marked first, and later again
// by a revision, for a hospital with a webhook of that clearance.
type marked struct {
	org                     ward.OrgID
	first, later, clearance ward.TLP
	repeat                  bool // the first mail may have arrived, as far as we know
}

func markings() []marked {
	all := []ward.TLP{ward.TLPRed, ward.TLPAmberStrict, ward.TLPAmber, ward.TLPGreen, ward.TLPClear}
	var out []marked
	for _, first := range all {
		for _, later := range all {
			for _, clearance := range all[2:] {
				for _, repeat := range []bool{false, true} {
					out = append(out, marked{house.Org(len(out)), first, later, clearance, repeat})
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
		if _, err := s.Alerts.Hooks().Add(ctx, hospital(m.org, "HR"), r.URL+"/"+string(m.org), m.clearance); err != nil {
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
	publish := func(revision string, mark func(marked) ward.TLP) (mails, calls int) {
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
	mails, calls := publish("1", func(m marked) ward.TLP { return m.first })
	checkMarkings(t, s, r, cases, mails, calls, func(m marked) ward.TLP { return m.first })
	mails, calls = publish("2", func(m marked) ward.TLP { return m.later })
	checkMarkings(t, s, r, cases, mails, calls, func(m marked) ward.TLP { return m.later })
}

// checkMarkings looks at what left since, for each case.
func checkMarkings(t *testing.T, s stage, r *receiver, cases []marked, mails, calls int, mark func(marked) ward.TLP) {
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
