package advisory

import (
	"time"

	"ward"
)

// SignalKind is a catalogue of exploited weaknesses; the words are those of
// the sources that bring them.
type SignalKind string

// The catalogues that are read.
const (
	KEVCISA SignalKind = "kev-cisa" // CISA, Known Exploited Vulnerabilities
	KEVEU   SignalKind = "kev-eu"   // EU KEV of the CSIRTs network
)

// Signal is what one catalogue says of one CVE. An entry that the catalogue has
// taken back stays, with Withdrawn set.
type Signal struct {
	CVE        string
	Kind       SignalKind
	Ransomware bool
	Listed     time.Time // day of the catalogue's entry
	Due        time.Time // day; binds US federal agencies only; zero if none
	// In the catalogue's own words, English; clipped.
	Vendor, Product, Name, Description, Action string

	Seen      time.Time // when it came here first
	Withdrawn time.Time // when the catalogue no longer had it; zero while it has
}

// says reports whether two states of an entry tell a reader the same.
func (s Signal) says(other Signal) bool {
	same := s.Listed.Equal(other.Listed) && s.Due.Equal(other.Due)
	s.Listed, s.Due, s.Seen, s.Withdrawn = other.Listed, other.Due, other.Seen, other.Withdrawn
	return same && s == other
}

// Weakness is what is known of one CVE from all of them.
type Weakness struct {
	CVE        string
	Rejected   bool      // by the CVE programme: nothing of it counts
	Title      string    // of the CVE record
	Public     time.Time // when the record became public; zero when it is not here
	Score      float64
	Vector     string
	EPSS       float64 // 0 to 1
	Percentile float64
	Signals    []Signal
}

// said is the part of a Weakness that a head depends on.
type said struct {
	listed, ransomware, rejected bool
	epss, score                  float64
	vector                       string
}

// assess fills in what the catalogues add to a head: the worst of all its CVEs.
// The document's own score stands; a CVE record's is taken where it has none.
func assess(a *Advisory, cves []string, by map[string]said) {
	a.Exploited, a.EPSS = a.own, 0
	if !a.OwnScore {
		a.Score, a.Vector = 0, ""
	}
	for _, cve := range cves {
		w := by[cve]
		if w.rejected {
			continue
		}
		a.EPSS = max(a.EPSS, w.epss)
		if w.listed {
			a.Exploited = worse(a.Exploited, ward.ExploitationExploited)
		}
		if w.ransomware {
			a.Exploited = worse(a.Exploited, ward.ExploitationRansomware)
		}
		if !a.OwnScore && w.score > a.Score {
			a.Score, a.Vector, a.Severity = w.score, w.vector, ward.SeverityOf(w.score)
		}
	}
}

var exploitationOrder = [...]ward.Exploitation{ward.ExploitationNone, ward.ExploitationProof,
	ward.ExploitationExploited, ward.ExploitationRansomware}

// worse is the one of two that stands later in the order.
func worse(a, b ward.Exploitation) ward.Exploitation {
	for i := len(exploitationOrder) - 1; i >= 0; i-- {
		if e := exploitationOrder[i]; e == a || e == b {
			return e
		}
	}
	return ward.ExploitationNone
}
