// Package auth is the one place that decides who may do what. The rules are
// Cedar policies that an auditor can read (policies/ward.cedar); this package
// turns actors and objects into Cedar's terms and tells which policy decided.
package auth

import (
	_ "embed"
	"fmt"
	"sort"
	"strings"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"

	"ward"
)

//go:embed policies/ward.cedar
var policyText []byte

// Text is the policies as they are, for the page that shows them.
func Text() string { return string(policyText) }

// Decision is the answer to one question. The zero Decision denies.
type Decision struct {
	Allowed bool
	Policy  string // ids of the deciding policies, joined by a comma; "" when none applied
}

// Guard decides. Safe for concurrent use.
type Guard struct {
	policies *cedar.PolicySet
	actions  types.EntityMap
}

// New reads the embedded policies.
func New() (*Guard, error) {
	list, err := cedar.NewPolicyListFromBytes("ward.cedar", policyText)
	if err != nil {
		return nil, ward.Wrap("read policies", err)
	}
	g := &Guard{policies: cedar.NewPolicySet(), actions: actionEntities()}
	for _, p := range list {
		name, ok := p.Annotations()["id"]
		if !ok || !g.policies.Add(cedar.PolicyID(name), p) {
			return nil, fmt.Errorf("policy at line %d has no id of its own", p.Position().Line)
		}
	}
	return g, nil
}

func actionEntities() types.EntityMap {
	parents := map[ward.Permission][]types.EntityUID{}
	for group, list := range groups {
		for _, p := range list {
			parents[p] = append(parents[p], types.NewEntityUID("Action", types.String(group)))
		}
	}
	out := types.EntityMap{}
	for p, in := range parents {
		uid := types.NewEntityUID("Action", types.String(p))
		out[uid] = types.Entity{UID: uid, Parents: types.NewEntityUIDSet(in...)}
	}
	return out
}

var (
	principalID = types.NewEntityUID("Actor", "it")
	resourceID  = types.NewEntityUID("Object", "it")
)

// Decide asks whether a may do p to o.
func (g *Guard) Decide(a ward.Actor, p ward.Permission, o ward.Object) Decision {
	if a.Nobody() {
		return Decision{}
	}
	action := types.NewEntityUID("Action", types.String(p))
	known, ok := g.actions[action]
	if !ok {
		return Decision{}
	}
	entities := types.EntityMap{action: known, principalID: principal(a), resourceID: resource(o)}
	allowed, why := cedar.Authorize(g.policies, entities, cedar.Request{Principal: principalID, Action: action,
		Resource: resourceID, Context: cedar.NewRecord(cedar.RecordMap{"permission": types.String(p)})})
	if len(why.Errors) > 0 { // a policy that cannot be evaluated must not open a door
		return Decision{Policy: "error:" + string(why.Errors[0].PolicyID)}
	}
	return Decision{Allowed: allowed == cedar.Allow, Policy: ids(why.Reasons)}
}

func ids(reasons []types.DiagnosticReason) string {
	names := make([]string, len(reasons))
	for i, r := range reasons {
		names[i] = string(r.PolicyID)
	}
	sort.Strings(names)
	return strings.Join(names, ",")
}

func principal(a ward.Actor) types.Entity {
	scopes := make([]types.Value, len(a.Scopes))
	for i, s := range a.Scopes {
		scopes[i] = types.String(s)
	}
	acts := make([]types.Value, len(a.Acts))
	for i, o := range a.Acts {
		acts[i] = types.String(o)
	}
	return types.Entity{UID: principalID, Attributes: types.NewRecord(types.RecordMap{
		"person": types.String(a.Person), "role": types.String(a.Role), "org": types.String(a.Org), "country": types.String(a.Country),
		"clearance": types.Long(Clearance(a)), "token": types.Boolean(a.Token), "scopes": types.NewSet(scopes...),
		"acts": types.NewSet(acts...), "system": types.Boolean(a.System)})}
}

func resource(o ward.Object) types.Entity {
	return types.Entity{UID: resourceID, Attributes: types.NewRecord(types.RecordMap{
		"org": types.String(o.Org), "country": types.String(o.Country),
		"marked": types.Boolean(o.Marked), "tlp": types.Long(o.TLP), "authors": people(o.Authors),
		"circle": people(o.Circle), "shared": types.Boolean(o.Shared)})}
}

func people(list []ward.PersonID) types.Set {
	out := make([]types.Value, len(list))
	for i, p := range list {
		out[i] = types.String(p)
	}
	return types.NewSet(out...)
}

// Check is Decide as an error: nil, or Forbidden with the message key
// "error.forbidden".
func (g *Guard) Check(a ward.Actor, p ward.Permission, o ward.Object) (Decision, error) {
	d := g.Decide(a, p, o)
	if d.Allowed {
		return d, nil
	}
	return d, ward.Fail(ward.Forbidden, "error.forbidden").Because(
		fmt.Errorf("%s on %s for role %q: policy %q", p, o.Kind, a.Role, d.Policy))
}

// May reports whether a may do p to anything at all, also to what he would have
// to be let into: for menus and for the first look at a route. The object still
// decides.
func (g *Guard) May(a ward.Actor, p ward.Permission) bool {
	s := g.Scope(a, p)
	return s.Everything || len(s.Countries) > 0 || len(s.Orgs) > 0 ||
		g.Decide(a, p, ward.Object{Org: a.Org, Country: a.Country, Circle: []ward.PersonID{a.Person}, Shared: true}).Allowed
}

// elsewhere are an organisation and a country that nobody has: what is allowed
// there is allowed everywhere.
const (
	elsewhereOrg     = ward.OrgID("~")
	elsewhereCountry = ward.Country("~~")
)

// Scope is the set of organisations on whose unmarked things a may do p, unless
// somebody would have to let him in first. It is read off the policies by asking them, so that lists and decisions agree.
func (g *Guard) Scope(a ward.Actor, p ward.Permission) ward.Scope {
	if g.Decide(a, p, ward.Object{Org: elsewhereOrg, Country: elsewhereCountry}).Allowed {
		return ward.Scope{Everything: true}
	}
	var s ward.Scope
	if a.Country != "" && g.Decide(a, p, ward.Object{Org: elsewhereOrg, Country: a.Country}).Allowed {
		s.Countries = []ward.Country{a.Country}
	}
	if a.Org != "" && g.Decide(a, p, ward.Object{Org: a.Org, Country: elsewhereCountry}).Allowed {
		s.Orgs = []ward.OrgID{a.Org}
	}
	for _, o := range a.Acts {
		if o != "" && o != a.Org && g.Decide(a, p, ward.Object{Org: o, Country: elsewhereCountry}).Allowed {
			s.Orgs = append(s.Orgs, o)
		}
	}
	return s
}
