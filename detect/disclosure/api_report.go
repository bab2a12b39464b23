package disclosure

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"ward"
	"ward/format/plain"
	"ward/kit/web"
)

// reporting are the operations of those who report: without an account, and of
// a maker who is signed in.
func (s *Service) reporting() []web.Operation {
	const link, own = "/api/v1/reports/{secret}", "/api/v1/maker-reports"
	return []web.Operation{
		web.Op("POST", "/api/v1/reports", web.Public, "Report a weakness without an account; gives the number of the case and its secret", s.apiReport),
		web.Op("GET", link, web.Public, "Show your case", s.apiFollow),
		web.Do("POST", link+"/messages", web.Public, "Write in your case", s.apiSay),
		web.Stream("POST", link+"/files", web.Public, "Attach a file to your case, its name in ?name=, a text without one", "", MaxFile+1, s.apiAttach).Takes("name"),
		web.Op("GET", own, permReport, "List the reports of your organisation", s.apiOwn),
		web.Op("POST", own, permReport, "Report a weakness in a product of your organisation", s.apiReportOwn),
		web.Op("GET", own+"/{id}", permReport, "Show a report of your organisation", s.apiFollowOwn),
		web.Do("POST", own+"/{id}/messages", permReport, "Write in a report of your organisation", s.apiSayOwn),
		web.Stream("POST", own+"/{id}/files", permReport, "Attach a file to a report of your organisation, its name in ?name=, a text without one", "", MaxFile+1, s.apiAttach).Takes("name"),
	}
}

// from keeps the request of an operation that counts its sender.
type from struct{ r *http.Request }

// Resolve implements huma.Resolver.
func (f *from) Resolve(ctx huma.Context) []error {
	f.r, _ = humago.Unwrap(ctx)
	return nil
}

type reportIn struct {
	from
	Body reportWire
}

type receiptOut struct {
	ID     string `json:"id,omitempty" doc:"of a report of your organisation"`
	Number string `json:"number"`
	Secret string `json:"secret" doc:"keep it: it is shown this once and is the only way to your case"`
	URL    string `json:"url" doc:"of the page of your case"`
}

func (s *Service) apiReport(ctx context.Context, _ ward.Actor, in *reportIn) (*receiptOut, error) {
	r, err := s.Receive(ctx, in.Body.report(), s.cfg.Client(in.r))
	return &receiptOut{"", r.Number, r.Secret, s.cfg.URL + r.Path()}, err
}

func (s *Service) apiReportOwn(ctx context.Context, a ward.Actor, in *reportIn) (*receiptOut, error) {
	r, err := s.ReceiveFrom(ctx, a, in.Body.report())
	return &receiptOut{r.ID, r.Number, r.Secret, s.cfg.URL + r.Path()}, err
}

type secretIn struct {
	Secret string `path:"secret"`
}

func (s *Service) apiFollow(ctx context.Context, _ ward.Actor, in *secretIn) (*followedWire, error) {
	return s.followed(ctx, BySecret(in.Secret))
}

func (s *Service) apiFollowOwn(ctx context.Context, a ward.Actor, in *idIn) (*followedWire, error) {
	return s.followed(ctx, ByMaker(a, in.ID))
}

func (s *Service) followed(ctx context.Context, k Key) (*followedWire, error) {
	f, err := s.Follow(ctx, k)
	out := wireFollowed(f)
	return &out, err
}

type sayBody struct {
	Text string `json:"text"`
}

type sayIn struct {
	from
	Secret string `path:"secret"`
	Body   sayBody
}

func (s *Service) apiSay(ctx context.Context, _ ward.Actor, in *sayIn) error {
	return s.Say(ctx, BySecret(in.Secret), in.Body.Text, nil, s.cfg.Client(in.r))
}

type sayOwnIn struct {
	from
	ID   string `path:"id"`
	Body sayBody
}

func (s *Service) apiSayOwn(ctx context.Context, a ward.Actor, in *sayOwnIn) error {
	return s.Say(ctx, ByMaker(a, in.ID), in.Body.Text, nil, s.cfg.Client(in.r))
}

type ownOut struct {
	Reports []CaseWire `json:"reports"`
}

func (s *Service) apiOwn(ctx context.Context, a ward.Actor, _ *struct{}) (*ownOut, error) {
	list, err := s.Own(ctx, a)
	return &ownOut{web.Each(list, func(c Case) CaseWire {
		w := wireCase(c)
		w.Assignee, w.Due, w.Step = "", nil, ""
		return w
	})}, err
}

// apiAttach takes the bytes of one file.
func (s *Service) apiAttach(c *web.Call) error {
	leave, err := s.Enter(c.W, c.R)
	if err != nil {
		return err
	}
	defer leave()
	k := BySecret(c.Path("secret"))
	if id := c.Path("id"); id != "" {
		k = ByMaker(c.Actor, id)
	}
	if _, err := s.Follow(c.Context(), k); err != nil { // before the body is read
		return err
	}
	data, err := io.ReadAll(c.R.Body)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return invalid("file_large", "file", "name", plain.FileName(c.Query("name")), "max", strconv.Itoa(MaxFile>>20))
	}
	if err != nil {
		return ward.Fail(ward.Invalid, "disclosure.error.cut").Because(err)
	}
	name := c.Query("name")
	if name == "" {
		name = "file.txt"
	}
	if err := s.Say(c.Context(), k, "", []Upload{{Name: name, Data: data}}, s.cfg.Client(c.R)); err != nil {
		return err
	}
	c.W.WriteHeader(http.StatusNoContent)
	return nil
}
