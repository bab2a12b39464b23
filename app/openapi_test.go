package app_test

import (
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ward/kit/auth"
	"ward/kit/web"
)

// openAPI are the parts of a document that are checked here (OpenAPI 3.1.0).
type openAPI struct {
	OpenAPI    string
	Info       struct{ Title, Version, Description string }
	Paths      map[string]map[string]operation
	Components struct {
		Schemas         map[string]json.RawMessage
		SecuritySchemes map[string]json.RawMessage
	}
}

type operation struct {
	OperationID string
	Summary     string
	Permission  string `json:"x-ward-permission"`
	Parameters  []struct {
		Name, In string
		Required bool
		Schema   json.RawMessage
	}
	RequestBody *struct{ Content map[string]json.RawMessage }
	Responses   map[string]struct {
		Description string
		Content     map[string]json.RawMessage
	}
	Security []map[string][]string
}

var inPath = regexp.MustCompile(`\{([^}]+)\}`)

// TestDocument: the served document has the structure that OpenAPI 3.1 asks for,
// and says of each operation what it needs.
func TestDocument(t *testing.T) {
	a := open(t)
	w := httptest.NewRecorder()
	a.Handler().Handler().ServeHTTP(w, httptest.NewRequest("GET", "/api/openapi.json", nil))
	body := w.Body.Bytes()
	var d openAPI
	if err := json.Unmarshal(body, &d); err != nil {
		t.Fatalf("%d: %v", w.Code, err)
	}
	if !strings.HasPrefix(d.OpenAPI, "3.1.") || d.Info.Title == "" || d.Info.Version == "" || len(d.Paths) == 0 {
		t.Errorf("frame: openapi %q, info %+v, %d paths", d.OpenAPI, d.Info, len(d.Paths))
	}
	ids := map[string]string{}
	for path, item := range d.Paths {
		for method, op := range item {
			where := strings.ToUpper(method) + " " + path
			if other, twice := ids[op.OperationID]; twice || op.OperationID == "" {
				t.Errorf("%s: operationId %q, also of %q", where, op.OperationID, other)
			}
			ids[op.OperationID] = where
			checkOperation(t, where, path, op, d)
		}
	}
	for _, ref := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllSubmatch(body, -1) {
		if _, ok := d.Components.Schemas[string(ref[1])]; !ok {
			t.Errorf("schema %s is named and not there", ref[1])
		}
	}
	for _, r := range a.Handler().Routes() {
		if _, ok := d.Paths[r.Path][strings.ToLower(r.Method)]; r.API && !ok && strings.HasPrefix(r.Path, "/api/v1/") {
			t.Errorf("%s %s is not in the document", r.Method, r.Path)
		}
	}
}

func checkOperation(t *testing.T, where, path string, op operation, d openAPI) {
	t.Helper()
	if op.Summary == "" {
		t.Errorf("%s: no summary", where)
	}
	known := op.Permission == string(web.Public)
	for _, p := range auth.Permissions() {
		known = known || string(p) == op.Permission
	}
	if !known {
		t.Errorf("%s: permission %q", where, op.Permission)
	}
	if public := op.Permission == string(web.Public); public != (len(op.Security) == 0) {
		t.Errorf("%s: public %t, security %v", where, public, op.Security)
	}
	for _, s := range op.Security {
		for name := range s {
			if _, ok := d.Components.SecuritySchemes[name]; !ok {
				t.Errorf("%s: security scheme %q is not defined", where, name)
			}
		}
	}
	var want, got []string
	for _, m := range inPath.FindAllStringSubmatch(path, -1) {
		want = append(want, m[1])
	}
	for _, p := range op.Parameters {
		if p.In == "path" {
			got = append(got, p.Name)
			if !p.Required {
				t.Errorf("%s: path parameter %s is not required", where, p.Name)
			}
		}
		if len(p.Schema) == 0 {
			t.Errorf("%s: parameter %s has no schema", where, p.Name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s: path parameters %v, want %v", where, got, want)
	}
	good := false
	for status, r := range op.Responses {
		good = good || strings.HasPrefix(status, "2")
		if r.Description == "" {
			t.Errorf("%s: response %s has no description", where, status)
		}
	}
	if !good {
		t.Errorf("%s: no response for success", where)
	}
}
