package web

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"ward"
)

// Operation is one route of the API. Its permission stands beside it; what the
// object is, the use case decides.
type Operation struct {
	Method     string
	Path       string // pattern of net/http: "/api/v1/alerts/{id}"
	Permission ward.Permission
	Summary    string // one English sentence for the OpenAPI document
	register   func(huma.API, huma.Operation)
	raw        *Page // a route that streams, beside huma
	media      []string
	query      []string
}

// Op makes an operation of a function. I is a struct with huma's tags (path,
// query, header, Body); what the function returns becomes the JSON body.
func Op[I, O any](method, pattern string, permission ward.Permission, summary string,
	fn func(context.Context, ward.Actor, *I) (*O, error)) Operation {
	type output struct{ Body *O }
	documented(reflect.TypeFor[I](), reflect.TypeFor[O]())
	return Operation{Method: method, Path: pattern, Permission: permission, Summary: summary,
		register: func(api huma.API, op huma.Operation) {
			huma.Register(api, op, func(ctx context.Context, in *I) (*output, error) {
				out, err := fn(ctx, actorOf(ctx), in)
				if err != nil {
					return nil, problemOf(ctx, err)
				}
				return &output{Body: out}, nil
			})
		}}
}

// Do is Op for a function without a result: it answers 204.
func Do[I any](method, path string, permission ward.Permission, summary string,
	fn func(context.Context, ward.Actor, *I) error) Operation {
	documented(reflect.TypeFor[I]())
	return Operation{Method: method, Path: path, Permission: permission, Summary: summary,
		register: func(api huma.API, op huma.Operation) {
			op.DefaultStatus = http.StatusNoContent
			huma.Register(api, op, func(ctx context.Context, in *I) (*struct{}, error) {
				if err := fn(ctx, actorOf(ctx), in); err != nil {
					return nil, problemOf(ctx, err)
				}
				return nil, nil
			})
		}}
}

// documented panics for a type of which fields would be missing in the API's
// document: those of an embedded struct that is not exported are in the JSON, but
// not in its schema, and so nobody could send them and strict clients refuse them.
func documented(types ...reflect.Type) {
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || seen[t] {
			return
		}
		seen[t] = true
		for f := range t.Fields() {
			if f.Anonymous && !f.IsExported() && inJSON(f.Type) {
				panic(fmt.Sprintf("web: %v embeds %v, whose fields its schema would not have: export it", t, f.Type))
			}
			if f.IsExported() {
				walk(f.Type)
			}
		}
	}
	for _, t := range types {
		walk(t)
	}
}

// inJSON reports a struct with a field of a JSON name.
func inJSON(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for f := range t.Fields() {
		if f.Tag.Get("json") != "" || f.Anonymous && inJSON(f.Type) {
			return true
		}
	}
	return false
}

// Stream makes an operation that reads or writes bytes itself: uploads,
// exports, feeds. media is the content type of its answer; empty for one of no
// content, which is 204.
func Stream(method, path string, permission ward.Permission, summary, media string, maxBody int64, fn func(*Call) error) Operation {
	return Operation{Method: method, Path: path, Permission: permission, Summary: summary, media: strings.Fields(media),
		raw: &Page{Method: method, Path: path, Permission: permission, MaxBody: maxBody, Handle: fn}}
}

// Takes names what may stand in the query of a route that streams.
func (o Operation) Takes(query ...string) Operation {
	o.query = query
	return o
}

// operationID makes "get-alerts-id" of GET /api/v1/alerts/{id}.
func (o Operation) operationID() string {
	p := strings.TrimPrefix(o.Path, "/api/v1/")
	p = strings.NewReplacer("{", "", "}", "", "/", "-", "_", "-", ".", "-").Replace(p)
	return strings.ToLower(o.Method) + "-" + p
}

func (o Operation) describe() huma.Operation {
	tag, _, _ := strings.Cut(strings.TrimPrefix(o.Path, "/api/v1/"), "/")
	op := huma.Operation{OperationID: o.operationID(), Method: o.Method, Path: o.Path, Summary: o.Summary, Tags: []string{tag},
		Extensions: map[string]any{"x-ward-permission": string(o.Permission)}}
	if o.Permission != Public {
		op.Security = []map[string][]string{{"token": {}}, {"session": {}}}
		op.Errors = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity}
	}
	return op
}

// addStream puts a streaming route into the document.
func (o Operation) addStream(doc *huma.OpenAPI) {
	op := o.describe()
	op.Responses = map[string]*huma.Response{"204": {Description: "Done"}}
	if len(o.media) > 0 {
		content := map[string]*huma.MediaType{}
		for _, m := range o.media {
			content[m] = &huma.MediaType{}
		}
		op.Responses = map[string]*huma.Response{"200": {Description: o.Summary, Content: content}}
	}
	for _, name := range pathNames(o.Path) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
	}
	for _, name := range o.query {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "query", Schema: &huma.Schema{Type: "string"}})
	}
	if o.raw.MaxBody > 0 {
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/octet-stream": {}}}
	}
	doc.AddOperation(&op)
}

// addProblems says of each operation what every other status brings (RFC 9457), so
// that a client can read an answer that no list foresaw: 400, 409, 413, 415, 429.
func addProblems(doc *huma.OpenAPI) {
	t := reflect.TypeFor[problem]()
	other := &huma.Response{Description: "Why it was not done", Content: map[string]*huma.MediaType{
		problemType: {Schema: doc.Components.Schemas.Schema(t, true, t.Name())}}}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Patch, item.Delete} {
			if op != nil && op.Responses["default"] == nil {
				op.Responses["default"] = other
			}
		}
	}
}

func pathNames(path string) []string {
	var out []string
	for _, part := range strings.Split(path, "/") {
		if strings.HasPrefix(part, "{") {
			out = append(out, strings.Trim(part, "{}."))
		}
	}
	return out
}

// apiConfig is the frame of the OpenAPI 3.1 document.
func apiConfig(version string) huma.Config {
	cfg := huma.DefaultConfig("Ward", version)
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "/api/openapi", "", ""
	cfg.CreateHooks = nil // no $schema in bodies
	cfg.Info.Description = "Early warning for hospitals. Every act of the pages is an operation here."
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer"},
		"session": {Type: "apiKey", In: "cookie", Name: SessionCookie},
	}
	return cfg
}

// schemaName puts the room before a type's name: two rooms may call a wire
// struct alike.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	room := path.Base(strings.TrimSuffix(t.PkgPath(), "/api")) // a room may keep its operations in a package beside
	if t.Name() == "" || room == "." || strings.HasPrefix(strings.ToLower(name), room) {
		return name
	}
	return strings.ToUpper(room[:1]) + room[1:] + name
}
