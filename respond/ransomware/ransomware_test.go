package ransomware

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/id"
	"ward/kit/job"
	"ward/kit/mail"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/test/database"
	"ward/test/expect"
)

var (
	ctx      = context.Background()
	proposer = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "c", Role: ward.RoleCentre}
	second   = ward.Actor{Person: "p2", Name: "Ben Second", Org: "c", Role: ward.RoleCentre}
	member   = ward.Actor{Person: "p3", Name: "Max Member", Org: "h1", Country: "AT", Role: ward.RoleMember}
	stranger = ward.Actor{Person: "p4", Name: "Eva Else", Org: "h2", Country: "AT", Role: ward.RoleMember}
)

// house is a service whose mails are counted; jobs run when a test says so.
type house struct {
	*Service
	db    *db.DB
	mails []mail.Message
	fail  string // address whose next mail is not taken over
	// nobody in the hospital has an address
	nobody bool
}

// letters are the contacts to whom a letter waits to go.
func (h *house) letters(t *testing.T) (out []letter) {
	t.Helper()
	args := "json(args)" // SQLite keeps them as binary
	if h.db.Postgres() {
		args = "args"
	}
	expect.OK(t, h.db.Read(ctx, func(tx *db.Tx) error {
		return tx.Query(ctx, `SELECT `+args+` FROM river_job WHERE kind = 'ransomware.letter' ORDER BY id`, nil, func(r db.Row) error {
			var text []byte
			var l letter
			if err := r.Scan(&text); err != nil {
				return err
			}
			if err := json.Unmarshal(text, &l); err != nil {
				return err
			}
			out = append(out, l)
			return nil
		})
	}))
	return out
}

func (h *house) Contacts(_ context.Context, ids []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	if h.nobody {
		return nil, nil
	}
	return map[ward.OrgID][]ward.Contact{"h1": {{ID: "k1", Org: "h1", Email: "it@h1.example", Lang: "de"}, {ID: "k2", Org: "h1", Phone: "1"},
		{ID: "k3", Org: "h1", Email: "ciso@h1.example", Lang: "de"}, {ID: "k4", Org: "h1", Email: "it@h1.example"}}}, nil
}

func (h *house) Send(_ context.Context, m mail.Message) error {
	if h.fail == m.To {
		h.fail = ""
		return context.DeadlineExceeded
	}
	h.mails = append(h.mails, m)
	return nil
}

func openHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	now := clock.NewFake(time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)).Now
	own, err := fs.Sub(files, "migrations")
	expect.OK(t, err)
	expect.OK(t, d.Migrate(ctx, now(), []db.Migrations{audit.Migrations(), {Owner: "ransomware", Files: own}}))
	expect.OK(t, job.Migrate(ctx, d))
	guard, err := auth.New()
	expect.OK(t, err)
	log, err := audit.New(audit.Config{DB: d, Clock: now})
	expect.OK(t, err)
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{ui.Texts(), web.Texts(), files}})
	expect.OK(t, err)
	h := &house{db: d}
	queue := new(job.Queue)
	h.Service, err = New(Config{DB: d, Clock: now, IDs: id.New(now), Guard: guard, Audit: log, Queue: queue, Mail: h, Registry: h,
		Log: slog.New(slog.DiscardHandler), Printer: func(l ward.Lang) *i18n.Printer { return texts.Printer(l) }, URL: "https://centre.example"})
	expect.OK(t, err)
	expect.OK(t, queue.Open(job.Config{DB: d, Replica: "test", Log: slog.New(slog.DiscardHandler)}, h.Parts().Jobs, nil))
	return h
}

var akira = Draft{Family: "akira", Maker: "Avast", Conditions: "before mid-2023", Source: "https://maker.example/akira", Signature: SignatureChecked}

func TestDecryptorNeedsTwoPeople(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		_, err := h.Propose(ctx, member, akira)
		expect.Code(t, "a member proposes", err, ward.Forbidden)
		id, err := h.Propose(ctx, proposer, akira)
		expect.OK(t, err)
		expect.Code(t, "the author releases", h.Release(ctx, proposer, id), ward.Forbidden)
		expect.Code(t, "a member releases", h.Release(ctx, member, id), ward.Forbidden)
		if list, err := h.Offered(ctx, "Akira"); err != nil || len(list) != 0 {
			t.Errorf("offered before its release: %v, %v", list, err)
		}
		expect.OK(t, h.Release(ctx, second, id))
		expect.Code(t, "released again", h.Release(ctx, second, id), ward.Conflict)
		list, err := h.Offered(ctx, "Akira")
		if err != nil || len(list) != 1 || list[0].Releaser != second.Name || list[0].State != Released {
			t.Errorf("offered: %+v, %v", list, err)
		}
		expect.Code(t, "withdrawn without a reason", h.Withdraw(ctx, proposer, id, " "), ward.Invalid)
		expect.OK(t, h.Withdraw(ctx, proposer, id, "It destroys files."))
		expect.Code(t, "withdrawn again", h.Withdraw(ctx, proposer, id, "x"), ward.Conflict)
		if list, _ := h.Offered(ctx, ""); len(list) != 0 {
			t.Errorf("offered after its withdrawal: %v", list)
		}
		expect.Code(t, "none", h.Release(ctx, second, "none"), ward.NotFound)
	})
}

func TestProposalsAreChecked(t *testing.T) {
	for field, change := range map[string]func(*Draft){
		"family": func(d *Draft) { d.Family = " - " }, "maker": func(d *Draft) { d.Maker = "" }, "source": func(d *Draft) { d.Source = "http://maker.example" },
		"sha256": func(d *Draft) { d.SHA256 = strings.Repeat("g", 64) }, "signature": func(d *Draft) { d.Signature = "good" },
		"conditions": func(d *Draft) { d.Conditions = strings.Repeat("x", textMost+1) },
	} {
		d := akira
		change(&d)
		expect.Code(t, field, d.check(), ward.Invalid)
	}
}

// TestWordIsKept: whoever waits is told once of each decryptor, also of one
// that was there before, and nobody else is.
func TestWordIsKept(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		watch, err := h.Leave(ctx, member, "Megazord", "file server 2023") // an alias of Akira
		expect.OK(t, err)
		_, err = h.Leave(ctx, member, "Akira", "file server 2023")
		expect.Code(t, "the same again", err, ward.Conflict)
		_, err = h.Leave(ctx, proposer, "Akira", "")
		expect.Code(t, "the Centre waits", err, ward.Forbidden)
		id, err := h.Propose(ctx, proposer, akira)
		expect.OK(t, err)
		expect.OK(t, h.onTell(ctx, tell{Watch: watch, Decryptor: id}))
		if len(h.mails) != 0 {
			t.Fatal("told before the release")
		}
		expect.OK(t, h.Release(ctx, second, id))
		expect.OK(t, h.onReleased(ctx, released{Decryptor: id}))
		h.nobody = true
		if err := h.onTell(ctx, tell{Watch: watch, Decryptor: id}); ward.CodeOf(err) != ward.Unavailable {
			t.Errorf("nobody to write to: %v", err)
		}
		h.nobody = false
		expect.OK(t, h.onTell(ctx, tell{Watch: watch, Decryptor: id}))
		expect.OK(t, h.onTell(ctx, tell{Watch: watch, Decryptor: id}))
		letters := h.letters(t)
		if len(letters) != 2 {
			t.Fatalf("letters: %+v", letters)
		}
		h.fail = "ciso@h1.example"
		for _, l := range letters { // who is busy is tried again, and nobody else
			if err := h.onLetter(ctx, l); err != nil {
				expect.OK(t, h.onLetter(ctx, l))
			}
		}
		if h.fail != "" || len(h.mails) != 2 || h.mails[0].To != "it@h1.example" || h.mails[1].To != "ciso@h1.example" || !strings.Contains(h.mails[0].Text, "file server 2023") || !strings.Contains(h.mails[0].Text, akira.Source) {
			t.Fatalf("mails: %+v", h.mails)
		}
		list, err := h.Watches(ctx, member)
		if err != nil || len(list) != 1 || list[0].Told != 1 || list[0].Family != "Akira" {
			t.Errorf("watches: %+v, %v", list, err)
		}
		if list, _ := h.Watches(ctx, stranger); len(list) != 0 {
			t.Errorf("a stranger sees %v", list)
		}
		expect.Code(t, "a stranger ends", h.End(ctx, stranger, watch), ward.NotFound)
		expect.OK(t, h.End(ctx, member, watch))
		expect.Code(t, "ended again", h.End(ctx, member, watch), ward.NotFound)
	})
}

// TestNamesAreOne: who waits under one name is told of a decryptor that was proposed
// under another, also where the catalogue joined the two only later.
func TestNamesAreOne(t *testing.T) {
	h := openHouse(t, database.Open(t, database.SQLite))
	old, err := h.Leave(ctx, member, "Wardvale", "2019")
	expect.OK(t, err)
	data := `{"families": [{"name": "Northvale", "aliases": ["Wardvale"], "decryptors": [{"maker": "Nobody", "source": "unknown.example"}]},
		{"name": "Akira", "decryptors": [{"maker": "Nobody", "source": "unknown.example"}]}]}`
	p, err := h.Put(ctx, proposer, strings.NewReader(data))
	expect.OK(t, err)
	expect.OK(t, h.Take(ctx, proposer, p.SHA256))
	for name, n := range map[string]int{"Northvale": 0, "Akira": 1} { // one person's upload offers nothing, what is built in stays
		if f, ok := h.Family(name); !ok || len(f.Decryptors) != n || n > 0 && f.Decryptors[0].Maker == "Nobody" {
			t.Errorf("%s: %+v", name, f.Decryptors)
		}
	}
	for family, watch := range map[string]string{"wardvale ransomware": old, "Megazord": ""} {
		if watch == "" {
			watch, err = h.Leave(ctx, member, "Akira", "")
			expect.OK(t, err)
		}
		d := akira
		d.Family = family
		id, err := h.Propose(ctx, proposer, d)
		expect.OK(t, err)
		expect.OK(t, h.Release(ctx, second, id))
		expect.OK(t, h.onReleased(ctx, released{Decryptor: id}))
		var n int
		expect.OK(t, h.db.Read(ctx, func(tx *db.Tx) error {
			return tx.QueryRow(ctx, `SELECT COUNT(*) FROM river_job WHERE kind = 'ransomware.tell' AND json(args) LIKE $1`, `%"`+watch+`"%`).Scan(&n)
		}))
		if n != 1 {
			t.Errorf("%s: %d of one is told", family, n)
		}
	}
	if list, err := h.Offered(ctx, "Megazord"); err != nil || len(list) != 1 || list[0].Family != "Akira" {
		t.Errorf("offered under another name: %+v, %v", list, err)
	}
}

func TestAnswersAreIdentified(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		h := openHouse(t, d)
		if r := h.Identify(Answers{Note: "akira_readme.txt", Extension: "akira"}); len(r.Candidates) == 0 || r.Candidates[0].Family != "Akira" {
			t.Errorf("got %+v", r)
		}
		if list, more := h.Families("", 0, 10); len(list) != 10 || !more {
			t.Errorf("%d families, more %t", len(list), more)
		}
		if list, _ := h.Families("AKIRA_READ", 0, 10); len(list) != 1 {
			t.Errorf("search by note name: %v", list)
		}
	})
}
