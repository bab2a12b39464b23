package disclosure

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/mail"
	"ward/test/expect"
)

// What a report must say, and what no field may hold.
func TestReports(t *testing.T) {
	h := openHouse(t, sqlite(t))
	for name, c := range map[string]struct {
		change func(*Report)
		field  string
	}{
		"nothing":            {func(r *Report) { *r = Report{Source: Researcher} }, "vendor"}, // the first of all that is missing
		"no maker":           {func(r *Report) { r.Summary.Vendor = " \t" }, "vendor"},
		"no product":         {func(r *Report) { r.Summary.Product = "\u200b" }, "product"},
		"no effect":          {func(r *Report) { r.Summary.Impact = "\n" }, "impact"},
		"a source of none":   {func(r *Report) { r.Source = "centre" }, "source"},
		"a CVE that is none": {func(r *Report) { r.Summary.CVEs = []string{"CVE-1"} }, "cves"},
		"a word for use":     {func(r *Report) { r.Summary.Exploited = "maybe" }, "exploited"},
		"a long title":       {func(r *Report) { r.Summary.Title = strings.Repeat("x", maxTitle+1) }, "title"},
		"a long effect":      {func(r *Report) { r.Summary.Impact = strings.Repeat("ü", maxText+1) }, "impact"},
		"a long proof":       {func(r *Report) { r.Confidence.Proof = strings.Repeat("x", maxProof+1) }, "proof"},
		"no address":         {func(r *Report) { r.Confidence.Email = "rosa" }, "email"},
		"two addresses":      {func(r *Report) { r.Confidence.Email = "a@b.org, c@d.org" }, "email"},
		"a named address":    {func(r *Report) { r.Confidence.Email = "Rosa <a@b.org>" }, "email"},
	} {
		r := full()
		c.change(&r)
		_, err := h.Receive(ctx, r, "192.0.2.1")
		var e *ward.Error
		if !errors.As(err, &e) || e.Code != ward.Invalid || e.Field != c.field {
			t.Errorf("%s: got %v, want Invalid at %s", name, err, c.field)
		}
	}
	r := h.receive(t, func(r *Report) { r.Summary.Title = "A\u202etitle\x00\r\n of  lines" })
	if got := h.get(t, r.ID).Summary.Title; got != "Atitle of lines" {
		t.Errorf("title kept as %q", got)
	}
}

// Files are of the kinds that the form names, and what their names say.
func TestFiles(t *testing.T) {
	for name, c := range map[string]struct {
		file Upload
		key  string
		kept string
	}{
		"a text":               {Upload{"steps.txt", []byte("one")}, "", "steps.txt"},
		"a picture":            {Upload{"a.PNG", []byte("\x89PNG\r\n\x1a\nrest")}, "", "a.png"},
		"a capture":            {Upload{"a.pcap", []byte("\xd4\xc3\xb2\xa1rest")}, "", "a.pcap"},
		"a path":               {Upload{`C:\me\..\steps.txt`, []byte("x")}, "", "steps.txt"},
		"a header in a name":   {Upload{"a\r\nX: \"y\".txt", []byte("x")}, "", "a X_ _y_.txt"},
		"a hidden file":        {Upload{"../../.bashrc.txt", []byte("x")}, "", "bashrc.txt"},
		"only an ending":       {Upload{".txt", []byte("x")}, "file_kind", ""},
		"nothing":              {Upload{"a.txt", nil}, "file_empty", ""},
		"too much":             {Upload{"a.txt", make([]byte, MaxFile+1)}, "file_large", ""},
		"a program":            {Upload{"a.exe", []byte("MZ")}, "file_kind", ""},
		"a page":               {Upload{"a.html", []byte("<script>")}, "file_kind", ""},
		"a drawing":            {Upload{"a.svg", []byte("<svg>")}, "file_kind", ""},
		"a program as picture": {Upload{"a.png", []byte("MZ")}, "file_other", ""},
		"bytes as text":        {Upload{"a.txt", []byte("a\x00b")}, "file_other", ""},
		"no name":              {Upload{"", []byte("x")}, "file_kind", ""},
	} {
		got, err := checkFiles([]Upload{c.file}, 0, 0)
		var e *ward.Error
		switch {
		case c.key == "" && (err != nil || got[0].Name != c.kept):
			t.Errorf("%s: got %+v (%v), want %q", name, got, err, c.kept)
		case c.key != "" && (!errors.As(err, &e) || e.Key != "disclosure.error."+c.key):
			t.Errorf("%s: got %v, want %s", name, err, c.key)
		}
	}
	many := make([]Upload, MaxFiles+1)
	if _, err := checkFiles(many, 0, 0); ward.CodeOf(err) != ward.Invalid {
		t.Errorf("too many files: %v", err)
	}
	if _, err := checkFiles([]Upload{{"a.txt", []byte("x")}}, 1, MaxCaseBytes); ward.CodeOf(err) != ward.Invalid {
		t.Errorf("a case that is full: %v", err)
	}
}

// A network has its measure of a day, and all together theirs.
func TestMeasure(t *testing.T) {
	h := openHouse(t, sqlite(t))
	small := func(r *Report) { r.Files = nil }
	for range networkReports {
		h.receive(t, small)
	}
	r := full()
	_, err := h.Receive(ctx, r, "192.0.2.1")
	var e *ward.Error
	if !errors.As(err, &e) || e.Code != ward.Throttled || e.Wait <= 0 {
		t.Errorf("the eleventh report: %v", err)
	}
	if _, err := h.Receive(ctx, r, "198.51.100.7"); err != nil {
		t.Errorf("another network: %v", err)
	}
	h.clock.Advance(25 * time.Hour)
	if _, err := h.Receive(ctx, r, "192.0.2.1"); err != nil {
		t.Errorf("the next day: %v", err)
	}
	fresh := h.receive(t, small)
	for i := range caseWords {
		expect.OK(t, h.Say(ctx, BySecret(fresh.Secret), fmt.Sprint("word ", i), nil, ""))
	}
	expect.Code(t, "one message more", h.Say(ctx, BySecret(fresh.Secret), "more", nil, ""), ward.Throttled)
}

// Forms are read a few at a time, and one network does not keep the others out.
func TestGate(t *testing.T) {
	h := openHouse(t, sqlite(t))
	from := ""
	h.cfg.Client = func(*http.Request) string { return from }
	enter := func(address string) (func(), error) {
		from = address
		return h.Enter(httptest.NewRecorder(), httptest.NewRequest("POST", "/report/new", nil))
	}
	var leave []func()
	for _, c := range []struct {
		from string
		want ward.Code
	}{{"192.0.2.1", ""}, {"192.0.2.1", ""}, {"192.0.2.1", ward.Throttled}, {"192.0.2.2", ""}, {"192.0.2.3", ""}, {"192.0.2.4", ward.Throttled}} {
		out, err := enter(c.from)
		expect.Code(t, "a form from "+c.from, err, c.want)
		if err == nil {
			leave = append(leave, out)
		}
	}
	leave[0]()
	if _, err := enter("192.0.2.4"); err != nil {
		t.Errorf("after one left: %v", err)
	}
}

// Steps that come up or are late are mailed once, to whoever took the case or to
// all; a mail names no weakness.
func TestReminders(t *testing.T) {
	h := openHouse(t, sqlite(t))
	taken, free := h.receive(t), h.receive(t)
	expect.OK(t, h.Take(ctx, analyst, taken.ID))
	expect.OK(t, h.remind(ctx))
	if len(h.mails) != 0 {
		t.Fatalf("reminded six days ahead: %+v", h.mails)
	}
	h.clock.Advance(6*day + time.Hour)
	h.refuse = &mail.Error{Err: errors.New("the relay is away")}
	if err := h.remind(ctx); err == nil || len(h.mails) != 0 {
		t.Errorf("a relay that is away: %v, %d mails", err, len(h.mails))
	}
	expect.OK(t, h.remind(ctx))
	expect.OK(t, h.remind(ctx)) // a second run finds nothing
	if len(h.mails) != 2 || h.mails[0].To != "ana@centre.invalid" || !strings.Contains(h.mails[0].Text, taken.Number) || !strings.Contains(h.mails[0].Text, free.Number) ||
		strings.Contains(h.mails[1].Text, taken.Number) || !strings.Contains(h.mails[1].Text, free.Number) {
		t.Errorf("mails: %+v", h.mails)
	}
	for _, m := range h.mails {
		if strings.Contains(m.Text, "pump") || strings.Contains(m.Text, "Acme") || len(holds(m.Text)) > 0 {
			t.Errorf("a reminder says what was reported: %s", m.Text)
		}
	}
	h.clock.Advance(8 * day)
	expect.OK(t, h.remind(ctx))
	if len(h.mails) != 4 || !strings.Contains(h.mails[2].Text, "overdue") {
		t.Errorf("a week later: %+v", h.mails[2:])
	}
}

// A question that nobody answers is repeated once; a reporter without an address
// gets no mail.
func TestNudge(t *testing.T) {
	h := openHouse(t, sqlite(t))
	h.people = nil
	r := h.receive(t)
	expect.OK(t, h.Write(ctx, analyst, r.ID, "Which version?", true))
	count := func() (n int) {
		_, entries, err := h.Get(ctx, analyst, r.ID)
		expect.OK(t, err)
		for _, e := range entries {
			if e.Kind == "nudged" {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{13 * day, 0}, {2 * day, 1}, {30 * day, 1}} {
		h.clock.Advance(c.after)
		expect.OK(t, h.remind(ctx))
		if got := count(); got != c.want {
			t.Errorf("after %v more: nudged %d times, want %d", c.after, got, c.want)
		}
	}
	silent := h.receive(t, func(r *Report) { r.Confidence.Email = "" })
	expect.OK(t, h.onLetter(ctx, letter{Case: silent.ID, Word: letterNews, ID: "1"}))
	if len(h.mails) != 0 {
		t.Errorf("mailed to nobody: %+v", h.mails)
	}
	expect.OK(t, h.onLetter(ctx, letter{Case: r.ID, Word: letterReceipt, ID: "2"}))
	if m := h.mails[0]; m.To != "mail-7f3a@example.org" || !strings.Contains(m.Text, "/report/case/"+r.Secret) || strings.Contains(m.Subject+m.Text, "Infusia") {
		t.Errorf("receipt: %+v", m)
	}
}

// What attackers use is due in a day, and stands on top of the list.
func TestUrgentFirst(t *testing.T) {
	h := openHouse(t, sqlite(t))
	h.receive(t)
	urgent := h.receive(t, func(r *Report) { r.Summary.Exploited = ward.ExploitationExploited })
	list, more, err := h.List(ctx, analyst, Filter{Limit: 1})
	if err != nil || !more || list[0].ID != urgent.ID || !list[0].Due.Equal(start.Add(day)) {
		t.Fatalf("list: %+v, more %t (%v)", list, more, err)
	}
	rest, more, err := h.List(ctx, analyst, Filter{Limit: 1, After: list[0].ID})
	if err != nil || more || len(rest) != 1 || rest[0].ID == urgent.ID {
		t.Errorf("the next page: %+v, more %t (%v)", rest, more, err)
	}
	h.clock.Advance(2 * day)
	f, err := h.Figures(ctx, analyst)
	if err != nil || f != (Figures{Open: 2, New: 2, Overdue: 1, Soon: 1}) {
		t.Errorf("figures: %+v (%v)", f, err)
	}
	for q, want := range map[string]int{"infusia": 2, "CVD-2026-002": 1, "100%": 0, "_": 0, "PROOF": 0} {
		if list, _, err := h.List(ctx, analyst, Filter{Text: q}); err != nil || len(list) != want {
			t.Errorf("search %q: %d cases, want %d (%v)", q, len(list), want, err)
		}
	}
}
