package alert

import (
	"net/url"
	"time"

	"ward"
)

// HookState is whether a webhook is used.
type HookState string

// A webhook is disabled by the house after hookFailures failed calls in a row;
// its owner sees that and turns it on again.
const (
	HookActive   HookState = "active"
	HookPaused   HookState = "paused"
	HookDisabled HookState = "disabled"
)

// hookFailures in a row disable a webhook: with the waits between them that is
// more than two days of silence.
const hookFailures = 30

// Hook is a webhook of an organisation, called after Standard Webhooks 1.0.
type Hook struct {
	ID        string
	Org       ward.OrgID
	URL       string
	Secret    string // "whsec_" and base64 of 24 random bytes; shown once, and kept sealed
	Clearance ward.TLP
	State     HookState
	Failures  int
	LastAt    time.Time
	LastState string // status or class of error of the last call
	Created   time.Time

	former string    // the secret before it was changed, sealed
	until  time.Time // of former
}

// validHookURL accepts absolute https addresses without user or fragment. What
// they resolve to is checked at each call by the guarded dialer.
func validHookURL(s string, plain bool) bool {
	u, err := url.Parse(s)
	if err != nil || len(s) > 2000 || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || plain && u.Scheme == "http"
}
