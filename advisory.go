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
	// Own says that this house published it: Tracking is the number of one of its alerts.
	Own bool
}

// Guidance is what an advisory says to people in words of their own, in one
// language. Any text may be empty.
type Guidance struct {
	Lang     Lang
	Title    string
	Summary  string
	Patients string // what it may do to patients
	IT       string // what to do, for those who run the network
	Devices  string // what to do, for device engineers
	Practice string // what to do where there is no IT
}

// IsZero reports whether g says nothing beside a title and a summary.
func (g Guidance) IsZero() bool { return g.Patients+g.IT+g.Devices+g.Practice == "" }

// GuidanceIn picks the texts in lang, else the first of the list, which are
// those of the original; the zero value where there are none.
func GuidanceIn(list []Guidance, lang Lang) Guidance {
	for _, g := range list {
		if g.Lang == lang {
			return g
		}
	}
	if len(list) > 0 {
		return list[0]
	}
	return Guidance{}
}

// Published is a document that this house itself puts out.
type Published struct {
	Document  []byte // CSAF
	Withdrawn bool   // it takes back what was published before
}

// Advice is one remediation of an advisory, for one or more of its leaves.
type Advice struct {
	Category string // CSAF 3.2.3.12: vendor_fix, mitigation, workaround, no_fix_planned, none_available
	Text     string // as the document says it, in its own language
	URL      string
	Leaves   []string // product ids that it is for; empty means all
}
