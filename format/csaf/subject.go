package csaf

import (
	"slices"
	"time"

	"ward/format/problem/jsontree"
)

// Editions of the standard that a validator knows.
const (
	edition20 = "2.0"
	edition21 = "2.1"
)

// subject is a document under test, with what many tests ask of it read once.
// What it gives is empty rather than wrong for a document that breaks the schema.
type subject struct {
	view
	edition string
	now     time.Time // when the test is run; see CheckAt

	vulns   []view
	defined []definition
	groups  map[string][]string // group_id to product_ids
	history []revisionView
	status  string                         // tracking.status
	profile string                         // category
	notRun  func(at placer, detail string) // notes what the running test cannot decide
	left    int                            // see maxExpanded
}

// definition is one full_product_name_t with the branches above it, root first.
type definition struct {
	view
	id     string
	branch view // the branch that bears it, if it is in the tree
	path   view // its relationship or product path, if it is one
}

// trail lists the branches above a product, root first. It is read from the
// tree each time: a copy for every leaf of a deep tree would be large.
func (d definition) trail() []view {
	var out []view
	for at := &d.branch; at != nil && at.node != nil && at.up != nil; at = at.up.up { // over the array to the branch above
		if at.key != "" {
			break // product_tree
		}
		out = append(out, *at)
	}
	slices.Reverse(out)
	return out
}

// newSubject reads the tree of a document.
func newSubject(root *jsontree.Node, now time.Time) *subject {
	s := &subject{view: view{node: root}, edition: edition20, now: now}
	if s.path("document", "csaf_version").text() == edition21 {
		s.edition = edition21
	}
	s.vulns = s.each("vulnerabilities")
	s.profile = s.path("document", "category").text()
	s.status = s.path("document", "tracking", "status").text()
	s.history = revisions(s.view)
	s.groups = map[string][]string{}
	for _, g := range s.path("product_tree", "product_groups").all() {
		s.groups[g.says("group_id")] = g.get("product_ids").texts()
	}
	s.define()
	return s
}

// document is the head.
func (s *subject) document() view { return s.get("document") }

// old tells the edition of 2022.
func (s *subject) old() bool { return s.edition == edition20 }

// define lists every full_product_name_t of the tree.
func (s *subject) define() {
	tree := s.get("product_tree")
	s.branches(func(b view) {
		if p := b.get("product"); p.exists() {
			s.defined = append(s.defined, definition{view: p, id: p.says("product_id"), branch: b})
		}
	})
	for _, p := range tree.every("full_product_names") {
		s.defined = append(s.defined, definition{view: p, id: p.says("product_id")})
	}
	for _, r := range s.paths() {
		p := r.get("full_product_name")
		s.defined = append(s.defined, definition{view: p, id: p.says("product_id"), path: r})
	}
	s.defined = append(s.defined, configured(s.view)...)
}

// paths lists the relationships, which 2.1 calls product paths.
func (s *subject) paths() []view {
	if s.old() {
		return s.path("product_tree", "relationships").list()
	}
	return s.path("product_tree", "product_paths").list()
}

// parts gives the references that a relationship or product path is made of.
func (s *subject) parts(path view) []view {
	if s.old() {
		return []view{path.get("product_reference"), path.get("relates_to_product_reference")}
	}
	out := []view{path.get("beginning_product_reference")}
	for _, sub := range path.every("subpaths") {
		out = append(out, sub.get("next_product_reference"))
	}
	return out
}

// branches calls fn for every branch of the tree, parents first. Parse has
// bounded the depth.
func (s *subject) branches(fn func(view)) { walkBranches(s.get("product_tree"), fn) }

// walkBranches goes down from a node of the tree.
func walkBranches(at view, fn func(view)) {
	for _, b := range at.every("branches") {
		fn(b)
		walkBranches(b, fn)
	}
}

// grouped are the members of a vulnerability whose items name products by
// product_ids and group_ids.
var grouped = [...]string{"flags", "ids", "involvements", "notes", "remediations", "threats", "first_known_exploitation_dates"}

// items calls fn for everything that names products by product_ids and group_ids.
func (s *subject) items(fn func(view)) {
	for _, n := range s.document().every("notes") {
		fn(n)
	}
	for _, v := range s.vulns {
		for _, part := range grouped {
			for _, item := range v.every(part) {
				fn(item)
			}
		}
	}
}

// maxExpanded bounds how many products one test gets out of groups: a group in
// many items multiplies. Parse bounds it for most of them.
const maxExpanded = 5_000_000

// products resolves the products of an item, those of its groups included.
func (s *subject) products(item view) []string {
	out := item.get("product_ids").texts()
	for _, id := range item.get("group_ids").texts() {
		if s.left -= len(s.groups[id]); s.left < 0 {
			s.notRun(item, "too many products in groups")
			return nil
		}
		out = append(out, s.groups[id]...)
	}
	return out
}

// assessment is one CVSS object with the products that it rates.
type assessment struct {
	view
	products view
	source   string // 2.1: who rated; empty for the issuing party
}

// metrics lists the entries of scores, which 2.1 calls metrics.
func (s *subject) metrics(vuln view) []view {
	if s.old() {
		return vuln.each("scores")
	}
	return vuln.each("metrics")
}

// content is the part of a metric that holds its values.
func (s *subject) content(metric view) view {
	if s.old() {
		return metric
	}
	return metric.get("content")
}

// scores lists the CVSS objects of a vulnerability.
func (s *subject) scores(vuln view) []assessment {
	var out []assessment
	for _, m := range s.metrics(vuln) {
		for _, name := range [...]string{"cvss_v2", "cvss_v3", "cvss_v4"} {
			if c := s.content(m).get(name); c.exists() {
				out = append(out, assessment{view: c, products: m.get("products"), source: m.says("source")})
			}
		}
	}
	return out
}

// kinds are the groups of product states (2.0 section 6.1.6, 2.1 section
// 3.2.4.12); recommended is in none.
var kinds = map[string]string{"first_affected": affected, "known_affected": affected, "last_affected": affected,
	"known_not_affected": notAffected, "first_fixed": fixed, "fixed": fixed, "under_investigation": investigated, "unknown": unknownState}

const (
	affected     = "affected"
	notAffected  = "not affected"
	fixed        = "fixed"
	investigated = "under investigation"
	unknownState = "unknown"
	recommended  = "recommended"
)

// states calls fn for every product_id in the states of a vulnerability.
func states(vuln view, fn func(kind string, id view)) {
	vuln.get("product_status").members(func(word string, list view) {
		kind := kinds[word]
		if word == "recommended" {
			kind = recommended
		}
		for _, id := range list.all() {
			fn(kind, id)
		}
	})
}

// inState gathers the products that are in one kind of state.
func inState(vuln view, kind string) map[string]bool {
	out := map[string]bool{}
	states(vuln, func(k string, id view) {
		if k == kind {
			out[id.text()] = true
		}
	})
	return out
}
