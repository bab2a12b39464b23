package csaf

// mandatory lists the tests of section 6.1 in its order. 6.1.11 (the name of a
// CWE fits its number) is left out: it needs the CWE list as data.
func mandatory() []Test {
	test := func(id, title string, run func(view, say)) Test {
		return Test{ID: id, Level: Mandatory, Title: title, run: run}
	}
	return []Test{
		test("6.1.1", "every product_id that is used is defined", productDefined),
		test("6.1.2", "every product_id is defined once", productOnce),
		test("6.1.3", "no product is part of itself", productCircle),
		test("6.1.4", "every group_id that is used is defined", groupDefined),
		test("6.1.5", "every group_id is defined once", groupOnce),
		test("6.1.6", "no product is in two contradicting states of one vulnerability", contradiction),
		test("6.1.7", "a product has one score of each CVSS version", scoreOnce),
		test("6.1.8", "CVSS objects are complete and their vectors valid", cvssValid),
		test("6.1.9", "scores follow from their vectors", cvssComputed),
		test("6.1.10", "CVSS properties agree with their vectors", cvssConsistent),
		test("6.1.12", "languages are registered", languages),
		test("6.1.13", "package URLs are valid", purls),
		test("6.1.14", "the revision history is sorted", historySorted),
		test("6.1.15", "a translator names the source language", translator),
		test("6.1.16", "the version is that of the newest revision", latestVersion),
		test("6.1.17", "a version of zero or a pre-release is a draft", draftStatus),
		test("6.1.18", "a released document has no revision zero", releasedHistory),
		test("6.1.19", "the history has no pre-releases", historyPreRelease),
		test("6.1.20", "a released document is no pre-release", releasedVersion),
		test("6.1.21", "the history leaves out no version", historyGap),
		test("6.1.22", "every revision number is used once", revisionOnce),
		test("6.1.23", "every CVE is used once", cveOnce),
		test("6.1.24", "every party is involved once a day", involvementOnce),
		test("6.1.25", "every hash algorithm is used once for a file", hashOnce),
		test("6.1.26", "the category does not imitate a profile", categoryName),
		test("6.1.27.1", "the profile has notes", profileNotes),
		test("6.1.27.2", "the profile has an external reference", profileReferences),
		test("6.1.27.3", "an informational advisory has no vulnerabilities", profileNoVulnerabilities),
		test("6.1.27.4", "the profile has a product tree", profileTree),
		test("6.1.27.5", "the profile's vulnerabilities have notes", profileVulnerabilityNotes),
		test("6.1.27.6", "the profile's vulnerabilities have product states", profileStatus),
		test("6.1.27.7", "VEX: each vulnerability has a VEX state", vexStatus),
		test("6.1.27.8", "VEX: each vulnerability has an identifier", vexID),
		test("6.1.27.9", "VEX: each product that is not affected has a reason", vexImpact),
		test("6.1.27.10", "VEX: each affected product has an action", vexAction),
		test("6.1.27.11", "the profile has vulnerabilities", profileVulnerabilities),
		test("6.1.28", "a translation is in another language", translation),
		test("6.1.29", "every remediation names products", remediationProducts),
		test("6.1.30", "versions are all integers or all semantic", versionMix),
		test("6.1.31", "a product_version is no range", versionNoRange),
		test("6.1.32", "every flag names products", flagProducts),
		test("6.1.33", "a product has one VEX justification", justificationOnce),
	}
}

// say reports one finding of a test.
type say = func(at view, detail string)

// vulnerabilities and the two readers below are the walks that many tests share.
func vulnerabilities(doc view) []view { return doc.get("vulnerabilities").list() }

// branches calls fn for every branch, parents first. Parse has bounded the depth.
func branches(at view, fn func(view)) {
	for _, b := range at.get("branches").list() {
		fn(b)
		branches(b, fn)
	}
}

// products calls fn for every full_product_name_t of the tree.
func products(doc view, fn func(view)) {
	tree := doc.get("product_tree")
	branches(tree, func(b view) {
		if p := b.get("product"); p.exists() {
			fn(p)
		}
	})
	for _, p := range tree.get("full_product_names").list() {
		fn(p)
	}
	for _, r := range tree.get("relationships").list() {
		fn(r.get("full_product_name"))
	}
}

// once reports every value that was seen before.
func once(values []view, key func(view) string, tell say, what string) {
	seen := map[string]bool{}
	for _, v := range values {
		k := key(v)
		if k == "" {
			continue
		}
		if seen[k] {
			tell(v, what+" more than once: "+k)
		}
		seen[k] = true
	}
}

// asText is a view's own text, for once.
func asText(v view) string { return v.text() }
