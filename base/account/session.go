package account

import (
	"strings"
	"time"

	"ward"
)

// How long things that open the door last.
const (
	sessionIdle     = 12 * time.Hour // a shift: whoever comes back the next day signs in again
	sessionMost     = 7 * 24 * time.Hour
	challengeLife   = 10 * time.Minute
	linkLife        = 24 * time.Hour
	trainingLife    = 365 * 24 * time.Hour
	tokenMost       = 365 * 24 * time.Hour
	seenGranularity = 5 * time.Minute // a session is marked as seen no more often
)

// Session is one device that is signed in, as its owner sees it.
type Session struct {
	ID      string
	Person  ward.PersonID
	Hat     string
	MFA     bool
	Sheet   string // whose printed code opened it; empty for every other way in
	Device  string // "Firefox, Windows"
	Address string
	Created time.Time
	Seen    time.Time
	Expires time.Time
}

// live reports whether s still opens anything at now.
func (s Session) live(now time.Time) bool {
	return now.Before(s.Expires) && now.Sub(s.Seen) < sessionIdle
}

// Client is where a request comes from.
type Client struct {
	Address string // IP address
	Agent   string // User-Agent header
}

// Device names browser and system, as far as they say who they are.
func (c Client) Device() string { return device(c.Agent) }

// device names browser and system of a User-Agent header, roughly: enough for a
// person to know his own devices by.
func device(agent string) string {
	browser := first(agent, "Edg/", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl", "Go-http", "Go")
	system := first(agent, "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS", "macOS", "CrOS", "ChromeOS", "Linux", "Linux")
	return strings.Trim(browser+", "+system, ", ")
}

// first gives the name of the first mark that s has; pairs are mark, name.
func first(s string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.Contains(s, pairs[i]) {
			return pairs[i+1]
		}
	}
	return ""
}

// Token is an API token as its owner sees it; its text is shown once only.
type Token struct {
	ID      string
	Hat     string
	Name    string
	Scopes  []ward.Permission
	Created time.Time
	Expires time.Time
	Used    time.Time // zero: never; within five minutes
}

// Purpose says what a link is for.
type Purpose string

// Purposes of links.
const (
	Enter    Purpose = "enter"    // signs in once
	Password Purpose = "password" // lets the person choose a new password, which signs in
)

// Link is what stands behind a link, as far as whoever holds it may see.
type Link struct {
	Person  ward.Person
	Purpose Purpose
	Expires time.Time
}

// Entry is what a successful step of signing in gives: the secret of a session,
// or that of a challenge when the second factor is still to come.
type Entry struct {
	Session   string // value of the session cookie
	Expires   time.Time
	Challenge string // value of the challenge cookie; Session is empty then
	Next      string // path of this site to go on to
}
