package csaf

import (
	"slices"
	"strings"
	"unicode"
)

// Short names of the profiles of section 4.
const (
	incident   = "csaf_security_incident_response"
	informal   = "csaf_informational_advisory"
	advisory   = "csaf_security_advisory"
	vex        = "csaf_vex"
	deprecated = "csaf_deprecated_security_advisory" // this and the two below: 2.1
	withdrawn  = "csaf_withdrawn"
	superseded = "csaf_superseded"
)

// is reports whether the document has one of the profiles. Those of 2.1 are no
// profiles in a document of 2.0.
func (s *subject) is(profile ...string) bool {
	return slices.Contains(profile, s.profile) && slices.Contains(s.profiles(), s.profile)
}

// profiles are the categories that section 4 of the edition defines.
func (s *subject) profiles() []string {
	old := []string{"csaf_base", incident, informal, advisory, vex}
	if s.old() {
		return old
	}
	return append(old, deprecated, withdrawn, superseded)
}

// categoryName is 6.1.26: it refuses names that people could take for a
// profile: reserved beginnings, and a profile's name in other letters.
func categoryName(s *subject, tell say) {
	if s.profile == "" || slices.Contains(s.profiles(), s.profile) {
		return
	}
	category := s.path("document", "category")
	plain := letters(s.profile)
	for _, p := range s.profiles()[1:] {
		full := letters(p)
		if plain == full || plain == strings.TrimPrefix(full, "csaf") {
			tell(category, s.profile+" imitates "+p)
			return
		}
	}
	if strings.HasPrefix(strings.ToLower(s.profile), "csaf_") {
		tell(category, "names that begin with csaf_ are reserved: "+s.profile)
	}
}

// letters drops case, blanks, dashes and underscores of every kind: connector
// punctuation and the combining low line look like one.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Pc, unicode.Cf) || strings.ContainsRune("\u00ad\u0332\u2212\u2796\u02d7\u2043", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// deprecatedProfile is 6.2.38.
func deprecatedProfile(s *subject, tell say) {
	if strings.HasPrefix(s.profile, "csaf_deprecated_") {
		tell(s.path("document", "category"), "a deprecated profile: "+s.profile)
	}
}

// hasOne reports whether a list holds an object with one of the categories.
func hasOne(list view, category ...string) bool {
	return slices.ContainsFunc(list.list(), func(v view) bool { return slices.Contains(category, v.says("category")) })
}

// profileNotes is 6.1.27.1.
func profileNotes(s *subject, tell say) {
	if notes := s.document().get("notes"); s.is(incident, informal) && !hasOne(notes, "description", "details", "general", "summary") {
		tell(notes, "no note of category description, details, general or summary")
	}
}

// profileReferences is 6.1.27.2.
func profileReferences(s *subject, tell say) {
	if refs := s.document().get("references"); s.is(incident, informal, superseded) && !hasOne(refs, "external") {
		tell(refs, "no external reference")
	}
}

// profileNoVulnerabilities is 6.1.27.3.
func profileNoVulnerabilities(s *subject, tell say) {
	if v := s.get("vulnerabilities"); s.is(informal, withdrawn, superseded) && v.exists() {
		tell(v, "vulnerabilities in a document of this profile")
	}
}

// profileTree is 6.1.27.4, profileNoTree 6.1.27.15.
func profileTree(s *subject, tell say) {
	if tree := s.get("product_tree"); s.is(advisory, vex, deprecated) && !tree.exists() {
		tell(tree, "no product tree")
	}
}

// profileNoTree is 6.1.27.15: such a document says nothing of products any more.
func profileNoTree(s *subject, tell say) {
	if tree := s.get("product_tree"); s.is(withdrawn, superseded) && tree.exists() {
		tell(tree, "a product tree in a document of this profile")
	}
}

// profileVulnerabilities is 6.1.27.11.
func profileVulnerabilities(s *subject, tell say) {
	if v := s.get("vulnerabilities"); s.is(advisory, vex, deprecated) && !v.exists() {
		tell(v, "no vulnerabilities")
	}
}

// eachNeeds reports the vulnerabilities that have none of the members.
func eachNeeds(s *subject, tell say, detail string, at func(v view) view, members ...string) {
	for _, v := range s.vulns {
		if !slices.ContainsFunc(members, func(m string) bool { return at(v).get(m).exists() }) {
			tell(v, detail)
		}
	}
}

// itself and statusOf choose the place that is told.
func itself(v view) view   { return v }
func statusOf(v view) view { return v.get("product_status") }

// profileVulnerabilityNotes is 6.1.27.5.
func profileVulnerabilityNotes(s *subject, tell say) {
	if s.is(advisory, vex, deprecated) {
		eachNeeds(s, tell, "no notes", itself, "notes")
	}
}

// profileStatus is 6.1.27.6, profileAffected 6.1.27.12.
func profileStatus(s *subject, tell say) {
	if s.is(advisory, deprecated) {
		eachNeeds(s, tell, "no product_status", itself, "product_status")
	}
}

// profileAffected is 6.1.27.12.
func profileAffected(s *subject, tell say) {
	if s.is(advisory) {
		eachNeeds(s, tell, "no known_affected products", statusOf, "known_affected")
	}
}

// vexStatus is 6.1.27.7: first_affected and the like are no VEX states.
func vexStatus(s *subject, tell say) {
	if s.is(vex) {
		eachNeeds(s, tell, "none of the VEX states", statusOf, "fixed", "known_affected", "known_not_affected", "under_investigation")
	}
}

// vexID is 6.1.27.8. In 2.1 an id may be bound to products; then every product
// with a state needs one that is its.
func vexID(s *subject, tell say) {
	if !s.is(vex) {
		return
	}
	eachNeeds(s, tell, "neither cve nor ids", itself, "cve", "ids")
	for _, v := range s.vulns {
		ids := v.each("ids")
		free := func(id view) bool { return !id.get("product_ids").exists() && !id.get("group_ids").exists() }
		if s.old() || v.get("cve").exists() || len(ids) == 0 || slices.ContainsFunc(ids, free) {
			continue
		}
		named := map[string]bool{}
		s.cover(ids, named)
		states(v, func(_ string, id view) {
			if !named[id.text()] {
				tell(id, "no id of the vulnerability for "+id.text())
			}
		})
	}
}

// vexImpact is 6.1.27.9: it wants a flag or an impact threat for each product not affected.
func vexImpact(s *subject, tell say) {
	if !s.is(vex) {
		return
	}
	for _, v := range s.vulns {
		explained := map[string]bool{}
		s.cover(v.each("flags"), explained)
		for _, t := range v.every("threats") {
			if t.says("category") == "impact" {
				s.cover([]view{t}, explained)
			}
		}
		uncovered(statusOf(v).get("known_not_affected"), explained, tell, "no impact statement for ")
	}
}

// vexAction is 6.1.27.10: it wants a remediation for each affected product.
func vexAction(s *subject, tell say) {
	if !s.is(vex) {
		return
	}
	for _, v := range s.vulns {
		covered := map[string]bool{}
		s.cover(v.each("remediations"), covered)
		uncovered(statusOf(v).get("known_affected"), covered, tell, "no action statement for ")
	}
}

// cover notes every product that the items name.
func (s *subject) cover(items []view, into map[string]bool) {
	for _, item := range items {
		for _, id := range s.products(item) {
			into[id] = true
		}
	}
}

// uncovered reports the entries of a list that were not noted.
func uncovered(list view, covered map[string]bool, tell say, detail string) {
	for _, id := range list.all() {
		if !covered[id.text()] {
			tell(id, detail+id.text())
		}
	}
}

// profileRevisions is 6.1.27.16: what is withdrawn was published once.
func profileRevisions(s *subject, tell say) {
	if s.is(withdrawn, superseded) && len(s.history) < 2 {
		tell(s.tracking("revision_history"), "fewer than two revisions")
	}
}

// profileDescription is 6.1.27.14.
func profileDescription(s *subject, tell say) {
	if notes := s.document().get("notes"); s.is(withdrawn, superseded) && !hasOne(notes, "description") {
		tell(notes, "no note of category description")
	}
}
