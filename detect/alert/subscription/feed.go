package subscription

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ward"
)

// Kind is whose alerts a feed shows.
type Kind string

// Kinds of feeds. A person's ends with his role there; an organisation's stays
// when the one who made it leaves.
const (
	Personal Kind = "person"
	Shared   Kind = "organisation"
)

// Feed is an address by which a feed reader and a calendar fetch without signing in.
type Feed struct {
	ID        string
	Kind      Kind
	Org       ward.OrgID
	Person    ward.PersonID // who made it
	Role      ward.Role     // in which it reads
	Hat       string        // of the person; empty for an organisation's
	Name      string        // what it is for, in the words of who made it
	Lang      ward.Lang     // it speaks
	Clearance ward.TLP      // narrowest marking whose content may leave by it
	Created   time.Time
	Used      time.Time // zero: never; to the hour
	// Secret is in the answer of Add alone: the house keeps its digest.
	Secret string
}

// feedLimit bounds the feeds of a person and those of an organisation: what
// nobody remembers is a leak.
const feedLimit = 10

// Request says which feed to make.
type Request struct {
	Kind      Kind
	Name      string
	Clearance ward.TLP
	Lang      ward.Lang
}

// tidy cleans r and refuses what cannot be.
func (r Request) tidy() (Request, error) {
	r.Name = strings.Join(strings.Fields(r.Name), " ")
	return r, errors.Join(flaw(r.Kind != Personal && r.Kind != Shared, "feed_kind", "kind"),
		flaw(r.Name == "" || utf8.RuneCountInString(r.Name) > 100, "feed_name", "name"),
		flaw(!r.Clearance.Within(ward.TLPAmber), "feed_tlp", "clearance"), // as for webhooks: it leaves for a machine of others
		flaw(!slices.Contains(ward.Languages(), r.Lang), "feed_lang", "lang"))
}

// flaw is the fault of a field if there is one.
func flaw(wrong bool, key, field string) error {
	return ward.When(wrong, ward.Fail(ward.Invalid, "alert.error."+key).At(field))
}

// owner is whose feeds are counted with f.
func (f Feed) owner() string {
	if f.Kind == Personal {
		return string(f.Person)
	}
	return string(f.Org)
}
