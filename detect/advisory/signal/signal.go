package signal

import (
	"time"

	"ward"
)

// Kind is a catalogue of exploited weaknesses; the words are those of the
// sources that bring them.
type Kind string

// The catalogues that are read.
const (
	CISA Kind = "kev-cisa" // CISA, Known Exploited Vulnerabilities
	EU   Kind = "kev-eu"   // EU KEV of the CSIRTs network
)

// Entry is what one catalogue says of one CVE. An entry that the catalogue has
// taken back stays, with Withdrawn set.
type Entry struct {
	CVE        string
	Kind       Kind
	Ransomware bool
	Listed     time.Time // day of the catalogue's entry
	Due        time.Time // day; binds US federal agencies only; zero if none
	// In the catalogue's own words, English; clipped.
	Vendor, Product, Name, Description, Action string

	Seen      time.Time // when it came here first
	Withdrawn time.Time // when the catalogue no longer had it; zero while it has
}

// says reports whether two states of an entry tell a reader the same.
func (e Entry) says(other Entry) bool {
	same := e.Listed.Equal(other.Listed) && e.Due.Equal(other.Due)
	e.Listed, e.Due, e.Seen, e.Withdrawn = other.Listed, other.Due, other.Seen, other.Withdrawn
	return same && e == other
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
	Signals    []Entry
}

// Said is the part of a Weakness on which the head of an advisory depends.
type Said struct {
	Listed, Ransomware, Rejected bool
	EPSS, Score                  float64
	Vector                       string
}

// Listings is what the catalogues say of w in the words of the house.
func (w *Weakness) Listings() []ward.Listing {
	var out []ward.Listing
	for _, s := range w.Signals {
		out = append(out, ward.Listing{Catalogue: string(s.Kind), Vendor: s.Vendor, Product: s.Product, Name: s.Name,
			Description: s.Description, Action: s.Action, Ransomware: s.Ransomware, Listed: s.Listed, Withdrawn: s.Withdrawn})
	}
	return out
}

// Enrichment counts what a catalogue or file changed.
type Enrichment struct {
	Read      int // entries that could be read
	Added     int // newly listed, or stored for the first time
	Changed   int
	Withdrawn int
	Problems  int // entries that could not be read
	Touched   int // advisories whose exploited mark or score changed
}
