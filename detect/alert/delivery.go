package alert

import (
	"time"

	"ward"
	"ward/detect/alert/marking"
	"ward/detect/alert/webhook"
)

// DeliveryState is where one delivery stands.
type DeliveryState string

// States of a delivery. Sending is written before the first byte leaves, so
// that after a crash the second try is marked as a repeat. Waiting is on purpose.
const (
	Queued   DeliveryState = "queued"
	Waiting  DeliveryState = "waiting"
	Sending  DeliveryState = "sending"
	Sent     DeliveryState = "sent"
	Failed   DeliveryState = "failed"
	Withheld DeliveryState = "withheld"
)

// Delivery is one way of one round of one alert to one receiver.
type Delivery struct {
	Issue, OrgNo, Round int64
	Channel             marking.Channel
	Target              string // contact or webhook id
	State               DeliveryState
	Attempts            int
	Repeats             int
	Queued              time.Time
	Started             time.Time
	SentAt              time.Time
	Error               string // status, or a Fault; never addresses
	Person              ward.PersonID
	Wait                Wait      // what it waited for, or waits
	Until               time.Time // when that comes, as it was foreseen
	digest              time.Time // end of the period whose digest takes it along
}

// Wait is what a delivery waits for.
type Wait string

// The reasons: its receiver wants it so.
const (
	WaitQuiet  Wait = "quiet"
	WaitDigest Wait = "digest"
)

// Faults of a delivery: the endings of the keys under "alert.fault.".
const (
	FaultContact     = "contact" // the contact left in the meantime
	FaultRefused     = "refused" // the receiver's side will never take it
	FaultUnreachable = webhook.FaultUnreachable
	FaultSlow        = webhook.FaultSlow
	FaultAddress     = webhook.FaultAddress
	FaultPaused      = "paused"
	FaultDeleted     = "deleted"    // the webhook was deleted in the meantime
	FaultSuperseded  = "superseded" // a newer round tells what is so now
)

// Faults lists them.
func Faults() []string {
	return []string{FaultContact, FaultRefused, FaultUnreachable, FaultSlow, FaultAddress, FaultPaused, FaultDeleted, FaultSuperseded}
}

// repeat reports whether the receiver may have got d before.
func (d Delivery) repeat() bool { return !d.Started.IsZero() }

// Hops are the times of an alert's way, for its page and for the figures:
// each is zero until it happened.
type Hops struct {
	Published time.Time // by the maker
	Fetched   time.Time // bytes here
	Stored    time.Time // durable here
	Matched   time.Time
	Raised    time.Time // alert durable
	Delivered time.Time // first mail or webhook accepted by the receiver's side
}

// worthMail decides whether a new round is mailed at once, and says why not:
// what only waits for a reading of the Centre and is not severe stays in the
// inbox, so that mails keep their weight.
func worthMail(a Alert) bool {
	return a.Affected > 0 || a.Addressed || a.Severity >= ward.SeverityHigh || a.Exploited != ward.ExploitationNone
}
