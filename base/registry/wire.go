package registry

import (
	"time"

	"ward"
)

// The shapes of the API, apart from the types of the house: a field here stays
// for as long as the API has its number.

// factsWire says null for what is not known; zero is a figure.
type factsWire struct {
	Beds      *int64 `json:"beds" doc:"hospital beds; null is unknown" required:"false"`
	Headcount *int64 `json:"headcount" doc:"annual work units; null is unknown" required:"false"`
	Turnover  *int64 `json:"turnover" doc:"euro a year; null is unknown" required:"false"`
	Balance   *int64 `json:"balance" doc:"balance sheet total in euro; null is unknown" required:"false"`
}

// organisationWire is sent and received in one shape; what only the house sets
// is read-only.
type organisationWire struct {
	ID        string    `json:"id" readOnly:"true" required:"false"`
	Kind      string    `json:"kind" doc:"hospital, practice, lab, care, ambulance, pharmacy, maker, csirt, authority, centre, other"`
	Name      string    `json:"name" maxLength:"300"`
	Country   string    `json:"country" doc:"ISO 3166-1 alpha-2 of a Member State; empty for the Centre only" required:"false"`
	Region    string    `json:"region" required:"false"`
	City      string    `json:"city" required:"false"`
	Address   string    `json:"address" required:"false"`
	Website   string    `json:"website" required:"false"`
	Legal     string    `json:"legal" doc:"private, public_body, central, regional, local or empty" required:"false"`
	Facts     factsWire `json:"facts" required:"false"`
	Critical  bool      `json:"critical_entity" doc:"designated under Directive (EU) 2022/2557" required:"false"`
	Maker     bool      `json:"makes_digital_products" doc:"sells software or devices of its own: Regulation (EU) 2024/2847" required:"false"`
	Size      string    `json:"size" doc:"micro, small, medium, large after Rec. 2003/361/EC; empty when a deciding figure is missing" readOnly:"true" required:"false"`
	Source    string    `json:"source" doc:"register that the record comes from" required:"false"`
	SourceKey string    `json:"source_key" doc:"its key there; registering it again changes nothing" required:"false"`
	Version   int64     `json:"version" doc:"send back with a change the one that you read" required:"false"`
	Updated   time.Time `json:"updated" readOnly:"true" required:"false"`
}

func (o organisationWire) details() Details {
	return Details{Kind: ward.OrgKind(o.Kind), Name: o.Name, Country: ward.Country(o.Country), Region: o.Region, City: o.City,
		Address: o.Address, Website: o.Website, Legal: Legal(o.Legal), Facts: Facts(o.Facts), Critical: o.Critical, Maker: o.Maker}
}

func wireOrganisation(p Profile) organisationWire {
	return organisationWire{ID: string(p.ID), Kind: string(p.Kind), Name: p.Name, Country: string(p.Country), Region: p.Region, City: p.City,
		Address: p.Address, Website: p.Website, Legal: string(p.Legal), Facts: factsWire(p.Facts), Critical: p.Critical, Maker: p.Maker, Size: string(p.Size()),
		Source: p.Source, SourceKey: p.SourceKey, Version: p.Version, Updated: p.Updated}
}

// siteWire is a site in both directions.
type siteWire struct {
	ID      string `json:"id" readOnly:"true" required:"false"`
	Name    string `json:"name"`
	Address string `json:"address" required:"false"`
	City    string `json:"city" required:"false"`
	Phone   string `json:"phone" required:"false"`
}

func (s siteWire) site(org, id string) Site {
	return Site{ID: ward.SiteID(id), Org: ward.OrgID(org), Name: s.Name, Address: s.Address, City: s.City, Phone: s.Phone}
}

func wireSite(s Site) siteWire {
	return siteWire{ID: string(s.ID), Name: s.Name, Address: s.Address, City: s.City, Phone: s.Phone}
}

// careWire is a chosen service with the organisation's own limit.
type careWire struct {
	Code   string `json:"code"`
	Outage *int64 `json:"outage_minutes" doc:"longest tolerable outage; null takes the catalogue's" required:"false"`
}

func (c careWire) care() Care { return Care{Code: c.Code, Own: c.Outage} }

// contactWire is a contact in both directions; person is set by the house only.
type contactWire struct {
	ID     string `json:"id" readOnly:"true" required:"false"`
	Person string `json:"person" doc:"set for a contact with a login" readOnly:"true" required:"false"`
	Duty   string `json:"duty" doc:"it, devices, management, duty_phone"`
	Name   string `json:"name"`
	Email  string `json:"email" required:"false"`
	Phone  string `json:"phone" required:"false"`
	Lang   string `json:"lang" doc:"ISO 639-1" required:"false"`
}

func (c contactWire) contact(org, id string) ward.Contact {
	return ward.Contact{ID: id, Org: ward.OrgID(org), Name: c.Name, Email: c.Email, Phone: c.Phone, Duty: ward.Duty(c.Duty), Lang: ward.Lang(c.Lang)}
}

func wireContact(c ward.Contact) contactWire {
	return contactWire{ID: c.ID, Person: string(c.Person), Duty: string(c.Duty), Name: c.Name, Email: c.Email, Phone: c.Phone, Lang: string(c.Lang)}
}

// personWire is one affiliation; the same person has another hat elsewhere.
type personWire struct {
	Hat    string    `json:"hat" doc:"id of the affiliation"`
	Person string    `json:"person"`
	Name   string    `json:"name"`
	Email  string    `json:"email"`
	Phone  string    `json:"phone"`
	Role   string    `json:"role"`
	Title  string    `json:"title"`
	Began  time.Time `json:"began"`
}

func wirePerson(f Affiliation) personWire {
	return personWire{Hat: f.ID, Person: string(f.Person.ID), Name: f.Person.Name, Email: f.Person.Email, Phone: f.Phone,
		Role: string(f.Role), Title: f.Title, Began: f.Began}
}

type inviteWire struct {
	Name  string `json:"name"`
	Email string `json:"email"`
	Phone string `json:"phone" required:"false"`
	Lang  string `json:"lang" required:"false"`
	Role  string `json:"role"`
	Title string `json:"title" required:"false"`
	Duty  string `json:"duty" doc:"also becomes the contact for it" required:"false"`
}

func (i inviteWire) invitation() Invitation {
	return Invitation{Name: i.Name, Email: i.Email, Phone: i.Phone, Lang: ward.Lang(i.Lang), Role: ward.Role(i.Role), Title: i.Title, Duty: ward.Duty(i.Duty)}
}
