package registry

import (
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"ward"
)

// RequestState is where a request to be taken in stands.
type RequestState string

// States of a request.
const (
	RequestOpen     RequestState = "open"
	RequestAccepted RequestState = "accepted"
	RequestRefused  RequestState = "refused"
)

// Asking is what an organisation says of itself on the public form.
type Asking struct {
	Kind     ward.OrgKind
	Name     string
	Country  ward.Country
	City     string
	Address  string
	Website  string
	Number   string // in the register of its country
	Evidence string // how the authority can check it
	Person   string // who asks; becomes the first manager
	Email    string
	Phone    string
	Lang     ward.Lang
}

// Request is an Asking with its fate.
type Request struct {
	ID string
	Asking
	State     RequestState
	Created   time.Time
	Decided   time.Time // zero while it is open
	DecidedBy string    // name
	Reason    string
	Org       ward.OrgID // of an accepted one
	Told      time.Time  // when the mail with the decision was handed over
}

// Verification is a recorded check of who an organisation is.
type Verification struct {
	ID       string
	Org      ward.OrgID
	OrgName  string // in lists over many
	Evidence string // what was looked at
	Reason   string
	By       string // name of who decided
	Created  time.Time
	Expires  time.Time // by then it must be checked again
}

// Bounds of requests and verifications.
const (
	maxEvidence     = 2000 // characters
	maxRequestsADay = 10   // from one network: a hospital group behind one address
	maxOpenRequests = 500  // of one country: above it the form is shut, not the inbox
	maxMonths       = 60
	vouchLife       = 30 * 24 * time.Hour // so long whoever accepted may make the way in
	refusedKept     = 90 * 24 * time.Hour // a refused request is then forgotten: it holds a person's data
	recheckAhead    = 30 * 24 * time.Hour // before its end a verification is due again
)

// AskingKinds are the kinds of organisations that may ask; authorities and
// CSIRTs are set up by the operator.
func AskingKinds() []ward.OrgKind {
	var out []ward.OrgKind
	for _, k := range ward.OrgKinds() {
		if k.CareProvider() || k == ward.KindMaker {
			out = append(out, k)
		}
	}
	return out
}

// firstRole is what the person who asks becomes.
func firstRole(k ward.OrgKind) ward.Role {
	if k == ward.KindMaker {
		return ward.RoleMaker
	}
	return ward.RoleManager
}

// tidy folds and checks an asking.
func (q Asking) tidy() (Asking, error) {
	for _, s := range []*string{&q.Number, &q.Evidence, &q.Person, &q.Phone} {
		*s = oneLine(*s)
	}
	d := q.details().tidy()
	q.Name, q.City, q.Address, q.Website = d.Name, d.City, d.Address, d.Website
	if !slices.Contains(AskingKinds(), q.Kind) {
		d.Kind = "" // refused along with all else
	}
	email, err := CleanEmail(q.Email)
	q.Email = email
	return q, errors.Join(d.check(), within(maxText, "number", q.Number), within(maxEvidence, "evidence", q.Evidence),
		ward.When(utf8.RuneCountInString(q.Evidence) < 10, invalid("registry.error.evidence", "evidence")),
		checkHuman("person", q.Person, q.Phone, &q.Lang, err))
}

func (q Asking) details() Details {
	return Details{Kind: q.Kind, Name: q.Name, Country: q.Country, City: q.City, Address: q.Address, Website: q.Website}
}

// checkDecision wants words, and a time within which it is looked at again.
func checkDecision(evidence, reason string, months int) error {
	return errors.Join(ward.When(evidence == "", invalid("registry.error.evidence", "evidence")),
		ward.When(reason == "", invalid("registry.error.reason", "reason")),
		ward.When(months < 1 || months > maxMonths, invalid("registry.error.months", "months")),
		within(maxEvidence, "evidence", evidence, "reason", reason))
}
