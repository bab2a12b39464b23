// Package registry knows who is who: organisations with their facts, sites,
// clinical services and contacts, and people with their affiliations. A person
// has one login and several hats; what he may do depends on the hat he wears.
// It serves the action plan's first need, to reach every hospital and practice,
// and holds the facts from which duties follow (Dir. (EU) 2022/2555, Art. 2 and 3).
//
// Facts told: OrganisationRegistered. Facts heard: BreakGlassUsed. Questions asked: none;
// everybody else asks here. Signing in is the account service's: it asks for
// hats and people, and makes the link that lets an invited person in.
package registry
