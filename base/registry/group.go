package registry

import (
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"ward"
)

// GroupKind is what a group is for.
type GroupKind string

// Kinds of groups.
const (
	// GroupOwner is one owner's organisations, whose managers act for all that
	// let them.
	GroupOwner GroupKind = "owner"
	// GroupSharing shares information (Directive (EU) 2022/2555 Art. 29). Only its
	// members know that it exists.
	GroupSharing GroupKind = "sharing"
	// GroupNetwork joins the people in charge of security, one of each
	// organisation: the Health CISO network.
	GroupNetwork GroupKind = "network"
)

// GroupKinds lists them.
func GroupKinds() []GroupKind { return []GroupKind{GroupOwner, GroupSharing, GroupNetwork} }

// Group is a set of organisations.
type Group struct {
	ID      string
	Kind    GroupKind
	Name    string
	Purpose string
	Listed  bool // others see name and purpose, never the members, and may ask to join
	Created time.Time
}

// Membership is an organisation in a group. Its end is kept: the notice of
// leaving is due then.
type Membership struct {
	ID      string
	Group   Group
	Org     ward.OrgID
	OrgName string
	Country ward.Country
	Person  ward.Person // who stands for the organisation in the group
	ActFor  bool        // the group's managers act for it
	Joined  time.Time
	Left    time.Time // zero while it lasts
}

// GroupView is a group as its members see it.
type GroupView struct {
	Group
	Own      Membership
	Members  []Membership
	Managers []ward.Person
	Asking   []Application // that wait for a manager's word; for managers only
	Manage   bool          // the reader is one of the managers
}

// groupInvitationLife ends an invitation that nobody used.
const groupInvitationLife = 7 * 24 * time.Hour

const maxMembers = 1000

// tidy folds and checks what a group says of itself.
func (g Group) tidy() (Group, error) {
	g.Name, g.Purpose = oneLine(g.Name), oneLine(g.Purpose)
	g.Listed = g.Listed && g.Kind != GroupOwner
	return g, errors.Join(
		ward.When(!slices.Contains(GroupKinds(), g.Kind), invalid("registry.error.group_kind", "kind")),
		ward.When(g.Name == "" || utf8.RuneCountInString(g.Name) > 100, invalid("registry.error.group_name", "name")),
		ward.When(utf8.RuneCountInString(g.Purpose) > 500, invalid("registry.error.group_purpose", "purpose")))
}

// groupHat is the hat of a group's manager in a member organisation. It is no
// affiliation: it ends with the membership, the consent or the manager's own
// place in the group.
const groupHat = "group-"

// Application is an organisation that asks to join a listed group.
type Application struct {
	ID        string
	Group     Group
	Org       ward.OrgID
	OrgName   string
	Country   ward.Country
	Person    ward.Person // who asks, and would stand for it
	Message   string
	State     RequestState
	Created   time.Time
	Decided   time.Time
	DecidedBy string
	Reason    string
}

// maxMessage bounds what is written with an application, in characters.
const maxMessage = 1000

// ownHat refuses what a person does for himself only: never a program, nor a
// deputy or a group's manager on another's behalf.
func ownHat(a ward.Actor) error {
	if a.Token || a.For != "" {
		return ward.Fail(ward.Forbidden, "registry.error.own_hat")
	}
	return nil
}

// mayBeIn keeps groups of one owner to those who give care: their managers act
// on inventories and alerts.
func mayBeIn(g Group, k ward.OrgKind) error {
	if g.Kind == GroupOwner && !k.CareProvider() {
		return invalid("registry.error.group_owner", "kind")
	}
	return nil
}
