package ward

import "time"

// Role is what a person may be under one hat. The zero value has no rights.
type Role string

// The roles of the house. An auditor only reads; an operator runs the machine
// and sees no content.
const (
	RoleNone     Role = ""
	RoleMember   Role = "hospital_member"
	RoleManager  Role = "hospital_manager"
	RoleCSIRT    Role = "csirt_analyst"
	RoleCentre   Role = "centre_analyst"
	RoleMaker    Role = "maker"
	RoleAuditor  Role = "auditor"
	RoleOperator Role = "operator"
	// RoleContact is who acts by the link in a mail, without a login: nobody is given it.
	RoleContact Role = "contact"
	// RoleReporter is who follows his own report by its secret link: nobody is given it.
	RoleReporter Role = "reporter"
)

// Roles lists every role that a person can be given.
func Roles() []Role {
	return []Role{RoleMember, RoleManager, RoleCSIRT, RoleCentre, RoleMaker, RoleAuditor, RoleOperator}
}

// OrgKind is what an organisation is, DOMAIN terms of the NIS2 annexes and of the Centre.
type OrgKind string

// Kinds of organisations.
const (
	KindHospital  OrgKind = "hospital"
	KindPractice  OrgKind = "practice" // general practitioners, specialists, dentists
	KindLab       OrgKind = "lab"
	KindCare      OrgKind = "care" // care homes with healthcare, home care
	KindAmbulance OrgKind = "ambulance"
	KindPharmacy  OrgKind = "pharmacy"
	KindMaker     OrgKind = "maker"
	KindCSIRT     OrgKind = "csirt"
	KindAuthority OrgKind = "authority"
	KindCentre    OrgKind = "centre"
	KindOther     OrgKind = "other"
)

// OrgKinds lists every kind.
func OrgKinds() []OrgKind {
	return []OrgKind{KindHospital, KindPractice, KindLab, KindCare, KindAmbulance, KindPharmacy, KindMaker,
		KindCSIRT, KindAuthority, KindCentre, KindOther}
}

// CareProvider reports whether organisations of kind k give healthcare and so
// own an inventory and receive alerts.
func (k OrgKind) CareProvider() bool {
	switch k {
	case KindHospital, KindPractice, KindLab, KindCare, KindAmbulance, KindPharmacy:
		return true
	}
	return false
}

// Permission names an act on a kind of thing: "inventory.write".
type Permission string

// Actor is who acts, under the one hat that is visible on the page. It is an
// argument of every use case. The zero Actor is nobody and may do nothing.
type Actor struct {
	Person  PersonID
	Name    string // shown in the header and kept in the audit log
	Org     OrgID
	OrgName string
	Kind    OrgKind
	Country Country // country of Org; empty for the Centre
	Role    Role
	Lang    Lang
	Zone    string // IANA name of the reader's time zone; empty means the house's own
	// Acts are further organisations that the hat acts for: the members of a group
	// that let its manager.
	Acts []OrgID
	// For names on whose behalf the hat acts, a colleague or a group; empty under
	// one's own. It is shown and kept in the audit log.
	For     string
	MFA     bool   // a second factor was given in this session
	Session string // id of the session or of the API token
	// Token says that an API token acts; then only Scopes are allowed, of what the role may do.
	Token  bool
	Scopes []Permission
	// Emergency is when a session ends that a printed code opened; it may do what
	// Scopes say. Zero for every other.
	Emergency time.Time
	// System is a background job of the house itself. It is set in app only.
	System bool
}

// Nobody reports whether a is the zero actor of a visitor.
func (a Actor) Nobody() bool { return a.Person == "" && !a.System }

// Object is what an act is on, as far as a decision needs to know it. Org and
// Country are of the organisation that it belongs to; empty means that it
// belongs to nobody in particular (an advisory, a job).
type Object struct {
	Kind    string // "asset", "alert", "organisation" …
	ID      string
	Org     OrgID
	Country Country
	TLP     TLP  // marking of shared content; the zero value is RED
	Marked  bool // TLP counts for this kind of object
	// Authors are the people whose work it is: what a second person must decide, none of them may.
	Authors []PersonID
	// Circle are the people who were named for it, where not every colleague may see it.
	Circle []PersonID
	Shared bool // its organisation gave it to the authority of its country
}

// Scope is the set of organisations whose rows a list may show; stores turn it
// into SQL. The zero Scope matches nothing: forgetting denies.
type Scope struct {
	Everything bool
	Countries  []Country
	Orgs       []OrgID
}

// Has reports whether a row of org in country is in s.
func (s Scope) Has(org OrgID, country Country) bool {
	if s.Everything {
		return true
	}
	for _, o := range s.Orgs {
		if o == org && org != "" {
			return true
		}
	}
	for _, c := range s.Countries {
		if c == country && country != "" {
			return true
		}
	}
	return false
}
