package webhook

import (
	"net/url"
	"time"

	"ward"
)

// State is whether a webhook is used.
type State string

// A webhook is disabled by the house after maxFailures failed calls in a row;
// its owner sees that and turns it on again.
const (
	Active   State = "active"
	Paused   State = "paused"
	Disabled State = "disabled"
)

// maxFailures in a row disable a webhook: with the waits between them that is
// more than two days of silence.
const maxFailures = 30

// Hook is a webhook of an organisation, called after Standard Webhooks 1.0.
type Hook struct {
	ID        string
	Org       ward.OrgID
	URL       string
	Secret    string // "whsec_" and base64 of 24 random bytes; shown once, and kept sealed
	Clearance ward.TLP
	State     State
	Failures  int
	LastAt    time.Time
	LastState string // status or class of error of the last call
	Created   time.Time

	former string    // the secrets before it was changed, sealed, the last first, with a space between
	until  time.Time // of former
}

// validURL accepts absolute https addresses without user or fragment. What
// they resolve to is checked at each call by the guarded dialer.
func validURL(s string, plain bool) bool {
	u, err := url.Parse(s)
	if err != nil || len(s) > 2000 || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || plain && u.Scheme == "http"
}
