package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"ward"
	"ward/format/notice"
	"ward/format/rule"
	"ward/kit/web"
	"ward/respond/incident"
)

// Operations is the table of the API.
func (s *Service) Operations() []web.Operation {
	const intake = "/api/v1/incident-intake"
	return []web.Operation{
		web.Stream("POST", intake, permHandle, "Take over a report that reached you otherwise, in the open form ward.incident/1; the same twice is one; query: organisation (id), received (time), unconfirmed=true",
			"application/json", notice.MaxDocument+1, s.apiDocument).Takes("organisation", "received", "unconfirmed"),
		web.Stream("POST", intake+"/table", permHandle, "Take over a table (CSV or XLSX) with one report in each row, all or none; query: name, dry_run=true", "application/json", notice.MaxTable+1, s.apiTable).Takes("name", "dry_run"),
		web.Op("POST", intake+"/letter", permHandle, "Find in the text of a letter what it may say; nothing is stored", s.apiLetter),
		web.Op("POST", intake+"/letter/enter", permHandle, "Take over a letter with the answers that a person confirmed", s.apiEnter),
		web.Op("GET", "/api/v1/incident-queue/{id}/original", permHandle, "Show how a report reached you, letters as they came; the hospital sees that you did", s.apiOriginal),
	}
}

func answer(c *web.Call, v any) error {
	c.W.Header().Set("Content-Type", "application/json")
	return ward.Wrap("write", json.NewEncoder(c.W).Encode(v))
}

// body reads what was sent, up to a byte more than is taken: the reader says that
// it is too large.
func body(c *web.Call, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(c.R.Body, limit+1))
	return data, ward.Wrap("read body", err)
}

type resultWire struct {
	Report string `json:"report,omitempty" doc:"its id here"`
	Number string `json:"number,omitempty"`
	Known  bool   `json:"known" doc:"it was here before"`
}

func (s *Service) apiDocument(c *web.Call) error {
	how := How{Org: ward.OrgID(c.Query("organisation")), Unsure: c.Query("unconfirmed") == "true"}
	if at := c.Query("received"); at != "" {
		var err error
		if how.Received, err = time.Parse(time.RFC3339, at); err != nil {
			return ward.Fail(ward.Invalid, "incident.error.time").At("received")
		}
	}
	data, err := body(c, notice.MaxDocument)
	if err != nil {
		return err
	}
	out, err := s.TakeDocument(c.Context(), c.Actor, data, how)
	if err != nil {
		return err
	}
	return answer(c, resultWire(out))
}

type faultWire struct {
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	Why    string `json:"why"`
}

type rowWire struct {
	Line         int        `json:"line"`
	Organisation string     `json:"organisation"`
	Registered   bool       `json:"registered"`
	Stage        rule.Stage `json:"stage"`
	resultWire
}

type tableWire struct {
	Stored  bool        `json:"stored"`
	Rows    []rowWire   `json:"rows"`
	Faults  []faultWire `json:"faults" doc:"nothing is stored as long as there is one"`
	Foreign []string    `json:"columns_not_read"`
}

func (s *Service) apiTable(c *web.Call) error {
	data, err := body(c, notice.MaxTable)
	if err != nil {
		return err
	}
	take := s.TakeTable
	if c.Query("dry_run") == "true" {
		take = s.ReadTable
	}
	t, refused := take(c.Context(), c.Actor, c.Query("name"), data)
	if refused != nil && (ward.CodeOf(refused) != ward.Invalid || len(t.Rows) == 0) {
		return refused
	}
	out := tableWire{Stored: t.Stored, Rows: []rowWire{}, Faults: []faultWire{}, Foreign: append([]string{}, append(t.Foreign, t.Twice...)...)}
	for _, r := range t.Rows {
		out.Rows = append(out.Rows, rowWire{r.Line, r.Organisation, r.Registered, r.Stage, resultWire(r.Result)})
	}
	for _, f := range t.Faults() {
		out.Faults = append(out.Faults, faultWire{f.Line, f.Column, s.Words(c.Actor.Lang, f.Err)})
	}
	if refused != nil {
		return &web.Refused{Err: refused, Outcome: out}
	}
	return answer(c, out)
}

// Words says a fault in a language.
func (s *Service) Words(lang ward.Lang, err error) string {
	var e *ward.Error
	if !errors.As(err, &e) {
		return ""
	}
	return s.cfg.Reports.Printer(lang).Error(e).String()
}

type letterIn struct {
	Body struct {
		Text string `json:"text"`
	}
}

type foundWire struct {
	ID   ward.OrgID `json:"id"`
	Name string     `json:"name"`
}

type proposalWire struct {
	Name      string                `json:"organisation,omitempty"`
	Hospitals []foundWire           `json:"hospitals" doc:"of the registry"`
	Times     []time.Time           `json:"times"`
	Phones    []string              `json:"phones"`
	Sees      []notice.See          `json:"sees" doc:"files, intruder, down, mail, leak, unsure"`
	Answers   []incident.AnswerWire `json:"answers" doc:"proposals; nothing is decided"`
	Known     resultWire            `json:"known"`
}

func (s *Service) apiLetter(ctx context.Context, a ward.Actor, in *letterIn) (*proposalWire, error) {
	p, err := s.ReadLetter(ctx, a, in.Body.Text)
	if err != nil {
		return nil, err
	}
	out := &proposalWire{Name: p.Name, Hospitals: []foundWire{}, Times: []time.Time{}, Phones: append([]string{}, p.Phones...), Sees: append([]notice.See{}, p.Sees...),
		Answers: s.cfg.Reports.Catalogue().Wire(p.Answers), Known: resultWire(p.Known)}
	for _, h := range p.Hospitals {
		out.Hospitals = append(out.Hospitals, foundWire{h.ID, h.Name})
	}
	for _, m := range p.Moments {
		out.Times = append(out.Times, m.At)
	}
	return out, nil
}

type enterIn struct {
	Body struct {
		Text         string                `json:"text" doc:"as it came"`
		ID           ward.OrgID            `json:"organisation_id,omitempty"`
		Organisation string                `json:"organisation,omitempty" doc:"in words, when the registry does not have it"`
		Reference    string                `json:"reference,omitempty" doc:"the sender's own number"`
		Sure         bool                  `json:"confirmed,omitempty" doc:"you know that it is the organisation's"`
		Reason       incident.Reason       `json:"reporting_reason" enum:"significant,near_miss,threat,voluntary"`
		Stage        rule.Stage            `json:"stage,omitempty" enum:"early,notification,intermediate,progress,final"`
		Received     time.Time             `json:"received,omitempty" doc:"when it reached you; now without it"`
		Answers      []incident.AnswerWire `json:"answers" maxItems:"200"`
	}
}

func (s *Service) apiEnter(ctx context.Context, a ward.Actor, in *enterIn) (*resultWire, error) {
	b := in.Body
	answers, err := s.cfg.Reports.Catalogue().Read(b.Answers)
	out, err := s.TakeLetter(ctx, a, Letter{b.Text, b.ID, b.Organisation, b.Reference, b.Sure, b.Reason, b.Stage, b.Received, answers, err})
	w := resultWire(out)
	return &w, err
}

type originalIn struct {
	ID string `path:"id"`
}

type cameWire struct {
	Stage     rule.Stage `json:"stage"`
	Reference string     `json:"reference,omitempty"`
	Received  time.Time  `json:"received"`
	Entered   time.Time  `json:"entered"`
	By        string     `json:"entered_by"`
	Text      string     `json:"text,omitempty" doc:"of a letter"`
}

type originalOut struct {
	Came []cameWire `json:"came"`
}

func (s *Service) apiOriginal(ctx context.Context, a ward.Actor, in *originalIn) (*originalOut, error) {
	list, err := s.Original(ctx, a, in.ID)
	out := &originalOut{Came: []cameWire{}}
	for _, c := range list {
		out.Came = append(out.Came, cameWire{c.Stage, c.Reference, c.Received.UTC(), c.Entered.UTC(), c.By, c.Text})
	}
	return out, err
}
