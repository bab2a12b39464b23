package alert

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/escalation"
	"ward/detect/alert/stand"
)

// Alert is one organisation's alert with what a list shows of its issue.
type Alert struct {
	Issue     int64
	OrgNo     int64
	Org       ward.OrgID
	Country   ward.Country
	Title     string
	Lang      ward.Lang // of Title, empty when unknown
	Severity  ward.Severity
	Score     float64
	Exploited ward.Exploitation
	TLP       ward.TLP
	State     stand.State
	Affected  int // inventory rows
	Review    int
	Addressed bool      // the Centre speaks to the organisation, whatever it holds
	Sighted   string    // id of the indicator or rule that its sensors saw; empty for an advisory
	Due       time.Time // zero when there is nothing to do
	Round     int64
	Why       string
	Raised    time.Time // when this round was durable
	Updated   time.Time
	Acked     time.Time
	DoneAt    time.Time
	// Mute is set where reminders are put off, in what is shown of one alert and in lists.
	Mute *Mute
}

// ID is the alert's name for people and links.
func (a Alert) ID() ward.AlertID { return MakeID(a.Issue, a.OrgNo) }

// Urgency is how soon the organisation must act.
func (a Alert) Urgency() escalation.Urgency { return escalation.UrgencyOf(a.Severity, a.Exploited) }

// Pace is the urgency that the due date speaks of. A date once given stays when
// an authority takes its warning of attacks back; the words beside it stay too.
func (a Alert) Pace() escalation.Urgency {
	given := a.Due.Sub(a.Raised)
	for _, u := range []escalation.Urgency{escalation.ActNow, escalation.Days, escalation.Week} {
		if u == a.Urgency() || !a.Due.IsZero() && !a.Raised.IsZero() && given <= u.Within() {
			return u
		}
	}
	return a.Urgency()
}

// Used reports whether attackers are known to use it.
func (a Alert) Used() bool {
	return a.Exploited == ward.ExploitationExploited || a.Exploited == ward.ExploitationRansomware
}

// Overdue reports whether work is open after its due time.
func (a Alert) Overdue(now time.Time) bool {
	return a.State.Open() && !a.Due.IsZero() && now.After(a.Due)
}

// Object is the alert as the policies see it.
func (a Alert) Object() ward.Object {
	return ward.Object{Kind: "alert", ID: string(a.ID()), Org: a.Org, Country: a.Country, TLP: a.TLP, Marked: true}
}

// MakeID writes the two numbers of an alert.
func MakeID(issue, org int64) ward.AlertID { return ward.AlertID(fmt.Sprintf("%d-%d", issue, org)) }

// ParseID reads what MakeID writes; ok is false for any other text.
func ParseID(id ward.AlertID) (issue, org int64, ok bool) {
	a, b, found := strings.Cut(string(id), "-")
	issue, err1 := strconv.ParseInt(a, 10, 64)
	org, err2 := strconv.ParseInt(b, 10, 64)
	return issue, org, found && err1 == nil && err2 == nil && issue > 0 && org > 0 && MakeID(issue, org) == id
}

// Topic is the live topic of all alerts; its id is the issue's number.
const Topic = "alerts"
