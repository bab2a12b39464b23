package disclosure

import (
	"context"
	"net/http"
	"time"

	"ward"
	"ward/kit/web"
)

// operations is the table of the service: what the pages can do, programs can.
func (s *Service) operations() []web.Operation {
	const one = "/api/v1/disclosures/{id}"
	return append(s.reporting(), []web.Operation{
		web.Op("GET", "/api/v1/disclosures", permRead, "List reported weaknesses, the most urgent first", s.apiList),
		web.Op("GET", one, permRead, "Show a case and its history, without what is confidential", s.apiGet),
		web.Do("PUT", one+"/summary", permWrite, "Replace what may be published of a case", s.apiSummarise),
		web.Do("POST", one+"/take", permWrite, "Take a case: its reminders come to you", s.apiTake),
		web.Do("POST", one+"/triage", permWrite, "Accept a report as a weakness that the Centre coordinates", s.apiTriage),
		web.Do("POST", one+"/coordinate", permWrite, "Write down that the maker knows, and the day of publication", s.apiCoordinate),
		web.Do("POST", one+"/embargo", permWrite, "Move the day of publication", s.apiPostpone),
		web.Do("POST", one+"/close", permWrite, "Close a case without an alert", s.apiClose),
		web.Do("POST", one+"/reopen", permWrite, "Take a closed case up again", s.apiReopen),
		web.Op("GET", one+"/confidential", permPrivate, "Show what is confidential in a case; each call is in the audit log", s.apiOpen),
		web.Stream("GET", one+"/files/{file}", permPrivate, "Download an attachment; each call is in the audit log", "application/octet-stream", 0, s.apiFile),
		web.Do("POST", one+"/messages", permPrivate, "Write to the reporter", s.apiWrite),
		web.Do("POST", one+"/notes", permPrivate, "Keep a note for the Centre alone", s.apiRemark),
		web.Do("POST", one+"/link", permPrivate, "Make the reporter's link void and mail a new one", s.apiRelink),
	}...)
}

type idIn struct {
	ID string `path:"id"`
}

type listIn struct {
	State   string `query:"state" enum:"received,triaged,coordinating,published,closed" required:"false"`
	All     bool   `query:"all" required:"false" doc:"closed and published ones as well"`
	Overdue bool   `query:"overdue" required:"false"`
	Mine    bool   `query:"mine" required:"false"`
	Text    string `query:"q" required:"false" maxLength:"200"`
	After   string `query:"after" required:"false" doc:"id of the last case that you have"`
	Limit   int    `query:"limit" required:"false" minimum:"0" maximum:"200"`
}

type listOut struct {
	Cases []CaseWire `json:"cases"`
	More  bool       `json:"more" doc:"others follow; ask with after"`
}

func (s *Service) apiList(ctx context.Context, a ward.Actor, in *listIn) (*listOut, error) {
	list, more, err := s.List(ctx, a, Filter{State: State(in.State), All: in.All, Overdue: in.Overdue, Mine: in.Mine, Text: in.Text, After: in.After, Limit: in.Limit})
	return &listOut{web.Each(list, wireCase), more}, err
}

type entryWire struct {
	At     time.Time `json:"at"`
	Person string    `json:"person,omitempty"`
	Kind   string    `json:"kind"`
	Detail string    `json:"detail,omitempty"`
}

type getOut struct {
	CaseWire
	History []entryWire `json:"history"`
}

func (s *Service) apiGet(ctx context.Context, a ward.Actor, in *idIn) (*getOut, error) {
	c, list, err := s.Get(ctx, a, in.ID)
	return &getOut{wireCase(c), web.Each(list, func(e Entry) entryWire { return entryWire{e.At.UTC(), e.Person, e.Kind, e.Detail} })}, err
}

type summariseIn struct {
	ID   string `path:"id"`
	Body struct {
		Edit    int64       `json:"edit" doc:"of the case that you saw"`
		Summary summaryWire `json:"summary"`
	}
}

func (s *Service) apiSummarise(ctx context.Context, a ward.Actor, in *summariseIn) error {
	return s.Summarise(ctx, a, in.ID, in.Body.Edit, in.Body.Summary.summary())
}

func (s *Service) apiTake(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.Take(ctx, a, in.ID)
}

type noteIn struct {
	ID   string `path:"id"`
	Body struct {
		Note string `json:"note" required:"false" doc:"confidential, for the Centre alone"`
	}
}

func (s *Service) apiTriage(ctx context.Context, a ward.Actor, in *noteIn) error {
	return s.Triage(ctx, a, in.ID, in.Body.Note)
}

func (s *Service) apiReopen(ctx context.Context, a ward.Actor, in *noteIn) error {
	return s.Reopen(ctx, a, in.ID, in.Body.Note)
}

func (s *Service) apiRemark(ctx context.Context, a ward.Actor, in *noteIn) error {
	return s.Remark(ctx, a, in.ID, in.Body.Note)
}

type embargoIn struct {
	ID   string `path:"id"`
	Body struct {
		Embargo time.Time `json:"embargo" doc:"when it is to be published"`
		Note    string    `json:"note" required:"false" doc:"confidential: whom you wrote to, or why the day moves"`
	}
}

func (s *Service) apiCoordinate(ctx context.Context, a ward.Actor, in *embargoIn) error {
	return s.Coordinate(ctx, a, in.ID, in.Body.Embargo, in.Body.Note)
}

func (s *Service) apiPostpone(ctx context.Context, a ward.Actor, in *embargoIn) error {
	return s.Postpone(ctx, a, in.ID, in.Body.Embargo, in.Body.Note)
}

type closeIn struct {
	ID   string `path:"id"`
	Body struct {
		Outcome string `json:"outcome" enum:"no_weakness,duplicate,elsewhere,fixed,no_answer,withdrawn,junk"`
		Note    string `json:"note" required:"false" doc:"confidential"`
	}
}

func (s *Service) apiClose(ctx context.Context, a ward.Actor, in *closeIn) error {
	return s.Close(ctx, a, in.ID, in.Body.Outcome, in.Body.Note)
}

type openOut struct {
	Number       string        `json:"number"`
	Name         string        `json:"name,omitempty"`
	Organisation string        `json:"organisation,omitempty"`
	Email        string        `json:"email,omitempty"`
	Proof        string        `json:"proof,omitempty"`
	Maker        string        `json:"maker,omitempty"`
	Plan         string        `json:"plan,omitempty"`
	Reported     summaryWire   `json:"reported" doc:"the summary as it came"`
	Messages     []messageWire `json:"messages"`
	Files        []fileWire    `json:"files"`
}

func (s *Service) apiOpen(ctx context.Context, a ward.Actor, in *idIn) (*openOut, error) {
	o, err := s.Open(ctx, a, in.ID)
	k := o.Content
	return &openOut{o.Case.Number, k.Name, k.Organisation, k.Email, k.Proof, k.Maker, k.Plan, wireSummary(k.Reported), web.Each(o.Messages, wireMessage),
		web.Each(o.Files, wireFile)}, err
}

type writeIn struct {
	ID   string `path:"id"`
	Body struct {
		Text string `json:"text"`
		Ask  bool   `json:"ask" required:"false" doc:"the case waits for the answer"`
	}
}

func (s *Service) apiWrite(ctx context.Context, a ward.Actor, in *writeIn) error {
	return s.Write(ctx, a, in.ID, in.Body.Text, in.Body.Ask)
}

func (s *Service) apiRelink(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.Relink(ctx, a, in.ID)
}

func (s *Service) apiFile(c *web.Call) error {
	f, data, err := s.Attachment(c.Context(), c.Actor, c.Path("id"), c.Path("file"))
	if err != nil {
		return err
	}
	return WriteFile(c.W, f, data)
}

// WriteFile answers with an attachment in a way that no browser shows: somebody
// unknown made it.
func WriteFile(w http.ResponseWriter, f File, data []byte) error {
	web.Download(w.Header(), f.Name, int64(len(data)))
	_, err := w.Write(data)
	return err
}
