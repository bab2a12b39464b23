package csaf

import "slices"

// Short names of the profiles that the tests of 6.1.27 concern.
const (
	incident = "csaf_security_incident_response"
	informal = "csaf_informational_advisory"
	advisory = "csaf_security_advisory"
	vex      = "csaf_vex"
)

// is reports whether the document has one of the profiles.
func is(doc view, profile ...string) bool {
	return slices.Contains(profile, doc.at("document", "category").text())
}

// hasOne reports whether a list holds an object with one of the categories.
func hasOne(list view, category ...string) bool {
	return slices.ContainsFunc(list.list(), func(v view) bool { return slices.Contains(category, v.get("category").text()) })
}

// profileNotes is 6.1.27.1.
func profileNotes(doc view, tell say) {
	if is(doc, incident, informal) && !hasOne(doc.at("document", "notes"), "description", "details", "general", "summary") {
		tell(doc.at("document", "notes"), "no note of category description, details, general or summary")
	}
}

// profileReferences is 6.1.27.2.
func profileReferences(doc view, tell say) {
	if is(doc, incident, informal) && !hasOne(doc.at("document", "references"), "external") {
		tell(doc.at("document", "references"), "no external reference")
	}
}

// profileNoVulnerabilities is 6.1.27.3.
func profileNoVulnerabilities(doc view, tell say) {
	if is(doc, informal) && doc.get("vulnerabilities").exists() {
		tell(doc.get("vulnerabilities"), "vulnerabilities in an informational advisory")
	}
}

// profileTree is 6.1.27.4.
func profileTree(doc view, tell say) {
	if is(doc, advisory, vex) && !doc.get("product_tree").exists() {
		tell(doc.get("product_tree"), "no product tree")
	}
}

// profileVulnerabilities is 6.1.27.11.
func profileVulnerabilities(doc view, tell say) {
	if is(doc, advisory, vex) && !doc.get("vulnerabilities").exists() {
		tell(doc.get("vulnerabilities"), "no vulnerabilities")
	}
}

// eachNeeds reports the vulnerabilities that have none of the members.
func eachNeeds(doc view, tell say, detail string, at func(v view) view, members ...string) {
	for _, v := range vulnerabilities(doc) {
		if !slices.ContainsFunc(members, func(m string) bool { return at(v).get(m).exists() }) {
			tell(v, detail)
		}
	}
}

func itself(v view) view { return v }

// profileVulnerabilityNotes is 6.1.27.5.
func profileVulnerabilityNotes(doc view, tell say) {
	if is(doc, advisory, vex) {
		eachNeeds(doc, tell, "no notes", itself, "notes")
	}
}

// profileStatus is 6.1.27.6.
func profileStatus(doc view, tell say) {
	if is(doc, advisory) {
		eachNeeds(doc, tell, "no product_status", itself, "product_status")
	}
}

// vexStatus is 6.1.27.7: first_affected and the like are no VEX states.
func vexStatus(doc view, tell say) {
	if is(doc, vex) {
		eachNeeds(doc, tell, "none of the VEX states", func(v view) view { return v.get("product_status") },
			"fixed", "known_affected", "known_not_affected", "under_investigation")
	}
}

// vexID is 6.1.27.8.
func vexID(doc view, tell say) {
	if is(doc, vex) {
		eachNeeds(doc, tell, "neither cve nor ids", itself, "cve", "ids")
	}
}

// vexImpact is 6.1.27.9: it wants a flag or an impact threat for each product not affected.
func vexImpact(doc view, tell say) {
	if !is(doc, vex) {
		return
	}
	byGroup := groups(doc)
	for _, v := range vulnerabilities(doc) {
		explained := map[string]bool{}
		items := v.get("flags").list()
		for _, t := range v.get("threats").list() {
			if t.get("category").text() == "impact" {
				items = append(items, t)
			}
		}
		cover(byGroup, items, explained)
		uncovered(v.at("product_status", "known_not_affected"), explained, tell, "no impact statement for ")
	}
}

// vexAction is 6.1.27.10: it wants a remediation for each affected product.
func vexAction(doc view, tell say) {
	if !is(doc, vex) {
		return
	}
	byGroup := groups(doc)
	for _, v := range vulnerabilities(doc) {
		covered := map[string]bool{}
		cover(byGroup, v.get("remediations").list(), covered)
		uncovered(v.at("product_status", "known_affected"), covered, tell, "no action statement for ")
	}
}

// cover notes every product that the items name.
func cover(byGroup map[string][]string, items []view, into map[string]bool) {
	for _, item := range items {
		for _, id := range members(byGroup, item) {
			into[id] = true
		}
	}
}

// uncovered reports the entries of a list that were not noted.
func uncovered(list view, covered map[string]bool, tell say, detail string) {
	for _, id := range list.list() {
		if !covered[id.text()] {
			tell(id, detail+id.text())
		}
	}
}
