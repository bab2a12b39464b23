package registry

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"ward"
	"ward/base/registry/proof"
	"ward/kit/web"
)

// membershipOperations is the table of coming in, being verified and domains.
func (s *Service) membershipOperations() []web.Operation {
	return []web.Operation{
		web.Op("POST", "/api/v1/requests", web.Public, "Ask to be taken in; gives a receipt", s.apiAsk),
		web.Op("GET", "/api/v1/receipts/{receipt}", web.Public, "Tell what was decided on a request", s.apiFate),
		web.Op("GET", "/api/v1/requests", "org.verify", "List what waits for a decision", s.apiInbox),
		web.Op("GET", "/api/v1/requests/{request}", "org.verify", "Show a request", s.apiRequest),
		web.Op("POST", "/api/v1/requests/{request}/accept", "org.verify", "Register the organisation of a request", s.apiAccept),
		web.Do("POST", "/api/v1/requests/{request}/refuse", "org.verify", "Refuse a request with a reason", s.apiRefuse),
		web.Op("GET", "/api/v1/organisations/{org}/verifications", "org.read", "List the checks of an organisation", s.apiVerifications),
		web.Do("POST", "/api/v1/organisations/{org}/verifications", "org.verify", "Record a check of an organisation", s.apiVerify),
		web.Op("GET", "/api/v1/organisations/{org}/domains", "org.read", "List the domains of an organisation", s.apiDomains),
		web.Op("POST", "/api/v1/organisations/{org}/domains", "org.write", "Add a domain", s.apiAddDomain),
		web.Op("POST", "/api/v1/organisations/{org}/domains/{domain}/check", "org.write", "Look for the proof of a domain now", s.apiCheckDomain),
		web.Do("DELETE", "/api/v1/organisations/{org}/domains/{domain}", "org.write", "Remove a domain", s.apiRemoveDomain),
		web.Op("GET", "/api/v1/visibility", "org.read", "Tell who sees the data of your organisation", s.apiVisibility),
		web.Op("GET", "/api/v1/directory", web.Public, "List CSIRTs and authorities of the Member States", s.apiDirectory),
	}
}

// from keeps the request of an operation that counts its sender.
type from struct{ r *http.Request }

// Resolve implements huma.Resolver.
func (f *from) Resolve(ctx huma.Context) []error {
	f.r, _ = humago.Unwrap(ctx)
	return nil
}

// AskingWire is a request in both directions.
type AskingWire struct {
	Kind     string `json:"kind"`
	Name     string `json:"name" maxLength:"300"`
	Country  string `json:"country"`
	City     string `json:"city" required:"false"`
	Address  string `json:"address" required:"false"`
	Website  string `json:"website" required:"false"`
	Number   string `json:"number" doc:"in the register of its country" required:"false"`
	Evidence string `json:"evidence" doc:"how the authority can check it" maxLength:"2000"`
	Person   string `json:"person"`
	Email    string `json:"email"`
	Phone    string `json:"phone" required:"false"`
	Lang     string `json:"lang" required:"false"`
}

func (w AskingWire) asking() Asking {
	return Asking{Kind: ward.OrgKind(w.Kind), Name: w.Name, Country: ward.Country(w.Country), City: w.City, Address: w.Address, Website: w.Website,
		Number: w.Number, Evidence: w.Evidence, Person: w.Person, Email: w.Email, Phone: w.Phone, Lang: ward.Lang(w.Lang)}
}

type askIn struct {
	from
	Body AskingWire
}

type receiptOut struct {
	Receipt string `json:"receipt" doc:"keep it secret: it shows what was decided"`
}

func (s *Service) apiAsk(ctx context.Context, _ ward.Actor, in *askIn) (*receiptOut, error) {
	receipt, err := s.Ask(ctx, in.Body.asking(), s.ClientOf(in.r))
	return &receiptOut{receipt}, err
}

type receiptIn struct {
	Receipt string `path:"receipt"`
}

type fateOut struct {
	Name    string    `json:"name"`
	State   string    `json:"state" enum:"open,accepted,refused"`
	Created time.Time `json:"created"`
	Decided time.Time `json:"decided,omitzero"`
	Reason  string    `json:"reason,omitempty"`
}

func (s *Service) apiFate(ctx context.Context, _ ward.Actor, in *receiptIn) (*fateOut, error) {
	r, err := s.Fate(ctx, in.Receipt)
	return &fateOut{r.Name, string(r.State), r.Created, r.Decided, r.Reason}, err
}

type requestWire struct {
	ID string `json:"id"`
	AskingWire
	State     string    `json:"state"`
	Created   time.Time `json:"created"`
	Decided   time.Time `json:"decided,omitzero"`
	DecidedBy string    `json:"decided_by,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Org       string    `json:"organisation,omitempty"`
}

func wireRequest(r Request) requestWire {
	return requestWire{r.ID, AskingWire{string(r.Kind), r.Name, string(r.Country), r.City, r.Address, r.Website, r.Number, r.Evidence, r.Person, r.Email,
		r.Phone, string(r.Lang)}, string(r.State), r.Created, r.Decided, r.DecidedBy, r.Reason, string(r.Org)}
}

type verificationWire struct {
	ID           string    `json:"id"`
	Organisation string    `json:"organisation"`
	Name         string    `json:"name"`
	Evidence     string    `json:"evidence"`
	Reason       string    `json:"reason"`
	By           string    `json:"by"`
	Created      time.Time `json:"created"`
	Expires      time.Time `json:"expires" doc:"by then it must be checked again"`
}

func wireVerification(v Verification) verificationWire {
	return verificationWire{v.ID, string(v.Org), v.OrgName, v.Evidence, v.Reason, v.By, v.Created, v.Expires}
}

type inboxOut struct {
	Open    []requestWire      `json:"open"`
	Decided []requestWire      `json:"decided"`
	Due     []verificationWire `json:"due" doc:"organisations to be checked again"`
}

func (s *Service) apiInbox(ctx context.Context, a ward.Actor, _ *struct{}) (*inboxOut, error) {
	in, err := s.Requests(ctx, a)
	return &inboxOut{web.Each(in.Open, wireRequest), web.Each(in.Decided, wireRequest), web.Each(in.Due, wireVerification)}, err
}

type decisionBody struct {
	Evidence string `json:"evidence" doc:"what was looked at" maxLength:"2000"`
	Reason   string `json:"reason" maxLength:"2000"`
	Months   int    `json:"months" doc:"until it must be checked again" minimum:"1" maximum:"60"`
}

type requestIn struct {
	ID string `path:"request"`
}

func (s *Service) apiRequest(ctx context.Context, a ward.Actor, in *requestIn) (*requestWire, error) {
	r, err := s.Request(ctx, a, in.ID)
	w := wireRequest(r)
	return &w, err
}

type acceptIn struct {
	ID   string `path:"request"`
	Body decisionBody
}

func (s *Service) apiAccept(ctx context.Context, a ward.Actor, in *acceptIn) (*personWire, error) {
	f, err := s.Accept(ctx, a, in.ID, in.Body.Evidence, in.Body.Reason, in.Body.Months)
	w := wirePerson(f)
	return &w, err
}

type refuseIn struct {
	ID   string `path:"request"`
	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}

func (s *Service) apiRefuse(ctx context.Context, a ward.Actor, in *refuseIn) error {
	return s.Refuse(ctx, a, in.ID, in.Body.Reason)
}

type verificationsOut struct {
	Verifications []verificationWire `json:"verifications"`
}

func (s *Service) apiVerifications(ctx context.Context, a ward.Actor, in *orgIn) (*verificationsOut, error) {
	_, list, err := s.Verifications(ctx, a, ward.OrgID(in.Org))
	return &verificationsOut{web.Each(list, wireVerification)}, err
}

type verifyIn struct {
	Org  string `path:"org"`
	Body decisionBody
}

func (s *Service) apiVerify(ctx context.Context, a ward.Actor, in *verifyIn) error {
	return s.Verify(ctx, a, ward.OrgID(in.Org), in.Body.Evidence, in.Body.Reason, in.Body.Months)
}

type domainWire struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Token   string    `json:"token" doc:"publish it as TXT record of _ward-proof or in /.well-known/ward-proof.txt"`
	State   string    `json:"state" enum:"open,proved,lapsed"`
	Method  string    `json:"method" enum:",dns,file"`
	Checked time.Time `json:"checked,omitzero"`
	Proved  time.Time `json:"proved,omitzero"`
}

func wireDomain(d proof.Domain) domainWire {
	return domainWire{d.ID, d.Name, d.Token, string(d.State), d.Method, d.Checked, d.Proved}
}

type domainsOut struct {
	Domains []domainWire `json:"domains"`
}

func (s *Service) apiDomains(ctx context.Context, a ward.Actor, in *orgIn) (*domainsOut, error) {
	_, list, err := s.Domains(ctx, a, ward.OrgID(in.Org))
	return &domainsOut{web.Each(list, wireDomain)}, err
}

type addDomainIn struct {
	Org  string `path:"org"`
	Body struct {
		Name string `json:"name" maxLength:"300"`
	}
}

func (s *Service) apiAddDomain(ctx context.Context, a ward.Actor, in *addDomainIn) (*domainWire, error) {
	d, err := s.AddDomain(ctx, a, ward.OrgID(in.Org), in.Body.Name)
	w := wireDomain(d)
	return &w, err
}

type domainIn struct {
	Org    string `path:"org"`
	Domain string `path:"domain"`
}

func (s *Service) apiCheckDomain(ctx context.Context, a ward.Actor, in *domainIn) (*domainWire, error) {
	d, err := s.CheckDomain(ctx, a, ward.OrgID(in.Org), in.Domain)
	w := wireDomain(d)
	return &w, err
}

func (s *Service) apiRemoveDomain(ctx context.Context, a ward.Actor, in *domainIn) error {
	return s.RemoveDomain(ctx, a, ward.OrgID(in.Org), in.Domain)
}
