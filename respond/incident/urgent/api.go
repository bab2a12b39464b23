package urgent

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"ward"
	"ward/kit/web"
	"ward/respond/incident"
)

// Operations is the table of the API.
func (s *Service) Operations() []web.Operation {
	const cards = "/api/v1/incident-cards"
	return []web.Operation{
		web.Op("GET", cards, permCard, "List the printed cards of your hospital, by whose code people report without an account", s.apiCards),
		web.Op("POST", cards, permCard, "Make a card; its code is given this once", s.apiPrint),
		web.Do("DELETE", cards+"/{card}", permCard, "Make a card void", s.apiRevoke),
		web.Op("POST", "/api/v1/urgent-reports", web.Public, "Report an incident without an account, by the code of a card or with a number to call back", s.apiFile),
		web.Op("GET", "/api/v1/urgent-reports/{secret}", web.Public, "Show what became of a report that you made without an account", s.apiSent),
	}
}

type cardWire struct {
	ID      string     `json:"id"`
	Place   string     `json:"place"`
	By      string     `json:"printed_by"`
	Created time.Time  `json:"created"`
	Expires time.Time  `json:"expires"`
	Revoked *time.Time `json:"revoked,omitempty"`
	Used    int        `json:"reports" doc:"made with it"`
	Last    *time.Time `json:"last_report,omitempty"`
	Code    string     `json:"code,omitempty" doc:"given once, when the card is made"`
}

func wireCard(c Card, code string) cardWire {
	return cardWire{c.ID, c.Place, c.By, c.Created.UTC(), c.Expires.UTC(), web.Moment(c.Revoked), c.Used, web.Moment(c.Last), code}
}

type cardsOut struct {
	Cards []cardWire `json:"cards"`
}

func (s *Service) apiCards(ctx context.Context, a ward.Actor, _ *struct{}) (*cardsOut, error) {
	list, err := s.Cards(ctx, a)
	out := &cardsOut{Cards: []cardWire{}}
	for _, c := range list {
		out.Cards = append(out.Cards, wireCard(c, ""))
	}
	return out, err
}

type printCardIn struct {
	Body struct {
		Place string `json:"place" doc:"where it hangs" maxLength:"400"`
	}
}

func (s *Service) apiPrint(ctx context.Context, a ward.Actor, in *printCardIn) (*cardWire, error) {
	p, err := s.Print(ctx, a, in.Body.Place)
	if err != nil {
		return nil, err
	}
	w := wireCard(p.Card, p.Code)
	return &w, nil
}

type cardIn struct {
	Card string `path:"card"`
}

func (s *Service) apiRevoke(ctx context.Context, a ward.Actor, in *cardIn) error {
	return s.Revoke(ctx, a, in.Card)
}

// from keeps the request of an operation that counts its sender.
type from struct{ r *http.Request }

// Resolve implements huma.Resolver.
func (f *from) Resolve(ctx huma.Context) []error {
	f.r, _ = humago.Unwrap(ctx)
	return nil
}

type urgentIn struct {
	from
	Body struct {
		Form     string                `json:"form,omitempty" doc:"your own random text: the same twice is one report" maxLength:"64"`
		Code     string                `json:"code,omitempty" doc:"of a printed card" maxLength:"64"`
		Hospital string                `json:"hospital,omitempty" doc:"its name, when there is no card" maxLength:"800"`
		Country  ward.Country          `json:"country,omitempty" doc:"of the hospital, when there is no card"`
		Answers  []incident.AnswerWire `json:"answers" maxItems:"50"`
	}
}

type urgentOut struct {
	Secret string `json:"secret" doc:"keep it: it shows what became of your report"`
	URL    string `json:"url" doc:"of the page that shows it"`
}

func (s *Service) apiFile(ctx context.Context, _ ward.Actor, in *urgentIn) (*urgentOut, error) {
	b := in.Body
	answers, err := s.cfg.Reports.Catalogue().Read(b.Answers)
	if err != nil {
		return nil, err
	}
	secret, err := s.File(ctx, Filing{b.Form, b.Code, b.Hospital, b.Country, answers}, s.cfg.Client(in.r))
	return &urgentOut{secret, s.cfg.URL + Path(secret)}, err
}

// Path is the page of a report that was made without an account.
func Path(secret string) string { return "/help/report/sent/" + secret }

type urgentSentIn struct {
	Secret string `path:"secret"`
}

type sentOut struct {
	Number string         `json:"number"`
	Sent   time.Time      `json:"sent"`
	Trust  incident.Trust `json:"trust" doc:"unconfirmed, confirmed, disowned"`
}

func (s *Service) apiSent(ctx context.Context, a ward.Actor, in *urgentSentIn) (*sentOut, error) {
	v, err := s.Sent(ctx, in.Secret, a.Lang)
	return &sentOut{v.Number, v.First.UTC(), v.Trust}, err
}
