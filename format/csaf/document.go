package csaf

import (
	"time"

	"ward/format/problem"
)

// Document is one revision of one advisory. Texts are cleaned (see Clean),
// unknown members are left out, lists keep the order of the file.
type Document struct {
	CSAFVersion string // "2.0" or "2.1"; empty if the file does not say
	Category    string // profile, e.g. "csaf_security_advisory", "csaf_vex"
	Title       string
	Lang        string // BCP 47 tag as written
	Publisher   Publisher
	Tracking    Tracking

	TLPLabel         string // distribution.tlp.label as written; empty if there is none
	DistributionText string // distribution.text
	SeverityText     string // aggregate_severity.text, the publisher's own scale
	Notes            []Note
	References       []Reference

	Products        []Product // leaves in tree order, then full_product_names, then relationships
	Groups          []Group
	Vulnerabilities []Vulnerability

	// Oddities are what Parse went over; at most 100 are kept.
	Oddities []problem.Problem

	byID      map[string]int      // product_id to index in Products, first one wins
	groups    map[string][]int32  // group_id to indexes in Products
	vulnNames map[string]struct{} // see Vulnerability.Name

	statements []statement // sorted by product, state, vulnerability
	refs       []ref       // sorted by product, kind, vulnerability
}

// Publisher is who issued the document (CSAF 2.0 section 3.2.1.8).
type Publisher struct {
	Category  string // vendor, coordinator, discoverer, translator, user, other
	Name      string
	Namespace string // URL under the publisher's control
}

// Tracking identifies the document and its revision (section 3.2.1.12).
type Tracking struct {
	ID        string // unique within the publisher's namespace
	Aliases   []string
	Status    string    // draft, interim, final
	Version   string    // integer or semantic version, see Newer
	Initial   time.Time // initial_release_date, UTC; zero if unreadable
	Current   time.Time // current_release_date, UTC; zero if unreadable
	Revisions []Revision
}

// Revision is one entry of the revision history.
type Revision struct {
	Number  string
	Date    time.Time // UTC; zero if unreadable
	Summary string
}

// Note is a text of the document or of a vulnerability (section 3.1.5).
type Note struct {
	Category string // description, details, faq, general, legal_disclaimer, other, summary
	Title    string
	Audience string
	Text     string
}

// Reference is a link with its words (section 3.1.10).
type Reference struct {
	Category string // external, self
	Summary  string
	URL      string
}

// Group is a named set of products (section 3.2.2.3).
type Group struct {
	ID       string
	Summary  string
	Products []string // product_ids
}

// Vulnerability is one entry of the vulnerabilities list (section 3.2.3).
type Vulnerability struct {
	CVE          string
	IDs          []string // texts of ids, for what has no CVE
	Title        string
	CWEs         []CWE
	Notes        []Note
	References   []Reference
	Statuses     []Status
	Scores       []Score
	Remediations []Remediation
	Threats      []Threat
	Flags        []Flag
}

// Name is the CVE, or the first other id, or the title.
func (v *Vulnerability) Name() string {
	switch {
	case v.CVE != "":
		return v.CVE
	case len(v.IDs) > 0:
		return v.IDs[0]
	}
	return v.Title
}

// CWE is a weakness by number and name, e.g. "CWE-79".
type CWE struct{ ID, Name string }

// Status is one list of product_status: which products are in which state.
type Status struct {
	Word     string   // key as written: known_affected, first_fixed, ...
	Products []string // product_ids, or group_ids where a publisher put them
}

// Score is one CVSS vector with the values that the publisher wrote beside it.
type Score struct {
	Version  string  // "2.0", "3.0", "3.1", "4.0" as the document says
	Vector   string  // vectorString
	Base     float64 // baseScore as written; -1 if absent
	Severity string  // baseSeverity as written
	Products []string
}

// Remediation is what can be done (section 3.2.3.12).
type Remediation struct {
	Category string // mitigation, no_fix_planned, none_available, vendor_fix, workaround (2.1: fix_planned, optional_patch)
	Details  string
	URL      string
	Date     time.Time // UTC; zero if there is none
	Restart  string    // restart_required.category
	Products []string  // product_ids as written; Document.Remedies resolves them
	Groups   []string  // group_ids as written
}

// Threat is what is known of exploitation or impact (section 3.2.3.14).
type Threat struct {
	Category string // exploit_status, impact, target_set
	Details  string
	Date     time.Time // UTC; zero if there is none
	Products []string
	Groups   []string
}

// Flag is a machine-readable reason for a state (section 3.2.3.5), e.g.
// "vulnerable_code_not_present".
type Flag struct {
	Label    string
	Products []string
	Groups   []string
}
