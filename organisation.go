package ward

// Organisation is what rooms tell each other of an organisation.
type Organisation struct {
	ID      OrgID
	Kind    OrgKind
	Name    string
	Country Country
	Region  string // NUTS code or name; may be empty
	City    string
}

// Duty is what a contact is called for.
type Duty string

// Duties of contacts.
const (
	DutyIT         Duty = "it"         // IT lead, who gets alerts first
	DutyDevices    Duty = "devices"    // device engineer
	DutyManagement Duty = "management" // head of the house
	DutyPhone      Duty = "duty_phone" // reachable at night
)

// Contact is a way to a person of an organisation, with or without a login.
type Contact struct {
	ID     string
	Person PersonID // empty for a contact without a login
	Org    OrgID
	Name   string
	Email  string // empty when only a phone is known
	Phone  string
	Duty   Duty
	Lang   Lang
	Zone   string // IANA name of the person's time zone; empty means the country's own
}

// Hat is one affiliation of a person: what he may act as.
type Hat struct {
	ID   string // id of the affiliation
	Org  Organisation
	Role Role
	For  string // on whose behalf, as in Actor; empty for one's own
}

// Audience chooses organisations that give care: those named, those that proved
// control of a domain, and those that every list which is not empty admits. The
// zero value chooses nobody.
type Audience struct {
	Countries []Country
	Kinds     []OrgKind
	Sizes     []string // size classes, see Sizes
	Services  []string // codes of clinical services
	Orgs      []OrgID  // named one by one, whatever the lists say
	Domains   []string // what the alert speaks of: who proved control of one or of a domain above it, nobody else
	All       bool     // every care provider that the lists admit, empty lists being none
}

// IsZero reports whether a chooses nobody.
func (a Audience) IsZero() bool {
	return !a.All && !a.Listed() && len(a.Orgs) == 0 && len(a.Domains) == 0
}

// Listed reports whether one of the lists chooses.
func (a Audience) Listed() bool {
	return len(a.Countries)+len(a.Kinds)+len(a.Sizes)+len(a.Services) > 0
}

// Sizes lists the size classes of Recommendation 2003/361/EC, smallest first.
func Sizes() []string { return []string{"micro", "small", "medium", "large"} }

// Standing is what the legal class of an organisation follows from (NIS2 Art. 2
// and 3); nil figures are unknown.
type Standing struct {
	Organisation
	Legal     string // private, public_body, central, regional, local; empty: unknown
	Headcount *int64 // annual work units
	Turnover  *int64 // euro, last closed year
	Balance   *int64 // euro
	Critical  bool   // designated as critical entity, Directive (EU) 2022/2557 Art. 6
	Maker     bool   // of products with digital elements, Regulation (EU) 2024/2847 Art. 3(13)
}
