package inventory_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/kit/auth"
	"ward/kit/db"
	"ward/kit/i18n"
	"ward/kit/ui"
	"ward/kit/web"
	"ward/prevent/inventory"
	"ward/prevent/inventory/entry"
	"ward/prevent/inventory/pages"
	"ward/prevent/inventory/upload"
	"ward/test/database"
	"ward/test/expect"
)

// site is the inventory behind the real server; actor is who asks.
type site struct {
	*house
	t       testing.TB
	handler http.Handler
	actor   ward.Actor
}

func openSite(t testing.TB) *site {
	t.Helper()
	s := &site{house: open(t, database.Open(t, database.SQLite)), t: t, actor: member(1)}
	guard, err := auth.New()
	expect.OK(t, err)
	parts := s.Parts()
	texts, err := i18n.New(i18n.Config{Texts: []fs.FS{web.Texts(), ui.Texts(), parts.Texts}})
	if err != nil { // two of the kit's files may claim a key while they are being written
		t.Fatal(err)
	}
	server, err := web.New(web.Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Clock: s.clock.Now, Texts: texts, Guard: guard,
		IDs: func() string { return "request" }, Version: "test", Zone: time.UTC, Menu: pages.Menu(), Pages: pages.Routes(s.Service), API: parts.API,
		Authenticate: func(*http.Request) (ward.Actor, error) { return s.actor, nil }, Ready: func(context.Context) error { return nil }})
	expect.OK(t, err)
	s.handler = server.Handler()
	return s
}

func (s *site) do(method, path, contentType, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

func (s *site) get(path string) *httptest.ResponseRecorder { return s.do("GET", path, "", "") }

func (s *site) post(path string, form url.Values) *httptest.ResponseRecorder {
	return s.do("POST", path, "application/x-www-form-urlencoded", form.Encode())
}

func (s *site) upload(path, name, content string) *httptest.ResponseRecorder {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	expect.OK(s.t, err)
	_, err = io.WriteString(part, content)
	expect.OK(s.t, err)
	expect.OK(s.t, m.Close())
	return s.do("POST", path, m.FormDataContentType(), b.String())
}

// want fails unless the answer has the status and all the words.
func (s *site) want(what string, w *httptest.ResponseRecorder, status int, words ...string) string {
	s.t.Helper()
	body := w.Body.String()
	if w.Code != status {
		s.t.Fatalf("%s: got status %d, want %d\n%s", what, w.Code, status, body)
	}
	for _, word := range words {
		if !strings.Contains(body, word) {
			s.t.Errorf("%s: %q is missing in\n%s", what, word, body)
		}
	}
	if key := bareKey.FindString(body); key != "" && strings.Contains(w.Header().Get("Content-Type"), "html") {
		s.t.Errorf("%s: a key without words: %s", what, key)
	}
	return w.Header().Get("Location")
}

var bareKey = regexp.MustCompile(`inventory\.[a-z_]+\.?[a-z_.]*`)

func TestPagesFromEmptyToImported(t *testing.T) {
	s := openSite(t)
	s.want("empty list", s.get("/inventory"), 200, "Your inventory is empty", "/inventory/import", "example.csv")
	s.want("upload form", s.get("/inventory/import"), 200, `type="file"`, "Nothing was imported yet")
	s.want("no file", s.do("POST", "/inventory/import", "application/x-www-form-urlencoded", ""), 422, "Choose a file first")
	s.want("a PDF", s.upload("/inventory/import", "list.csv", "%PDF-1.7"), 422, "Save it as CSV or Excel")
	to := s.want("upload", s.upload("/inventory/import", "list.csv", small), 303)
	s.want("preview", s.get(to), 200, "New rows", "Rows not understood", "Import 4 rows", "Seriennummer", "Nothing in this row names a product")
	fields := url.Values{}
	for i, f := range []string{"vendor", "product", "model", "version", "serial", "quantity", "site"} {
		fields.Set(upload.ColumnName(i), f)
	}
	s.want("columns", s.post(to+"/columns", fields), 303)
	fields.Set("column6", "vendor")
	s.want("field twice", s.post(to+"/columns", fields), 422, "given to another column already")
	s.want("confirm", s.post(to+"/confirm", url.Values{}), 303)
	s.want("waiting", s.get(to), 200, "Waits for its turn", "/stream", "You can leave this page")
	s.want("confirm twice", s.post(to+"/confirm", url.Values{}), 409)
	s.work()
	s.want("result", s.get(to), 200, "4 rows of the file are in your inventory")
	s.want("list", s.get("/inventory"), 200, "Philips IntelliVue", "DE1", "K.15")
	s.want("filter", s.get("/inventory?site=ICU&text=evita"), 200, "Evita", "Remove 2 filters")
	if body := s.get("/inventory?text=evita").Body.String(); strings.Contains(body, "DE1") {
		t.Error("filter by text shows a row that does not fit")
	}
}

// work runs the queue until nothing waits.
func (s *site) work() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	expect.OK(s.t, s.queue.Start(ctx))
	for {
		list, err := s.Imports(ctx, s.actor, "", 10)
		expect.OK(s.t, err)
		open := false
		for _, m := range list {
			open = open || m.State == inventory.StateWaiting || m.State == inventory.StateRunning
		}
		if !open {
			break
		}
		select {
		case <-ctx.Done():
			s.t.Fatal("the import does not end")
		case <-time.After(20 * time.Millisecond):
		}
	}
	expect.OK(s.t, s.queue.Stop(ctx))
}

func TestPagesOfOneRow(t *testing.T) {
	s := openSite(t)
	s.want("form", s.get("/inventory/new"), 200, `name="vendor"`, `name="end_of_support"`)
	s.want("nothing typed", s.post("/inventory/new", url.Values{"quantity": {"1"}, "vendor": {"Acme <b>"}}), 422, "Enter the product", "Acme &lt;b&gt;")
	s.want("no number", s.post("/inventory/new", url.Values{"product": {"X"}, "quantity": {"x"}}), 422, "whole number")
	to := s.want("add", s.post("/inventory/new", url.Values{"product": {"Pump"}, "vendor": {"Acme"}, "quantity": {"2"}, "end_of_support": {"2020-01-31"}}), 303)
	id := strings.TrimPrefix(to, "/inventory/")
	s.want("page", s.get(to), 200, "Acme Pump", "no version", "31 January 2020", "past")
	s.want("edit form", s.get("/inventory/assets/"+id+"/edit"), 200, `value="Pump"`)
	s.want("edit", s.post("/inventory/assets/"+id+"/edit", url.Values{"product": {"Pump"}, "version": {"2.0"}, "quantity": {"3"}}), 303)
	s.want("edited", s.get(to), 200, "2.0")
	s.want("sbom form", s.get("/inventory/assets/"+id+"/sbom"), 200, `type="file"`)
	s.want("no sbom", s.upload("/inventory/assets/"+id+"/sbom", "x.csv", small), 422, "not CycloneDX or SPDX")
	s.want("sbom", s.upload("/inventory/assets/"+id+"/sbom", "pump.json", bill), 303)
	s.want("components", s.get("/inventory/assets/"+id+"/sbom"), 200, "openssl", "2 components in pump.json")
	s.want("find component", s.get("/inventory/assets/"+id+"/sbom?text=zlib"), 200, "zlib")
	s.want("page with components", s.get(to), 200, "2 components in pump.json")
	s.want("bulk", s.post("/inventory/pick", url.Values{"act": {"support"}, "id": {id}, "end_of_support": {"2031-01-31"}}), 303)
	s.want("bulk without rows", s.post("/inventory/pick", url.Values{"act": {"support"}}), 422, "Choose at least one row")
	s.want("ask", s.post("/inventory/pick", url.Values{"act": {"remove"}, "id": {id}}), 200, "Remove 1 row?")
	s.actor = member(2)
	for _, path := range []string{to, "/inventory/assets/" + id + "/edit", "/inventory/assets/" + id + "/sbom", "/inventory/assets/" + id + "/delete"} {
		s.want("foreign "+path, s.get(path), 404)
	}
	s.want("foreign removal", s.post("/inventory/pick", url.Values{"act": {"removed"}, "id": {id}}), 404)
	s.want("foreign edit", s.post("/inventory/assets/"+id+"/edit", url.Values{"product": {"Y"}, "quantity": {"1"}}), 404)
	s.actor = member(1)
	s.want("delete form", s.get("/inventory/assets/"+id+"/delete"), 200, "Remove Pump?")
	s.want("delete", s.post("/inventory/assets/"+id+"/delete", nil), 303)
	s.want("gone", s.get(to), 404)
}

const bill = `{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,
 "metadata":{"component":{"type":"firmware","name":"Pump firmware","version":"2.0"}},
 "components":[{"type":"library","name":"openssl","version":"3.0.1","purl":"pkg:generic/openssl@3.0.1"},
  {"type":"library","name":"zlib","version":"1.2.11"}]}`

func TestAPI(t *testing.T) {
	s := openSite(t)
	const base = "/api/v1/inventory"
	s.want("dry run", s.do("POST", base+"/import?dry_run=true&name=l.csv", "text/csv", small), 200, `"added":4`, `"state":"preview"`, `"why":"no_product"`)
	s.want("nothing kept", s.get(base+"/figures"), 200, `"rows":0`)
	s.want("import", s.do("POST", base+"/import?name=l.csv", "text/csv", small), 200, `"state":"done"`)
	var out struct {
		Assets []struct {
			ID      string `json:"id"`
			Product string `json:"product"`
		} `json:"assets"`
		After string `json:"after"`
	}
	w := s.get(base + "/assets?limit=3")
	expect.OK(t, json.Unmarshal(w.Body.Bytes(), &out))
	if len(out.Assets) != 3 || out.After == "" || out.Assets[0].Product != "IntelliVue" {
		t.Fatalf("list = %s, want three rows and a next page", w.Body)
	}
	s.want("next page", s.get(base+"/assets?limit=3&after="+out.After), 200, "Evita")
	id := out.Assets[0].ID
	s.want("show", s.get(base+"/assets/"+id), 200, `"serial":"DE1"`)
	s.want("edit", s.do("PUT", base+"/assets/"+id, "application/json", `{"product":"IntelliVue","vendor":"Philips","version":"M.01"}`), 204)
	s.want("bad edit", s.do("PUT", base+"/assets/"+id, "application/json", `{"vendor":"Philips"}`), 422, "inventory.error.no_product")
	s.want("add", s.do("POST", base+"/assets", "application/json", `{"product":"Scanner","quantity":2}`), 200, `"id"`)
	s.want("sbom", s.do("POST", base+"/assets/"+id+"/sbom?name=b.json", "application/json", bill), 200)
	s.want("components", s.get(base+"/assets/"+id+"/components"), 200, "openssl")
	s.want("detach", s.do("DELETE", base+"/assets/"+id+"/sbom", "", ""), 204)
	s.want("support", s.do("POST", base+"/assets/end-of-support", "application/json", `{"ids":["`+id+`"],"day":"2030-12-31"}`), 204)
	s.want("choices", s.get(base+"/choices"), 200, `"ICU"`, `"Philips"`)
	s.want("csv", s.get(base+"/export?format=csv"), 200, "row_id,vendor,product", "2030-12-31")
	s.want("cyclonedx", s.get(base+"/export?format=cyclonedx"), 200, `"bomFormat":"CycloneDX"`, `"type":"device"`)
	s.want("imports", s.get(base+"/imports"), 200, `"file":"l.csv"`)
	s.want("delete", s.do("DELETE", base+"/assets/"+id, "", ""), 204)
	s.want("document", s.get("/api/openapi.json"), 200, `"/api/v1/inventory/assets/{id}"`, `"end_of_support"`, `"serial"`, `"without_version"`)
	s.actor.Role = ward.RoleCSIRT
	s.want("a CSIRT sees no inventory", s.get(base+"/assets"), 403)
}

// What goes out as CSV comes back as it was, formulas included.
func TestExportComesBack(t *testing.T) {
	database.Each(t, func(t *testing.T, d *db.DB) {
		ctx, h, a := context.Background(), open(t, d), member(1)
		importText(t, h, a, small, false)
		_, err := h.Add(ctx, a, entry.Entry{Ref: ward.ProductRef{Name: "=1+1", Vendor: "@Acme"}, Quantity: 3, EndOfSupport: "2030-01-31"})
		expect.OK(t, err)
		var out bytes.Buffer
		expect.OK(t, h.Export(ctx, a, inventory.Filter{}, inventory.ExportCSV, func() io.Writer { return &out }))
		if !strings.Contains(out.String(), "'=1+1") {
			t.Errorf("export = %s, want the formula escaped", out.String())
		}
		if m := importText(t, h, a, out.String(), true); m.Unchanged != 5 || m.Added+m.Changed+m.Removed != 0 {
			t.Errorf("import of the export: %+v, want five rows unchanged", m)
		}
	})
}
