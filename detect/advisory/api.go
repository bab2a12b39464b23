package advisory

import (
	"context"
	"io"
	"strings"
	"time"

	"ward"
	"ward/detect/advisory/harvest"
	"ward/detect/advisory/term"
	"ward/kit/web"
)

// maxUpload bounds an uploaded archive in bytes.
const maxUpload = 256 << 20

// operations are the routes of the API, each with its permission; the use case
// decides on the object.
func (s *Service) operations() []web.Operation {
	list := []web.Operation{
		web.Op("GET", "/api/v1/advisories", "advisory.read", "List advisories, newest revisions, within your clearance", s.apiList),
		web.Stream("POST", "/api/v1/advisories", "advisory.write", "Take in a CSAF document or an archive of them; query: name, unmarked; 422 when all were refused, with the refusals as outcome", "application/json", maxUpload, s.apiAccept).Takes("name", "unmarked"),
		web.Op("POST", "/api/v1/advisories/from-url", "advisory.write", "Take in a CSAF document or archive from an address", s.apiAcceptURL),
		web.Op("GET", "/api/v1/advisories/{id}", "advisory.read", "Show an advisory with its revisions and weaknesses", s.apiRead),
		web.Stream("GET", "/api/v1/advisories/{id}/document", "advisory.read", "The document as its publisher wrote it; query: revision", "application/json", 0, s.apiDocument).Takes("revision"),
		web.Op("GET", "/api/v1/advisories/{id}/changes", "advisory.read", "What changed between two revisions", s.apiChanges),
		web.Do("PUT", "/api/v1/advisories/{id}/read", "advisory.read", "Mark the newest revision as read by you, or not", s.apiMarkRead),
		web.Op("GET", "/api/v1/advisories/{id}/advice", "advisory.read", "What can be done, for all products or some leaves", s.apiAdvice),
	}
	list = append(list, s.deletionOperations()...)
	list = append(list, s.sourceOperations()...)
	return append(list, s.decisionOperations()...)
}

// advisoryListIn is the filter. A value that cannot be read does not restrict,
// as on the page.
type advisoryListIn struct {
	Text      string   `query:"text" maxLength:"200" doc:"words of title, number, CVE, publisher or product"`
	Severity  string   `query:"severity" enum:"low,medium,high,critical" doc:"this or worse"`
	Exploited bool     `query:"exploited"`
	Publisher string   `query:"publisher" maxLength:"500"`
	TLP       string   `query:"tlp" maxLength:"20"`
	CVE       string   `query:"cve" maxLength:"40"`
	From      string   `query:"from" format:"date" doc:"released on or after"`
	To        string   `query:"to" format:"date" doc:"released before"`
	Withdrawn bool     `query:"withdrawn" doc:"also those that were taken back"`
	Unread    bool     `query:"unread" doc:"not yet read by you"`
	Where     []string `query:"where,explode" maxItems:"24" doc:"FIELD:TEXT, repeated: the document says so in that field, from its beginning on; see sort for the fields"`
	Sort      string   `query:"sort" maxLength:"40" doc:"newest, severity, epss, or a field: category, csaf_version, publisher_category, publisher, namespace, title, tracking_id, status, version, initial_release_date, current_release_date, revision_date, revision_number, revision_summary, aggregate_severity, cve, vendor, product_name, product_version, product_id, model_number, serial_number, cpe, purl"`
	Reverse   bool     `query:"reverse" doc:"the order turned round"`
	After     string   `query:"after" maxLength:"1500" doc:"next of the page before"`
	Limit     int      `query:"limit" minimum:"0" maximum:"200" doc:"rows a page, 0 means 30"`
}

type advisoryListOut struct {
	Advisories []advisoryWire `json:"advisories"`
	Next       string         `json:"next,omitempty"`
}

func (in *advisoryListIn) filter() Filter {
	f := Filter{Text: in.Text, Exploited: in.Exploited, Publisher: in.Publisher, CVE: in.CVE, Withdrawn: in.Withdrawn, Unread: in.Unread,
		Sort: Sort(in.Sort), Reverse: in.Reverse, Cursor: in.After, Limit: in.Limit, Fields: map[term.Field]string{}}
	f.Severity, _ = ward.ParseSeverity(in.Severity)
	f.TLP = tlpOf(in.TLP)
	for _, w := range in.Where {
		field, text, _ := strings.Cut(w, ":")
		f.Fields[term.Field(field)] = text
	}
	f.From, _ = time.Parse(time.DateOnly, in.From)
	f.To, _ = time.Parse(time.DateOnly, in.To)
	return f
}

// tlpOf reads a label; nil if there is none that can be read.
func tlpOf(s string) *ward.TLP {
	if t, ok := ward.ParseTLP(s); ok {
		return &t
	}
	return nil
}

func (s *Service) apiList(ctx context.Context, a ward.Actor, in *advisoryListIn) (*advisoryListOut, error) {
	p, err := s.List(ctx, a, in.filter())
	return &advisoryListOut{Advisories: web.Each(p.Advisories, wireAdvisory), Next: p.Next}, err
}

// apiAccept reads the body as the file itself.
func (s *Service) apiAccept(c *web.Call) error {
	name := c.Query("name")
	if name == "" {
		name = "upload"
	}
	out, err := s.Accept(c.Context(), c.Actor, Delivery{Name: name, Body: c.R.Body, Unmarked: tlpOf(c.Query("unmarked"))})
	w, err := answerOf(out, err)
	if err != nil {
		return err
	}
	return writeJSON(c.W, w)
}

// answerOf is what a client is told of a delivery: a problem when nothing of it
// is here, also what was here before.
func answerOf(out Outcome, err error) (*outcomeWire, error) {
	if err != nil && out.Read == 0 {
		return nil, err
	}
	w := wireOutcome(out)
	w.Broken = err != nil // what came before the break is stored
	if out.Refused == out.Read && out.Read > 0 {
		return nil, &web.Refused{Err: ward.Fail(ward.Invalid, "advisory.upload.error.none"), Outcome: w}
	}
	return &w, nil
}

type acceptURLIn struct {
	Body struct {
		URL      string `json:"url" maxLength:"2000"`
		Unmarked string `json:"unmarked,omitempty" doc:"TLP of documents that have none; they are refused without"`
	}
}

func (s *Service) apiAcceptURL(ctx context.Context, a ward.Actor, in *acceptURLIn) (*outcomeWire, error) {
	out, err := s.AcceptURL(ctx, a, in.Body.URL, tlpOf(in.Body.Unmarked))
	return answerOf(out, err)
}

type advisoryIn struct {
	ID       string `path:"id"`
	Revision string `query:"revision" doc:"id of a revision; empty means the newest"`
}

func (s *Service) apiRead(ctx context.Context, a ward.Actor, in *advisoryIn) (*viewWire, error) {
	v, err := s.Read(ctx, a, ward.AdvisoryID(in.ID), in.Revision)
	if err != nil {
		return nil, err
	}
	return wireView(v), nil
}

// apiDocument gives the bytes as they came: whoever checks the signature himself
// needs every one of them.
func (s *Service) apiDocument(c *web.Call) error {
	rev, body, err := s.Original(c.Context(), c.Actor, ward.AdvisoryID(c.Path("id")), c.Query("revision"))
	if err != nil {
		return err
	}
	h := c.W.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", `attachment; filename="`+rev.ID+`.json"`)
	h.Set("X-Content-Sha256", rev.SHA256)
	h.Set("Cache-Control", "private, no-store")
	_, err = c.W.Write(body)
	return ward.Wrap("write document", err)
}

type changesIn struct {
	ID   string `path:"id"`
	From string `query:"from" doc:"id of a revision; empty means the one before"`
	To   string `query:"to" doc:"id of a revision; empty means the newest"`
}

func (s *Service) apiChanges(ctx context.Context, a ward.Actor, in *changesIn) (*changesWire, error) {
	d, err := s.Compare(ctx, a, ward.AdvisoryID(in.ID), in.From, in.To)
	if err != nil {
		return nil, err
	}
	return wireChanges(d), nil
}

type markReadIn struct {
	ID   string `path:"id"`
	Body struct {
		Read bool `json:"read"`
	}
}

func (s *Service) apiMarkRead(ctx context.Context, a ward.Actor, in *markReadIn) error {
	return s.MarkRead(ctx, a, ward.AdvisoryID(in.ID), in.Body.Read)
}

type adviceIn struct {
	ID   string   `path:"id"`
	Leaf []string `query:"leaf" maxItems:"100" doc:"product ids of the document; none means all"`
}

type adviceOut struct {
	Advice []adviceWire `json:"advice"`
}

func (s *Service) apiAdvice(ctx context.Context, a ward.Actor, in *adviceIn) (*adviceOut, error) {
	if err := s.mayRead(ctx, a, ward.AdvisoryID(in.ID)); err != nil {
		return nil, err
	}
	list, err := s.Advice(ctx, ward.AdvisoryID(in.ID), in.Leaf)
	return &adviceOut{Advice: web.Each(list, func(x ward.Advice) adviceWire {
		return adviceWire{Category: x.Category, Text: x.Text, URL: x.URL, Leaves: x.Leaves}
	})}, err
}

// apiEnrich reads the body as a catalogue.
func (s *Service) apiEnrich(c *web.Call) error {
	out, err := s.Enrich(c.Context(), c.Actor, harvest.Kind(c.Path("kind")), c.Query("name"), io.Reader(c.R.Body), c.Query("force") == "1")
	if err != nil {
		return err
	}
	return writeJSON(c.W, enrichmentWire(out))
}
