package registry

import (
	"context"

	"ward"
	"ward/kit/web"
)

// operations is the table of the service: what the pages can do, programs can.
func (s *Service) operations() []web.Operation {
	return []web.Operation{
		web.Op("GET", "/api/v1/organisations", "org.read", "List the organisations that you may see, by name", s.apiList),
		web.Op("POST", "/api/v1/organisations", "org.create", "Register organisations; faulty rows do not stop the others", s.apiRegister),
		web.Op("GET", "/api/v1/organisations/{org}", "org.read", "Show an organisation with sites, services and contacts", s.apiShow),
		web.Do("PUT", "/api/v1/organisations/{org}", "org.write", "Change an organisation's own facts", s.apiUpdate),
		web.Op("POST", "/api/v1/organisations/{org}/sites", "org.write", "Add a site", s.apiAddSite),
		web.Do("PUT", "/api/v1/organisations/{org}/sites/{id}", "org.write", "Change a site", s.apiSetSite),
		web.Do("DELETE", "/api/v1/organisations/{org}/sites/{id}", "org.write", "Remove a site", s.apiRemoveSite),
		web.Do("PUT", "/api/v1/organisations/{org}/services", "org.write", "Replace the clinical services", s.apiServices),
		web.Op("POST", "/api/v1/organisations/{org}/contacts", "person.write", "Add a contact without a login", s.apiAddContact),
		web.Do("PUT", "/api/v1/organisations/{org}/contacts/{id}", "person.write", "Change a contact without a login", s.apiSetContact),
		web.Do("DELETE", "/api/v1/organisations/{org}/contacts/{id}", "person.write", "Remove a contact", s.apiRemoveContact),
		web.Op("GET", "/api/v1/organisations/{org}/people", "person.read", "List the people of an organisation", s.apiPeople),
		web.Op("POST", "/api/v1/organisations/{org}/people", "person.write", "Take a person into an organisation", s.apiInvite),
		web.Op("GET", "/api/v1/people/{hat}", "person.read", "Show one affiliation", s.apiPerson),
		web.Do("PUT", "/api/v1/people/{hat}", "person.write", "Change a person's role and title", s.apiRole),
		web.Do("DELETE", "/api/v1/people/{hat}", "person.write", "End a person's affiliation", s.apiEnd),
		web.Op("GET", "/api/v1/care-services", web.SignedIn, "List the catalogue of care services", s.apiCatalogue),
		web.Op("GET", "/api/v1/me/details", web.SignedIn, "Show your own details", s.apiMyself),
		web.Do("PUT", "/api/v1/me/details", web.SignedIn, "Change your own details", s.apiSetMyself),
		web.Do("PUT", "/api/v1/setup", "system.read", "Name the house and its operator", s.apiSetUp),
	}
}

type orgIn struct {
	Org string `path:"org"`
}

type listIn struct {
	Search  string `query:"search" maxLength:"200" doc:"words of name, city or region"`
	Kind    string `query:"kind"`
	Country string `query:"country"`
	After   string `query:"after" doc:"next of the page before"`
	Before  string `query:"before" doc:"previous of the page after"`
	Limit   int    `query:"limit" minimum:"0" maximum:"500" doc:"rows a page, 0 means 50"`
}

// listOut has a place for the page before and after; a place that is left out
// means that the list ends there.
type listOut struct {
	Organisations []organisationWire `json:"organisations"`
	Previous      string             `json:"previous,omitempty"`
	Next          string             `json:"next,omitempty"`
}

func (s *Service) apiList(ctx context.Context, a ward.Actor, in *listIn) (*listOut, error) {
	p, err := s.List(ctx, a, Filter{Search: in.Search, Kind: ward.OrgKind(in.Kind), Country: ward.Country(in.Country),
		After: in.After, Before: in.Before, Limit: in.Limit})
	return &listOut{Organisations: web.Each(p.Rows, wireOrganisation), Previous: p.Previous, Next: p.Next}, err
}

// newWire has the shape in which an organisation is shown.
type newWire struct {
	Organisation organisationWire `json:"organisation"`
	Sites        []siteWire       `json:"sites" required:"false"`
	Services     []careWire       `json:"services" required:"false"`
	Contacts     []contactWire    `json:"contacts" required:"false"`
}

func (n newWire) organisation() NewOrganisation {
	return NewOrganisation{Details: n.Organisation.details(), Source: oneLine(n.Organisation.Source), SourceKey: oneLine(n.Organisation.SourceKey),
		Services: web.Each(n.Services, careWire.care), Sites: web.Each(n.Sites, func(w siteWire) Site { return w.site("", "") }),
		Contacts: web.Each(n.Contacts, func(w contactWire) ward.Contact { return w.contact("", "") })}
}

type registerIn struct {
	Body struct {
		Organisations []newWire `json:"organisations" minItems:"1" maxItems:"2000"`
	}
}

type registerOut struct {
	IDs    []string    `json:"ids" doc:"one a row; empty for a row with a fault"`
	New    int         `json:"new"`
	Faults []faultWire `json:"faults"`
}

// faultWire is one fault of a row that was not registered, by code and message key.
type faultWire struct {
	Row   int    `json:"row" doc:"from 0"`
	Code  string `json:"code"`
	Key   string `json:"key"`
	Field string `json:"field,omitempty"`
}

func (s *Service) apiRegister(ctx context.Context, a ward.Actor, in *registerIn) (*registerOut, error) {
	r, err := s.Register(ctx, a, web.Each(in.Body.Organisations, newWire.organisation))
	if err != nil {
		return nil, err
	}
	out := &registerOut{IDs: web.Each(r.IDs, func(id ward.OrgID) string { return string(id) }), New: r.New, Faults: wireFaults(r.Faults)}
	switch rows := len(in.Body.Organisations); {
	case rows == 1 && len(r.Faults) == 1: // one row: its fault is the answer
		return nil, r.Faults[0].Err
	case rows > 0 && len(r.Faults) == rows:
		return nil, &web.Refused{Err: r.Faults[0].Err, Outcome: out}
	}
	return out, nil
}

type showOut struct {
	Organisation organisationWire `json:"organisation"`
	Sites        []siteWire       `json:"sites"`
	Services     []careWire       `json:"services"`
	Contacts     []contactWire    `json:"contacts"`
	Gaps         []string         `json:"gaps" doc:"what the profile still lacks"`
}

func (s *Service) apiShow(ctx context.Context, a ward.Actor, in *orgIn) (*showOut, error) {
	v, err := s.Show(ctx, a, ward.OrgID(in.Org))
	if err != nil {
		return nil, err
	}
	return &showOut{Organisation: wireOrganisation(v.Profile), Sites: web.Each(v.Sites, wireSite), Contacts: web.Each(v.Contacts, wireContact),
		Services: web.Each(v.Services, func(c OwnService) careWire { return careWire{c.Code, c.Own} }),
		Gaps:     web.Each(Gaps(v), func(g Gap) string { return string(g) })}, nil
}

type updateIn struct {
	Org  string `path:"org"`
	Body organisationWire
}

func (s *Service) apiUpdate(ctx context.Context, a ward.Actor, in *updateIn) error {
	return s.Update(ctx, a, ward.OrgID(in.Org), in.Body.Version, in.Body.details())
}

type setUpIn struct {
	Body struct {
		Kind    string `json:"kind"`
		Name    string `json:"name"`
		Country string `json:"country" required:"false"`
		City    string `json:"city" required:"false"`
		Person  string `json:"person" doc:"the operator's name"`
		Email   string `json:"email" doc:"the operator's sign-in name"`
	}
}

func (s *Service) apiSetUp(ctx context.Context, a ward.Actor, in *setUpIn) error {
	b := in.Body
	return s.SetUp(ctx, a, Setup{Kind: ward.OrgKind(b.Kind), Name: b.Name, Country: ward.Country(b.Country), City: b.City, Person: b.Person, Email: b.Email})
}

type careServiceWire struct {
	Code   string `json:"code"`
	Group  string `json:"group"`
	Outage int64  `json:"outage_minutes"`
}

type catalogueOut struct {
	Source   string            `json:"source"`
	Version  string            `json:"version"`
	Services []careServiceWire `json:"services"`
}

// apiCatalogue is the same for everybody and needs no right but to be signed in.
func (s *Service) apiCatalogue(context.Context, ward.Actor, *struct{}) (*catalogueOut, error) {
	c := s.catalogue
	return &catalogueOut{c.Source, c.Version, web.Each(c.Services, func(x CareService) careServiceWire { return careServiceWire(x) })}, nil
}
