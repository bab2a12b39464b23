package bulletin

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"ward"
	"ward/kit/web"
)

// operations is the table of the service: what the pages can do, programs can.
func (s *Service) operations(who Inventory) []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/centre-alerts", permRead, "List the Centre's own alerts with the state of their newest revision", s.apiList),
		web.Op("POST", "/api/v1/centre-alerts", permWrite, "Start an alert from a template", s.apiCreate),
		web.Op("POST", "/api/v1/centre-alerts/from-case", permWrite, "Start an alert with what may be published of a reported weakness, or find the one that was started", s.apiFromCase),
		web.Op("GET", "/api/v1/centre-alerts/{id}", permRead, "Show an alert with its revisions and history", s.apiGet),
		web.Do("PUT", "/api/v1/centre-alerts/{id}", permWrite, "Replace the content of a draft", s.apiSave),
		web.Do("PUT", "/api/v1/centre-alerts/{id}/texts/{lang}", permWrite, "Replace the text of a draft in one language", s.apiTranslate),
		web.Op("GET", "/api/v1/centre-alerts/{id}/reach", permRead, "Count who would be told now", s.apiReach(who)),
		web.Stream("GET", "/api/v1/centre-alerts/{id}/csaf", permRead, "The CSAF document as it would be published now", "application/json", 0, s.apiPreview),
		web.Do("POST", "/api/v1/centre-alerts/{id}/submit", permWrite, "Hand a draft to a second person", s.apiSubmit),
		web.Do("POST", "/api/v1/centre-alerts/{id}/approve", permApprove, "Approve a submitted revision, for now or for a time", s.apiApprove),
		web.Do("POST", "/api/v1/centre-alerts/{id}/return", permWrite, "Give a submitted or approved revision back to its writers", s.apiReturn),
		web.Do("POST", "/api/v1/centre-alerts/{id}/revise", permWrite, "Open the next revision of a published alert, or its withdrawal", s.apiRevise),
		web.Do("POST", "/api/v1/centre-alerts/{id}/drop", permWrite, "Give a draft up", s.apiDrop),
		web.Op("GET", "/api/v1/hsc", web.Public, "List the published alerts of the Centre that you may read", s.apiLiveList),
		web.Op("GET", "/api/v1/hsc/{number}", web.Public, "Show a published alert of the Centre", s.apiLive),
	}
}

type idIn struct {
	ID string `path:"id"`
}

type revisionWire struct {
	Version   int         `json:"version"`
	State     State       `json:"state"`
	Edit      int64       `json:"edit" doc:"named by a change"`
	Content   contentWire `json:"content"`
	By        string      `json:"submitted_by,omitempty"`
	Approver  string      `json:"approver,omitempty"`
	PublishAt *time.Time  `json:"publish_at,omitempty"`
	Published *time.Time  `json:"published,omitempty"`
	Updated   time.Time   `json:"updated"`
	Orgs      int         `json:"organisations" doc:"addressed when it was published"`
	Countries int         `json:"countries"`
}

func at(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func wireRevision(r Revision) revisionWire {
	return revisionWire{Version: r.Version, State: r.State, Edit: r.Edit, Content: wireContent(r.Content), By: r.By, Approver: r.Approver,
		PublishAt: at(r.PublishAt), Published: at(r.Published), Updated: r.Updated.UTC(), Orgs: r.Orgs, Countries: r.Countries}
}

// RowWire is an alert of the Centre in a list; exported, as its fields are those of others too.
type RowWire struct {
	ID        string `json:"id"`
	Number    string `json:"number,omitempty"`
	Live      int    `json:"live" doc:"published version; 0 for none"`
	Withdrawn bool   `json:"withdrawn"`
	Title     string `json:"title"`
	State     State  `json:"state" doc:"of the newest revision"`
	Version   int    `json:"version"`
}

func wireRow(x Row) RowWire {
	return RowWire{x.Bulletin.ID, x.Bulletin.Number, x.Bulletin.Live, x.Bulletin.Withdrawn, x.Revision.Content.Text.Title, x.Revision.State, x.Revision.Version}
}

type listOut struct {
	Alerts []RowWire `json:"alerts"`
}

func (s *Service) apiList(ctx context.Context, a ward.Actor, _ *struct{}) (*listOut, error) {
	rows, err := s.List(ctx, a)
	return &listOut{web.Each(rows, wireRow)}, err
}

type createIn struct {
	Body struct {
		Template string `json:"template" doc:"blank, device, edge, ransomware, phishing, supplier, update"`
	}
}

type createOut struct {
	ID string `json:"id"`
}

func (s *Service) apiCreate(ctx context.Context, a ward.Actor, in *createIn) (*createOut, error) {
	id, err := s.Create(ctx, a, in.Body.Template)
	return &createOut{id}, err
}

type fromCaseIn struct {
	Body struct {
		Case string `json:"case" doc:"id of the case"`
	}
}

func (s *Service) apiFromCase(ctx context.Context, a ward.Actor, in *fromCaseIn) (*createOut, error) {
	id, err := s.FromCase(ctx, a, in.Body.Case)
	return &createOut{id}, err
}

type entryWire struct {
	At      time.Time `json:"at"`
	Person  string    `json:"person,omitempty"`
	Kind    string    `json:"kind"`
	Version int       `json:"version"`
	Comment string    `json:"comment,omitempty"`
}

type getOut struct {
	RowWire
	Revisions []revisionWire `json:"revisions"`
	History   []entryWire    `json:"history"`
}

func (s *Service) apiGet(ctx context.Context, a ward.Actor, in *idIn) (*getOut, error) {
	v, err := s.Get(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	return &getOut{wireRow(Row{v.Bulletin, v.Revisions[0]}), web.Each(v.Revisions, wireRevision),
		web.Each(v.Entries, func(e Entry) entryWire { return entryWire(e) })}, nil
}

type saveIn struct {
	ID   string `path:"id"`
	Body struct {
		Edit    int64       `json:"edit" doc:"of the revision that you saw"`
		Content contentWire `json:"content"`
	}
}

func (s *Service) apiSave(ctx context.Context, a ward.Actor, in *saveIn) error {
	c, err := in.Body.Content.content()
	if err != nil { // with what else Save would refuse
		return errors.Join(err, c.tidy().check())
	}
	return s.Save(ctx, a, in.ID, in.Body.Edit, c)
}

type translateIn struct {
	ID   string `path:"id"`
	Lang string `path:"lang"`
	Body struct {
		Text     textWire `json:"text"`
		Reviewed bool     `json:"reviewed" required:"false" doc:"a person has read it against the original"`
	}
}

func (s *Service) apiTranslate(ctx context.Context, a ward.Actor, in *translateIn) error {
	g := in.Body.Text.text()
	g.Lang = ward.Lang(in.Lang)
	return s.Translate(ctx, a, in.ID, g, in.Body.Reviewed)
}

type reachOut struct {
	Organisations int `json:"organisations"`
	Countries     int `json:"countries"`
	Addressed     int `json:"addressed" doc:"in the audience"`
	Holders       int `json:"holders" doc:"hold a product that is named, or may"`
}

func (s *Service) apiReach(who Inventory) func(context.Context, ward.Actor, *idIn) (*reachOut, error) {
	return func(ctx context.Context, a ward.Actor, in *idIn) (*reachOut, error) {
		v, err := s.Get(ctx, a, in.ID)
		if err != nil {
			return nil, err
		}
		r, err := s.ReachOf(ctx, a, who, v.Revisions[0].Content)
		return &reachOut{r.Orgs, r.Countries, r.Addressed, r.Holders}, err
	}
}

func (s *Service) apiPreview(c *web.Call) error {
	p, err := s.PreviewOf(c.Context(), c.Actor, c.Path("id"))
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	_, err = c.W.Write(p.Document)
	return err
}

func (s *Service) apiSubmit(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.Submit(ctx, a, in.ID)
}
func (s *Service) apiDrop(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.Drop(ctx, a, in.ID)
}

type approveIn struct {
	ID   string `path:"id"`
	Body struct {
		Edit int64     `json:"edit" doc:"of the revision that you read"`
		At   time.Time `json:"at" required:"false" doc:"when it is published; left out means now"`
	}
}

func (s *Service) apiApprove(ctx context.Context, a ward.Actor, in *approveIn) error {
	return s.Approve(ctx, a, in.ID, in.Body.Edit, in.Body.At)
}

type returnIn struct {
	ID   string `path:"id"`
	Body struct {
		Comment string `json:"comment"`
	}
}

func (s *Service) apiReturn(ctx context.Context, a ward.Actor, in *returnIn) error {
	return s.Return(ctx, a, in.ID, in.Body.Comment)
}

type reviseIn struct {
	ID   string `path:"id"`
	Body struct {
		Withdraw bool `json:"withdraw" required:"false"`
	}
}

func (s *Service) apiRevise(ctx context.Context, a ward.Actor, in *reviseIn) error {
	return s.Revise(ctx, a, in.ID, in.Body.Withdraw)
}

// LiveWire is what is published of one; exported, as its fields are those of others too.
type LiveWire struct {
	Number    string    `json:"number"`
	Title     string    `json:"title"`
	Version   int       `json:"version"`
	Severity  string    `json:"severity"`
	Exploited string    `json:"exploited"`
	TLP       string    `json:"tlp"`
	Withdrawn bool      `json:"withdrawn"`
	Published time.Time `json:"published"`
	URL       string    `json:"url"`
}

func (s *Service) wireLive(x Row) LiveWire {
	c := x.Revision.Content
	return LiveWire{x.Bulletin.Number, c.Text.Title, x.Revision.Version, c.Severity.String(), string(c.Exploited), c.TLP.String(), c.Withdrawn,
		x.Revision.Published.UTC(), s.cfg.URL + "/hsc/" + x.Bulletin.Number}
}

type liveListOut struct {
	Alerts []LiveWire `json:"alerts"`
}

func (s *Service) apiLiveList(ctx context.Context, a ward.Actor, _ *struct{}) (*liveListOut, error) {
	rows, err := s.LiveList(ctx, a)
	return &liveListOut{web.Each(rows, s.wireLive)}, err
}

type numberIn struct {
	Number string `path:"number"`
}

type liveOut struct {
	LiveWire
	CSAF json.RawMessage `json:"csaf"`
}

func (s *Service) apiLive(ctx context.Context, a ward.Actor, in *numberIn) (*liveOut, error) {
	x, doc, err := s.Live(ctx, a, in.Number)
	if err != nil {
		return nil, err
	}
	return &liveOut{s.wireLive(x), doc}, nil
}

// WriteDocument answers with a published document: for the page's link.
func WriteDocument(w http.ResponseWriter, number string, doc []byte) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="`+number+`.json"`)
	_, err := w.Write(doc)
	return err
}
