package registry

import (
	"context"

	"ward"
	"ward/kit/web"
)

type idOut struct {
	ID string `json:"id"`
}

// partIn names a part of an organisation: a site or a contact.
type partIn struct {
	Org string `path:"org"`
	ID  string `path:"id"`
}

type addSiteIn struct {
	Org  string `path:"org"`
	Body siteWire
}

func (s *Service) apiAddSite(ctx context.Context, a ward.Actor, in *addSiteIn) (*idOut, error) {
	id, err := s.SaveSite(ctx, a, in.Body.site(in.Org, ""))
	return &idOut{string(id)}, err
}

type setSiteIn struct {
	Org  string `path:"org"`
	ID   string `path:"id"`
	Body siteWire
}

func (s *Service) apiSetSite(ctx context.Context, a ward.Actor, in *setSiteIn) error {
	_, err := s.SaveSite(ctx, a, in.Body.site(in.Org, in.ID))
	return err
}

func (s *Service) apiRemoveSite(ctx context.Context, a ward.Actor, in *partIn) error {
	return s.RemoveSite(ctx, a, ward.OrgID(in.Org), ward.SiteID(in.ID))
}

type servicesIn struct {
	Org  string `path:"org"`
	Body struct {
		Services []careWire `json:"services" maxItems:"200"`
	}
}

func (s *Service) apiServices(ctx context.Context, a ward.Actor, in *servicesIn) error {
	list := web.Each(in.Body.Services, careWire.care)
	return s.SetServices(ctx, a, ward.OrgID(in.Org), list)
}

type addContactIn struct {
	Org  string `path:"org"`
	Body contactWire
}

func (s *Service) apiAddContact(ctx context.Context, a ward.Actor, in *addContactIn) (*idOut, error) {
	id, err := s.SaveContact(ctx, a, in.Body.contact(in.Org, ""))
	return &idOut{id}, err
}

type setContactIn struct {
	Org  string `path:"org"`
	ID   string `path:"id"`
	Body contactWire
}

func (s *Service) apiSetContact(ctx context.Context, a ward.Actor, in *setContactIn) error {
	_, err := s.SaveContact(ctx, a, in.Body.contact(in.Org, in.ID))
	return err
}

func (s *Service) apiRemoveContact(ctx context.Context, a ward.Actor, in *partIn) error {
	return s.RemoveContact(ctx, a, ward.OrgID(in.Org), in.ID)
}

type peopleOut struct {
	People []personWire `json:"people"`
}

func (s *Service) apiPeople(ctx context.Context, a ward.Actor, in *orgIn) (*peopleOut, error) {
	list, err := s.People(ctx, a, ward.OrgID(in.Org))
	return &peopleOut{web.Each(list, wirePerson)}, err
}

type inviteIn struct {
	Org  string `path:"org"`
	Body inviteWire
}

func (s *Service) apiInvite(ctx context.Context, a ward.Actor, in *inviteIn) (*personWire, error) {
	f, err := s.Invite(ctx, a, ward.OrgID(in.Org), in.Body.invitation())
	w := wirePerson(f)
	return &w, err
}

// hatIn names an affiliation; the organisation follows from it.
type hatIn struct {
	Hat string `path:"hat"`
}

func (s *Service) apiPerson(ctx context.Context, a ward.Actor, in *hatIn) (*personWire, error) {
	f, _, err := s.Affiliated(ctx, a, in.Hat)
	w := wirePerson(f)
	return &w, err
}

type roleIn struct {
	Hat  string `path:"hat"`
	Body struct {
		Role  string `json:"role"`
		Title string `json:"title" required:"false"`
	}
}

func (s *Service) apiRole(ctx context.Context, a ward.Actor, in *roleIn) error {
	return s.ChangeRole(ctx, a, in.Hat, ward.Role(in.Body.Role), in.Body.Title)
}

func (s *Service) apiEnd(ctx context.Context, a ward.Actor, in *hatIn) error {
	return s.End(ctx, a, in.Hat)
}

// ownWire is what a person says of himself; the sign-in name is not his to change
// here, as nothing proves yet that the new one is his.
type ownWire struct {
	Name  string `json:"name"`
	Email string `json:"email" readOnly:"true" required:"false"`
	Phone string `json:"phone" required:"false"`
	Lang  string `json:"lang" required:"false"`
	Zone  string `json:"zone" doc:"IANA time zone; empty for the house's own" required:"false"`
}

func (s *Service) apiMyself(ctx context.Context, a ward.Actor, _ *struct{}) (*ownWire, error) {
	p, phone, err := s.Myself(ctx, a)
	return &ownWire{p.Name, p.Email, phone, string(p.Lang), p.Zone}, err
}

type ownIn struct {
	Body ownWire
}

func (s *Service) apiSetMyself(ctx context.Context, a ward.Actor, in *ownIn) error {
	b := in.Body
	return s.UpdateMyself(ctx, a, Own{Name: b.Name, Phone: b.Phone, Lang: ward.Lang(b.Lang), Zone: b.Zone})
}

// wireFault keeps code, key and field of an error; its cause stays in the log.
func wireFaults(rows []Fault) []faultWire {
	out := []faultWire{}
	for _, f := range rows {
		for _, e := range ward.All(f.Err) {
			out = append(out, faultWire{Row: f.Row, Code: string(e.Code), Key: e.Key, Field: e.Field})
		}
	}
	return out
}
