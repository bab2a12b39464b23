package harvest

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"ward"
)

// Kind is what a source gives and how it is asked.
type Kind string

// Kinds of sources.
const (
	Upload   Kind = "upload"        // people; never asked
	Provider Kind = "csaf-provider" // a CSAF provider, by host name or provider-metadata.json
	URL      Kind = "csaf-url"      // one document or archive
	KEVCISA  Kind = "kev-cisa"
	KEVEU    Kind = "kev-eu"
	EPSS     Kind = "epss"
	CVE      Kind = "cve5" // a CVE 5 record or an archive of them
)

// Kinds lists the kinds that can be added, in the order of the form.
func Kinds() []Kind {
	return []Kind{Provider, URL, KEVEU, KEVCISA, EPSS, CVE}
}

// every is how often a kind is asked when nobody says otherwise: providers each
// five minutes, because a warning is worth minutes; catalogues of exploited
// weaknesses each hour; EPSS and CVE records are made once a day.
func (k Kind) every() time.Duration {
	switch k {
	case Provider, URL:
		return 5 * time.Minute
	case KEVCISA, KEVEU:
		return time.Hour
	}
	return 12 * time.Hour
}

// Bounds of the interval that a person may choose.
const (
	minEvery = time.Minute
	maxEvery = 7 * 24 * time.Hour
)

// Source is where documents or lists come from, with its state.
type Source struct {
	ID        string
	Kind      Kind
	Name      string
	URL       string
	Unmarked  ward.TLP // what documents without any TLP count as, within the label of their feed
	Every     time.Duration
	Paused    bool
	Role      string // of provider-metadata.json
	Metadata  string // address where it was found
	Problem   string // why the last fetch as a whole failed; "" if it did not
	Fails     int    // in a row
	Created   time.Time
	Checked   time.Time // last fetch, whatever came of it
	Succeeded time.Time // last fetch without a problem of the whole
	Next      time.Time // zero: not planned

	// Counts, filled in for lists.
	Pending, Done, Refused int // documents that the listings name
	Faults                 int // open
}

// Fault is why one document, key or listing could not be used.
type Fault struct {
	Subject  string // file name or address
	Kind     string // ending of "advisory.refusal."
	Place    string // JSON pointer, if one is known
	Detail   string // evidence, English, one problem a line
	Tries    int
	First    time.Time
	Last     time.Time
	Resolved time.Time // zero while it is open
}

// Key is an OpenPGP key that a source publishes.
type Key struct {
	Fingerprint string
	Trusted     bool
	Seen        time.Time
}

// Check mends and checks what a person entered.
func (s *Source) Check() error {
	s.URL, s.Name = strings.TrimSpace(s.URL), strings.TrimSpace(s.Name)
	wrong := func(wrong bool, field string) error {
		return ward.When(wrong, ward.Fail(ward.Invalid, "advisory.source.error."+field).At(field))
	}
	faults := []error{wrong(s.Kind == Upload || s.Kind.text() == "", "kind"), wrong(len(s.Name) > 200, "name"),
		ward.When(s.Unmarked < ward.TLPRed || s.Unmarked > ward.TLPClear, ward.Fail(ward.Invalid, "advisory.source.error.tlp").At("unmarked"))}
	address := s.URL
	if s.Kind == Provider && !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http") || u.User != nil || len(address) > 2000 {
		faults = append(faults, wrong(true, "url"))
	} else if s.URL = address; s.Name == "" {
		s.Name = u.Hostname()
	}
	if s.Every == 0 {
		s.Every = s.Kind.every()
	}
	return errors.Join(append(faults, wrong(s.Every < minEvery || s.Every > maxEvery, "every"))...)
}

// text is the kind as a word if it is a known one.
func (k Kind) text() string {
	for _, known := range Kinds() {
		if k == known {
			return string(k)
		}
	}
	return ""
}

// backoff is the wait after n failures in a row: a minute, doubled each time,
// at most a day.
func backoff(n int) time.Duration {
	if n > 10 {
		return 24 * time.Hour
	}
	return min(time.Minute<<max(n-1, 0), 24*time.Hour)
}

// maxTries is when a document that cannot be fetched is given up until its
// listing names a newer one: with backoff after some three days.
const maxTries = 12
