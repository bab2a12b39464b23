package alert

import (
	"errors"
	"strings"
	"time"

	"ward"
	"ward/detect/alert/escalation"
	"ward/detect/alert/stand"
)

// Mute is that somebody of the hospital puts reminders off: no mail of the ladder
// goes until then. It holds for what was known when it was said: a new revision,
// attackers or a graver rating end it. The national team goes on seeing the alert.
type Mute struct {
	Issue, OrgNo, Round int64
	At, Until           time.Time
	Person              string // name at that time; for the organisation's own history
	Role                ward.Role
	Reason              string
}

// Unmute is why a muting ended.
type Unmute string

// The ends of a muting. An answer ends it without a word of its own.
const (
	UnmuteTime      Unmute = "time"
	UnmutePerson    Unmute = "person"
	UnmuteAnswered  Unmute = "answered"
	UnmuteRevised   Unmute = "revised"   // an advisory of the issue has a new revision
	UnmuteExploited Unmute = "exploited" // attackers use it now
	UnmuteGraver    Unmute = "graver"    // the severity rose
	UnmuteTold      Unmute = "told"      // the organisation is told again for another reason
)

// Unmutes lists those that the history tells.
func Unmutes() []Unmute {
	return []Unmute{UnmuteTime, UnmutePerson, UnmuteRevised, UnmuteExploited, UnmuteGraver, UnmuteTold}
}

// muteLimit bounds a muting: a month of silence is a decision, and has states of
// its own that say so.
const muteLimit = 31 * 24 * time.Hour // 30 days, to an hour of the day

// checkMute refuses what is no muting.
func checkMute(until time.Time, reason string, now time.Time) (string, error) {
	reason = strings.TrimSpace(reason)
	return reason, errors.Join(flaw(!until.After(now) || until.After(now.Add(muteLimit)), "mute_until", "until"),
		flaw(reason == "", "mute_reason", "reason"), flaw(len([]rune(reason)) > commentLimit, "comment_long", "reason"))
}

// unmutes is why the news of an issue ends every muting of it; empty for none.
func unmutes(n stand.News) Unmute {
	switch {
	case n.Worse:
		return UnmuteExploited
	case n.Graver:
		return UnmuteGraver
	case n.Revised:
		return UnmuteRevised
	}
	return ""
}

// ends is why m ends when its alert is now in that state and round; empty when it
// goes on.
func (m Mute) ends(st stand.State, round int64, cause Unmute) Unmute {
	switch {
	case st != stand.Unseen:
		return UnmuteAnswered
	case cause != "":
		return cause
	case round != m.Round:
		return UnmuteTold
	}
	return ""
}

// rungs puts the mails of a ladder off while m holds. The call goes its way: the
// national team sees whom it need not call, and why.
func (m *Mute) rungs(r escalation.Rung, at time.Time) time.Time {
	if m == nil || r == escalation.RungCall || at.After(m.Until) {
		return at
	}
	return m.Until
}
