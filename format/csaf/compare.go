package csaf

import (
	"slices"

	"ward"
)

// ChangeKind is what changed between two revisions; its text is a stable word
// for machines and the ending of a message key.
type ChangeKind string

const (
	TitleChanged       ChangeKind = "title"
	StateChanged       ChangeKind = "document_status" // draft, interim, final
	TLPChanged         ChangeKind = "tlp"
	SeverityChanged    ChangeKind = "severity" // of the whole document
	ScoreChanged       ChangeKind = "score"    // of one vulnerability
	CVEAdded           ChangeKind = "cve_added"
	CVERemoved         ChangeKind = "cve_removed"
	ExploitChanged     ChangeKind = "exploit_status"
	ProductAdded       ChangeKind = "product_added"
	ProductRemoved     ChangeKind = "product_removed"
	VersionChanged     ChangeKind = "version" // another version or range of a known product
	StatusChanged      ChangeKind = "product_status"
	RemediationAdded   ChangeKind = "remediation_added"
	RemediationRemoved ChangeKind = "remediation_removed"
	RemediationChanged ChangeKind = "remediation_changed"
)

// maxChanges bounds a Changes list: what is longer nobody reads.
const maxChanges = 1000

// Change is one difference in people's terms.
type Change struct {
	Kind  ChangeKind
	Old   string   // value before: a text of the document or a word of the vocabulary; empty for what was added
	New   string   // value now; empty for what was removed
	Paths []string // products concerned, see Product.Path; at most 20
	CVEs  []string // vulnerabilities concerned
}

// Changes are the differences of two revisions, head first, then
// vulnerabilities, products and remediations.
type Changes struct {
	Items []Change
	More  int // differences beyond the first 1,000
}

// Has reports whether a change of one of the kinds is among them.
func (c *Changes) Has(kinds ...ChangeKind) bool {
	return slices.ContainsFunc(c.Items, func(i Change) bool { return slices.Contains(kinds, i.Kind) })
}

// add appends within the bound.
func (c *Changes) add(change Change) {
	if len(c.Items) >= maxChanges {
		c.More++
		return
	}
	c.Items = append(c.Items, change)
}

// differ adds a change if the values differ.
func (c *Changes) differ(kind ChangeKind, old, new string) {
	if old != new {
		c.add(Change{Kind: kind, Old: old, New: new})
	}
}

// Compare tells what changed from one revision to the next. Products are told
// apart by their paths, so that renumbered product_ids are no change.
func Compare(old, new *Document) Changes {
	var c Changes
	c.differ(TitleChanged, old.Title, new.Title)
	c.differ(StateChanged, old.Tracking.Status, new.Tracking.Status)
	c.differ(TLPChanged, old.labelText(), new.labelText())
	c.differ(SeverityChanged, old.severity(old.Score("")).String(), new.severity(new.Score("")).String())
	c.vulnerabilities(old, new)
	c.products(old, new)
	c.remedies(old, new)
	return c
}

// labelText is the marking as a word; empty if there is none.
func (d *Document) labelText() string {
	label, stated := d.Marking()
	if !stated {
		return ""
	}
	return label.String()
}

// vulnerabilities compares what is said of each, joined by name.
func (c *Changes) vulnerabilities(old, new *Document) {
	before := vulnsByName(old)
	for i := range new.Vulnerabilities {
		v := &new.Vulnerabilities[i]
		was, ok := before[v.Name()]
		if !ok {
			c.add(Change{Kind: CVEAdded, New: v.Name(), CVEs: []string{v.Name()}})
			continue
		}
		names := []string{v.Name()}
		if a, b := was.Rate().String(), v.Rate().String(); a != b {
			c.add(Change{Kind: ScoreChanged, Old: a, New: b, CVEs: names})
		}
		if a, b := was.exploit(), v.exploit(); a != b {
			c.add(Change{Kind: ExploitChanged, Old: a, New: b, CVEs: names})
		}
	}
	after := vulnsByName(new)
	for i := range old.Vulnerabilities {
		if name := old.Vulnerabilities[i].Name(); after[name] == nil {
			c.add(Change{Kind: CVERemoved, Old: name, CVEs: []string{name}})
		}
	}
}

func vulnsByName(d *Document) map[string]*Vulnerability {
	out := make(map[string]*Vulnerability, len(d.Vulnerabilities))
	for i := range d.Vulnerabilities {
		if v := &d.Vulnerabilities[i]; out[v.Name()] == nil {
			out[v.Name()] = v
		}
	}
	return out
}

// exploit is the first exploit_status of a vulnerability.
func (v *Vulnerability) exploit() string {
	for _, t := range v.Threats {
		if t.Category == "exploit_status" {
			return t.Details
		}
	}
	return ""
}

// worst is the state to show where a product is in several: what needs action
// goes first.
func worst(states map[ward.ProductStatus][]string) ward.ProductStatus {
	for _, s := range [...]ward.ProductStatus{ward.StatusAffected, ward.StatusInvestigated, ward.StatusFixed, ward.StatusNotAffected} {
		if _, ok := states[s]; ok {
			return s
		}
	}
	return ward.StatusNone
}
