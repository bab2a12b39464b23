package incident

import (
	"context"
	"time"

	"ward"
	"ward/format/rule"
	"ward/kit/web"
)

// operations is the table of the service: what the pages can do, programs can.
func (s *Service) operations() []web.Operation {
	const own, team = "/api/v1/incidents/{id}", "/api/v1/incident-queue/{id}"
	return append(s.outsideOperations(), []web.Operation{
		web.Op("GET", "/api/v1/incidents", permRead, "List the incident reports of your organisation", s.apiOwn),
		web.Op("POST", "/api/v1/incidents", permWrite, "Begin a report; nothing leaves", s.apiBegin),
		web.Op("GET", own, permRead, "Show a report with its clocks and the reasons of its significance", s.apiGet),
		web.Op("PUT", own+"/answers", permWrite, "Store answers; 409 when somebody answered the same otherwise", s.apiSave),
		web.Do("DELETE", own, permWrite, "Delete a draft of which nothing was sent, with its files", s.apiDrop),
		web.Op("POST", own+"/send", permWrite, "Send a stage to its receivers", s.apiSend),
		web.Op("GET", own+"/sendings/{sending}", permRead, "Show what was sent, in the open form ward.incident/1", s.apiDocument),
		web.Do("POST", own+"/deliveries/{delivery}", permWrite, "Write down that a person brought a document to its receiver", s.apiCarried),
		web.Do("POST", own+"/duties/{duty}", permWrite, "Write down that people or partners were told", s.apiFulfilled),
		web.Op("GET", own+"/messages", permRead, "Show the talk with the response team", s.apiTalk),
		web.Do("POST", own+"/messages", permWrite, "Write to the response team", s.apiReply),
		web.Op("GET", own+"/log", permRead, "Show history and who of outside read the report", s.apiTrail),
		web.Op("GET", "/api/v1/incident-queue", permHandle, "List what was reported in your country, the most urgent first", s.apiQueue),
		web.Op("GET", team, permHandle, "Open a report; the hospital sees that you did", s.apiReceive),
		web.Do("POST", team+"/acknowledge", permHandle, "Tell the hospital that the report was read", s.apiAcknowledge),
		web.Do("POST", team+"/messages", permHandle, "Write to the hospital", s.apiWrite),
		web.Do("POST", team+"/ask", permHandle, "Ask for an intermediate report", s.apiAsk),
		web.Do("POST", team+"/close", permHandle, "Close a report", s.apiClose),
		web.Do("POST", team+"/reopen", permHandle, "Take a closed report up again", s.apiReopen),
	}...)
}

type idIn struct {
	ID string `path:"id"`
}

type listOut struct {
	Reports []LineWire `json:"reports"`
	More    bool       `json:"more,omitempty" doc:"of the queue: it goes on behind 200 more"`
}

type queueIn struct {
	Skip int `query:"skip" minimum:"0" maximum:"1000000" doc:"200 for the second page, and so on"`
}

func (s *Service) apiOwn(ctx context.Context, a ward.Actor, _ *struct{}) (*listOut, error) {
	list, err := s.Own(ctx, a)
	return &listOut{Reports: web.Each(list, wireLine)}, err
}

func (s *Service) apiQueue(ctx context.Context, a ward.Actor, in *queueIn) (*listOut, error) {
	list, more, err := s.Queue(ctx, a, in.Skip)
	return &listOut{web.Each(list, wireLine), more}, err
}

type beginReportIn struct {
	Body struct {
		ID      string       `json:"id,omitempty" doc:"your own UUID: the same twice opens one report"`
		Reason  Reason       `json:"reporting_reason" enum:"significant,near_miss,threat,voluntary"`
		Answers []AnswerWire `json:"answers,omitempty" maxItems:"200"`
	}
}

func (s *Service) apiBegin(ctx context.Context, a ward.Actor, in *beginReportIn) (*viewWire, error) {
	answers, err := s.cat.Read(in.Body.Answers)
	if err != nil {
		return nil, err
	}
	r, err := s.Begin(ctx, a, Start{in.Body.ID, in.Body.Reason, answers})
	if err != nil {
		return nil, err
	}
	return s.shown(ctx, a, r.ID)
}

func (s *Service) apiGet(ctx context.Context, a ward.Actor, in *idIn) (*viewWire, error) {
	return s.shown(ctx, a, in.ID)
}

func (s *Service) shown(ctx context.Context, a ward.Actor, id string) (*viewWire, error) {
	v, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	w := s.wireView(v)
	return &w, nil
}

type answersIn struct {
	ID   string `path:"id"`
	Body struct {
		Version int64        `json:"version" doc:"of the report that you saw"`
		Answers []AnswerWire `json:"answers" maxItems:"200"`
		Because string       `json:"because,omitempty" doc:"why the time of awareness changes"`
	}
}

func (s *Service) apiSave(ctx context.Context, a ward.Actor, in *answersIn) (*viewWire, error) {
	answers, err := s.cat.Read(in.Body.Answers)
	if err != nil {
		return nil, err
	}
	if _, _, err := s.Save(ctx, a, Page{Report: in.ID, Seen: in.Body.Version, Answers: answers, Because: in.Body.Because}); err != nil {
		return nil, err
	}
	return s.shown(ctx, a, in.ID)
}

type dropDraftIn struct {
	ID      string `path:"id"`
	Version int64  `query:"version" doc:"of the report that you saw"`
}

func (s *Service) apiDrop(ctx context.Context, a ward.Actor, in *dropDraftIn) error {
	return s.Drop(ctx, a, in.ID, in.Version)
}

type sendStageIn struct {
	ID   string `path:"id"`
	Body struct {
		Version int64      `json:"version" doc:"of the answers that you checked"`
		Stage   rule.Stage `json:"stage" enum:"early,notification,intermediate,progress,final"`
		Request string     `json:"request,omitempty" doc:"your own UUID: the same twice is sent once, and answered alike"`
	}
}

func (s *Service) apiSend(ctx context.Context, a ward.Actor, in *sendStageIn) (*sendingWire, error) {
	x, err := s.Send(ctx, a, in.ID, Dispatch{in.Body.Request, in.Body.Version, in.Body.Stage})
	w := wireSending(x)
	return &w, err
}

type sendingIn struct {
	ID      string `path:"id"`
	Sending string `path:"sending"`
	To      string `query:"to" doc:"a delivery: the copy of its receiver"`
}

func (s *Service) apiDocument(ctx context.Context, a ward.Actor, in *sendingIn) (*documentWire, error) {
	d, err := s.Copy(ctx, a, in.ID, in.Sending, in.To)
	if err != nil {
		return nil, err
	}
	w := d.wire()
	return &w, nil
}

type deliveryIn struct {
	ID       string `path:"id"`
	Delivery string `path:"delivery"`
}

func (s *Service) apiCarried(ctx context.Context, a ward.Actor, in *deliveryIn) error {
	return s.Carried(ctx, a, in.ID, in.Delivery)
}

type dutyIn struct {
	ID   string `path:"id"`
	Duty string `path:"duty"`
}

func (s *Service) apiFulfilled(ctx context.Context, a ward.Actor, in *dutyIn) error {
	return s.Fulfilled(ctx, a, in.ID, in.Duty)
}

type talkOut struct {
	Messages []messageWire `json:"messages"`
}

func (s *Service) apiTalk(ctx context.Context, a ward.Actor, in *idIn) (*talkOut, error) {
	_, list, err := s.Messages(ctx, a, in.ID)
	return &talkOut{web.Each(list, wireMessage)}, err
}

type reportWordsIn struct {
	ID   string `path:"id"`
	Body struct {
		Text string `json:"text"`
		Asks bool   `json:"asks,omitempty" doc:"you wait for an answer"`
	}
}

func (s *Service) apiReply(ctx context.Context, a ward.Actor, in *reportWordsIn) error {
	return s.Reply(ctx, a, in.ID, in.Body.Text)
}

func (s *Service) apiWrite(ctx context.Context, a ward.Actor, in *reportWordsIn) error {
	return s.Write(ctx, a, in.ID, in.Body.Text, in.Body.Asks)
}

type trailOut struct {
	History []entryWire `json:"history"`
	Reads   []readWire  `json:"reads"`
}

func (s *Service) apiTrail(ctx context.Context, a ward.Actor, in *idIn) (*trailOut, error) {
	t, err := s.Trail(ctx, a, in.ID)
	return &trailOut{web.Each(t.Entries, wireEntry), web.Each(t.Reads, wireRead)}, err
}

type receivedOut struct {
	LineWire
	AnswerBy *time.Time    `json:"answer_by,omitempty" doc:"end of your own clock (NIS2 Art. 23(5))"`
	Document documentWire  `json:"document"`
	Messages []messageWire `json:"messages"`
}

func (s *Service) apiReceive(ctx context.Context, a ward.Actor, in *idIn) (*receivedOut, error) {
	o, err := s.Receive(ctx, a, in.ID)
	if err != nil {
		return nil, err
	}
	return &receivedOut{wireLine(Line{Report: o.Report, Care: hitsCare(o.Answers)}), web.Moment(o.AnswerBy), o.Document.wire(), web.Each(o.Messages, wireMessage)}, nil
}

func (s *Service) apiAcknowledge(ctx context.Context, a ward.Actor, in *idIn) error {
	_, err := s.Acknowledge(ctx, a, in.ID)
	return err
}

func (s *Service) apiClose(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.Close(ctx, a, in.ID)
}

func (s *Service) apiReopen(ctx context.Context, a ward.Actor, in *idIn) error {
	return s.Reopen(ctx, a, in.ID)
}

type askReportIn struct {
	ID   string `path:"id"`
	Body struct {
		Until time.Time `json:"until"`
	}
}

func (s *Service) apiAsk(ctx context.Context, a ward.Actor, in *askReportIn) error {
	return s.Ask(ctx, a, in.ID, in.Body.Until)
}
