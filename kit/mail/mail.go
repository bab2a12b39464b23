// Package mail sends e-mail: fixed headers, one receiver a message, and no way
// for a text of somebody else to become a header. A Sender that trains writes
// files and holds nothing that could open a connection.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"ward"
	"ward/kit/clock"
)

// Sender sends one message. A nil error says that the next server has taken it
// over. The error is temporary unless Permanent says otherwise.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Message is one mail to one receiver: others need not know who else got it.
type Message struct {
	// ID is the left part of the Message-ID, of letters, digits, dots and
	// dashes: the id of the delivery. A repeat has the same one, so that the
	// receiver's program can drop it.
	ID      string
	To      string // address without a name
	Subject string
	Text    string // plain text; must be there
	HTML    string // the same content; empty for none
	// ListID names the kind of message for filters: "alerts.ward.example" (RFC 2919).
	ListID string
	// Thread is the ID of the message that this one follows up, if any.
	Thread string
	// Seal is the receiver's key: the message goes out encrypted to it, all but
	// the subject. The zero value leaves it as it is.
	Seal PublicKey
}

// Limits of a message: what mail programs show and servers take.
const (
	subjectLimit = 200 // runes
	partLimit    = 1 << 20
)

// Error tells why a message was not taken over.
type Error struct {
	// Permanent: no repeat will help, the receiver or the message is refused.
	Permanent bool
	Code      int // SMTP reply code (RFC 5321 section 4.2), 0 if there was none
	Err       error
}

// Error implements error; it may name the receiver and is for the log only.
func (e *Error) Error() string {
	kind := "temporary"
	if e.Permanent {
		kind = "permanent"
	}
	return fmt.Sprintf("mail not sent (%s): %v", kind, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Permanent reports whether err says that no repeat will help.
func Permanent(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Permanent
}

// Shapes of what we make ourselves and put between brackets in headers.
var (
	idShape   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$`) })
	nameShape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`) })
)

// check refuses what can only be our own mistake, and a receiver that is no
// plain address.
func (m Message) check() error {
	wrong := func(field string) error {
		return &Error{Permanent: true, Err: ward.Fail(ward.Invalid, "").At(field)}
	}
	a, err := mail.ParseAddress(m.To)
	switch {
	case err != nil || a.Address != m.To || strings.ContainsFunc(m.To, odd):
		return wrong("to")
	case !idShape().MatchString(m.ID):
		return wrong("id")
	case m.Thread != "" && !idShape().MatchString(m.Thread):
		return wrong("thread")
	case m.ListID != "" && !nameShape().MatchString(m.ListID):
		return wrong("list id")
	case m.Text == "" || len(m.Text) > partLimit || len(m.HTML) > partLimit:
		return wrong("text")
	}
	return nil
}

// odd are the characters that no header may hold as they are: controls, and
// those that turn or hide text.
func odd(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar
}

// oneLine makes a header text of any text: a title of somebody else may hold
// line breaks or bidirectional controls.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if odd(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	s = strings.Join(strings.Fields(s), " ")
	s = strings.ReplaceAll(s, "=?", "= ?") // would be taken for an encoded word (RFC 2047) and decoded
	if runes := []rune(s); len(runes) > subjectLimit {
		s = string(runes[:subjectLimit-1]) + "…"
	}
	return s
}

// envelope is what all messages of a house share.
type envelope struct {
	from  mail.Address
	house string // right part of message ids
	now   clock.Clock
	sign  House // what is encrypted is signed inside
}

// newEnvelope reads the sender; its domain makes our message ids unique in the world.
func newEnvelope(from string, now clock.Clock) (envelope, error) {
	a, err := mail.ParseAddress(from)
	if err != nil || strings.ContainsFunc(from, odd) {
		return envelope{}, fmt.Errorf("mail sender address %q cannot be read", from)
	}
	_, domain, _ := strings.Cut(a.Address, "@")
	return envelope{from: *a, house: domain, now: now}, nil
}

// build makes the message as it goes out.
func (e envelope) build(m Message) (*gomail.Msg, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&e.from)
	if err := msg.To(m.To); err != nil {
		return nil, &Error{Permanent: true, Err: err}
	}
	msg.Subject(oneLine(m.Subject))
	msg.SetDateWithValue(e.now().In(time.UTC))
	msg.SetMessageIDWithValue(m.ID + "@" + e.house)
	// RFC 3834: no holiday notes and no loops in answer to a machine.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetGenHeader("X-Auto-Response-Suppress", "All")
	if m.ListID != "" {
		msg.SetGenHeader("List-Id", "<"+m.ListID+">")
	}
	if m.Thread != "" {
		ref := "<" + m.Thread + "@" + e.house + ">"
		msg.SetGenHeader("In-Reply-To", ref)
		msg.SetGenHeader("References", ref)
	}
	if m.Seal.key != nil {
		return msg, e.encrypt(msg, m)
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}
