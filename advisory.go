package ward

import "time"

// Exploitation is how far a weakness is known to be used.
type Exploitation string

// States of exploitation, from nothing known to used by ransomware groups.
const (
	ExploitationNone       Exploitation = "none"
	ExploitationProof      Exploitation = "poc"       // a proof of concept is public
	ExploitationExploited  Exploitation = "exploited" // CISA KEV or EU KEV lists it
	ExploitationRansomware Exploitation = "ransomware"
)

// AdvisoryHead is what other rooms need of an advisory's newest revision.
type AdvisoryHead struct {
	ID          AdvisoryID
	Tracking    string // tracking id: "ICSMA-22-006-01"
	Publisher   string
	Title       string
	Lang        Lang // of Title, PatientRisk and the advice; empty when the document does not say
	Revision    string
	TLP         TLP
	Severity    Severity
	Score       float64 // CVSS base score, 0 when none is given
	Vector      string  // the vector that Score is of
	Exploited   Exploitation
	EPSS        float64 // highest probability of its CVEs, 0 when unknown
	CVEs        []string
	Withdrawn   bool
	Published   time.Time // current_release_date of the revision
	FetchedAt   time.Time // when its bytes had arrived
	StoredAt    time.Time // when it was durable here
	PatientRisk string    // English sentence from the document on patient harm; empty when it says nothing
}

// Advice is one remediation of an advisory, for one or more of its leaves.
type Advice struct {
	Category string // CSAF 3.2.3.12: vendor_fix, mitigation, workaround, no_fix_planned, none_available
	Text     string // as the document says it, in its own language
	URL      string
	Leaves   []string // product ids that it is for; empty means all
}
