// Package sms sends short messages through an HTTP gateway of the house's
// choice: address, method, headers and body are settings. Text and number reach
// the body as values, never as syntax.
package sms

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"unicode/utf8"
)

// Sender sends one message. A nil error says that the gateway has taken it.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Message is one text to one number.
type Message struct {
	ID   string // the same for a repeat, so that the gateway can drop it
	To   string // E.164, "+38591234567"
	Text string
}

// Error tells why a message was not taken.
type Error struct {
	Permanent bool // no repeat will help
	Status    int  // of the gateway, 0 if it gave none
	Err       error
}

// Error implements error; it holds neither number nor text.
func (e *Error) Error() string {
	return fmt.Sprintf("short message not sent (status %d): %v", e.Status, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// SegmentLimit is how many segments a message may have: each is paid for, and
// a text that needs more belongs on a page.
const SegmentLimit = 4

var (
	number = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\+[1-9][0-9]{7,14}$`) }) // ITU-T E.164
	shape  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9.-]{1,120}$`) })
)

// check refuses what no gateway should be asked.
func (m Message) check() error {
	switch {
	case !number().MatchString(m.To):
		return &Error{Permanent: true, Err: errors.New("no international number")}
	case !shape().MatchString(m.ID):
		return &Error{Permanent: true, Err: errors.New("no message id")}
	case m.Text == "" || !utf8.ValidString(m.Text):
		return &Error{Permanent: true, Err: errors.New("no text")}
	case Segments(m.Text) > SegmentLimit:
		return &Error{Permanent: true, Err: errors.New("the text is too long")}
	}
	return nil
}
