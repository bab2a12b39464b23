package pages

import (
	"bytes"
	"context"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/format/ransom"
	"ward/kit/mail"
	"ward/respond/ransomware"
	"ward/test/database"
	"ward/test/expect"
	"ward/test/room"
)

var (
	ana    = ward.Actor{Person: "p1", Name: "Ana Analyst", Org: "c", Role: ward.RoleCentre, Lang: "en"}
	ben    = ward.Actor{Person: "p2", Name: "Ben Second", Org: "c", Role: ward.RoleCentre, Lang: "en"}
	member = ward.Actor{Person: "p3", Name: "Max Member", Org: "h1", Country: "AT", Role: ward.RoleMember, Lang: "en"}
	rival  = ward.Actor{Person: "p4", Name: "Eva Else", Org: "h2", Country: "AT", Role: ward.RoleMember, Lang: "en"}
	start  = time.Date(2026, 11, 30, 3, 0, 0, 0, time.UTC)
)

// nobody has contacts, and no mail leaves.
type nobody struct{}

func (nobody) Contacts(context.Context, []ward.OrgID) (map[ward.OrgID][]ward.Contact, error) {
	return nil, nil
}
func (nobody) Send(context.Context, mail.Message) error { return nil }

func open(t *testing.T) *room.Site {
	t.Helper()
	b := room.New(t, database.Open(t, database.SQLite), start)
	svc, err := ransomware.New(ransomware.Config{DB: b.DB, Clock: b.Clock.Now, IDs: b.IDs, Guard: b.Guard, Audit: b.Audit, Queue: b.Queue, Mail: nobody{}, Log: b.Log,
		Registry: nobody{}, Printer: b.Printer, URL: "https://centre.example"})
	expect.OK(t, err)
	b.Furnish(svc.Parts())
	return b.Site(svc.Parts(), Menu(), Routes(svc))
}

// upload sends a file as a browser does.
func upload(t *testing.T, s *room.Site, name, text string, status int, want ...string) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile(name, "families.json")
	expect.OK(t, err)
	_, err = part.Write([]byte(text))
	expect.OK(t, err)
	expect.OK(t, w.Close())
	r := httptest.NewRequest(http.MethodPost, "/ransomware/catalogue", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return s.Do(r, status, want...)
}

// one finds the only match in a page.
func one(t *testing.T, page, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindAllStringSubmatch(page, -1)
	if len(m) != 1 {
		t.Fatalf("%d times %s", len(m), pattern)
	}
	return html.UnescapeString(m[0][1])
}

// A visitor without scripts types what he sees, and is told candidates with reasons and
// what would settle it; what fits nothing names nobody.
func TestIdentify(t *testing.T) {
	s := open(t)
	known := ransom.Embedded()[0]
	for _, f := range ransom.Embedded() { // one whose ending is its own
		if len(f.Extensions) == 1 && len(f.NoteNames) > 0 {
			known = f
			break
		}
	}
	blank := s.Get("/help/ransomware", 200, `name="note"`, `name="extension"`, `name="address"`).Body.String()
	if strings.Contains(blank, known.Name+"</") {
		t.Error("a family is named before anything was typed")
	}
	q := url.Values{"note": {known.NoteNames[0]}, "extension": {known.Extensions[0]}}
	s.Get("/help/ransomware?"+q.Encode(), 200, html.EscapeString(known.Name), html.EscapeString(known.Extensions[0]), "/100")
	none := s.Get("/help/ransomware?extension=.docx&note=%3Cb%3Eminutes", 200, "&lt;b&gt;minutes").Body.String()
	if strings.Contains(none, "<b>minutes") || strings.Contains(none, known.Name+"</") {
		t.Error("an ordinary document has a family, or what was typed is markup")
	}
	s.Get("/help/ransomware/families?q="+url.QueryEscape(known.Name), 200, html.EscapeString(known.Name))
	s.Get("/help/ransomware/families?q=nothing-of-this-name", 200, "Nothing was found")
	s.Get("/help/ransomware/families?skip=-1", 200)
	s.Get("/ransomware/decryptors", 303)
	s.Get("/ransomware/watches", 303)
}

// A catalogue is looked at before it is used: the page says what would come and go.
func TestCatalogueUpload(t *testing.T) {
	s := open(t)
	s.Actor = member
	s.Get("/ransomware/catalogue", 403)
	s.Actor = ana
	s.Get("/ransomware/catalogue", 200, `enctype="multipart/form-data"`)
	upload(t, s, "other", "{}", 422, "Error:")
	upload(t, s, "file", "no catalogue", 422, "Error:")
	s.Post("/ransomware/catalogue", 422, url.Values{"file": {"text"}}, "Error:")
	upload(t, s, "file", `{"families": [{"name": "Northvale <b>", "extensions": [".northvale"]}]}`, 303)
	page := s.Get("/ransomware/catalogue", 200, "Northvale &lt;b&gt;", "Ana Analyst").Body.String()
	find := "/help/ransomware/families?q=northvale"
	s.Get(find, 200, "Nothing was found")
	sum := one(t, page, `action="/ransomware/catalogue/use"[^§]*?name="sha256" value="([0-9a-f]{64})"`)
	s.Post("/ransomware/catalogue/use", 409, url.Values{"sha256": {strings.Repeat("0", 64)}})
	s.Actor = ben
	s.Post("/ransomware/catalogue/use", 303, url.Values{"sha256": {sum}})
	s.Get(find, 200, "Northvale &lt;b&gt;")
	s.Get("/ransomware/catalogue", 200, "Ben Second")
	upload(t, s, "file", `{"families": [{"name": "Southvale"}]}`, 303)
	sum = one(t, s.Get("/ransomware/catalogue", 200, "Southvale").Body.String(), `action="/ransomware/catalogue/discard"[^§]*?name="sha256" value="([0-9a-f]{64})"`)
	s.Post("/ransomware/catalogue/discard", 303, url.Values{"sha256": {sum}})
	if strings.Contains(s.Get("/ransomware/catalogue", 200).Body.String(), "Southvale") {
		t.Error("what was thrown away still waits")
	}
}

// A decryptor is released by somebody else than who proposed it, and only then shown.
func TestDecryptor(t *testing.T) {
	s := open(t)
	s.Actor = ana
	const list = "/ransomware/decryptors"
	s.Get(list, 200, `name="family"`)
	s.Post(list, 422, url.Values{"family": {"akira"}, "source": {"javascript:alert(1)"}, "signature": {"perhaps"}}, "Error:", "akira")
	form := url.Values{"family": {"akira"}, "maker": {"Avast"}, "conditions": {"before <mid-2023>"}, "source": {"https://maker.example/akira"}, "signature": {"checked"}}
	s.Post(list, 303, form)
	page := s.Get(list, 200, "before &lt;mid-2023&gt;").Body.String()
	if strings.Contains(page, "/release") {
		t.Error("who proposed it may release it")
	}
	s.Actor = ben
	id := one(t, s.Get(list, 200).Body.String(), `action="/ransomware/decryptors/([^/"]+)/release"`)
	s.Actor = ward.Actor{}
	const find = "/help/ransomware/families?q=akira"
	if strings.Contains(s.Get(find, 200).Body.String(), "maker.example") {
		t.Error("shown before it was released")
	}
	s.Actor = ana
	s.Post(list+"/"+id+"/release", 403, nil)
	s.Actor = ben
	s.Post(list+"/"+id+"/release", 303, nil)
	s.Actor = ward.Actor{}
	s.Get(find, 200, "https://maker.example/akira", "before &lt;mid-2023&gt;")
	s.Actor = ben
	s.Get(list+"/"+id+"/withdraw", 200, `name="reason"`)
	s.Get(list+"/none/withdraw", 404)
	s.Post(list+"/"+id+"/withdraw", 422, url.Values{"reason": {" "}}, "Error:")
	s.Post(list+"/"+id+"/withdraw", 303, url.Values{"reason": {"destroys disks"}})
	s.Actor = ward.Actor{}
	if strings.Contains(s.Get(find, 200).Body.String(), "maker.example") {
		t.Error("shown after it was withdrawn")
	}
}

// A hospital waits for a decryptor of its own case; nobody else sees that it does.
func TestWatch(t *testing.T) {
	s := open(t)
	s.Actor = member
	const list = "/ransomware/watches"
	s.Get(list+"?family=akira", 200, `value="akira"`)
	s.Post(list, 422, url.Values{"family": {" "}, "reference": {"INC-2026-0001"}}, "Error:", "INC-2026-0001")
	s.Post(list, 303, url.Values{"family": {"akira"}, "reference": {"INC-2026-0001"}})
	s.Post(list, 422, url.Values{"family": {"akira"}, "reference": {"INC-2026-0001"}}, "You already wait")
	id := one(t, s.Get(list, 200, "INC-2026-0001").Body.String(), `action="/ransomware/watches/([^/"]+)/end"`)
	s.Actor = rival
	if strings.Contains(s.Get(list, 200).Body.String(), "INC-2026-0001") {
		t.Error("another hospital sees it")
	}
	s.Post(list+"/"+id+"/end", 404, nil)
	s.Actor = ana
	s.Get(list, 403)
	s.Actor = member
	s.Post(list+"/"+id+"/end", 303, nil)
	if strings.Contains(s.Get(list, 200).Body.String(), "INC-2026-0001") {
		t.Error("it is still waited for")
	}
}
