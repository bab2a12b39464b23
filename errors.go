package ward

import (
	"errors"
	"fmt"
	"time"
)

// Code is the kind of a failure. There are seven; anything unknown is Internal.
type Code string

const (
	// Invalid: the caller's input is wrong; a person can mend it.
	Invalid Code = "invalid"
	// NotFound: there is no such thing, or the caller may not know that there is.
	NotFound Code = "not_found"
	// Forbidden: the thing may be known to exist, the act is not allowed.
	Forbidden Code = "forbidden"
	// Conflict: the state has moved on; read again and retry.
	Conflict Code = "conflict"
	// Unavailable: a part we need does not answer; try later.
	Unavailable Code = "unavailable"
	// Throttled: too many attempts; Error.Wait says how long the next has to wait.
	Throttled Code = "throttled"
	// Internal: our fault; shown without details, logged in full.
	Internal Code = "internal"
)

// Error is the one error type that crosses a room's border. Key is the message
// key that a person gets to read, translated, with Args as its named
// placeholders; Err is for the log and never shown.
type Error struct {
	Code  Code
	Key   string            // message key, e.g. "inventory.error.too_many_rows"; empty means the code's own text
	Args  map[string]string // placeholders of Key
	Field string            // the input field that is wrong, if one is
	Wait  time.Duration     // how long to wait before the next attempt; 0 if nothing says so
	Err   error             // cause, for the log only; may be nil
}

func (e *Error) Error() string {
	s := string(e.Code)
	if e.Key != "" {
		s += " " + e.Key
	}
	if e.Field != "" {
		s += " (" + e.Field + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// Fail makes an Error with a code and a message key; args are name, value pairs.
func Fail(code Code, key string, args ...string) *Error {
	e := &Error{Code: code, Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = map[string]string{}
		}
		e.Args[args[i]] = args[i+1]
	}
	return e
}

// At names the input field that is wrong and returns e.
func (e *Error) At(field string) *Error { e.Field = field; return e }

// After says how long to wait before the next attempt and returns e.
func (e *Error) After(d time.Duration) *Error { e.Wait = d; return e }

// Because adds the cause for the log and returns e.
func (e *Error) Because(err error) *Error { e.Err = err; return e }

// CodeOf returns the code of the first Error in err's chain, Internal for any
// other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// All gives every Error in err's chain, in the order in which they were found: a
// check of a whole form joins its faults (errors.Join), so that a person mends
// them in one go.
func All(err error) []*Error {
	switch x := err.(type) {
	case nil:
		return nil
	case *Error:
		return []*Error{x}
	case interface{ Unwrap() []error }:
		var out []*Error
		for _, one := range x.Unwrap() {
			out = append(out, All(one)...)
		}
		return out
	}
	return All(errors.Unwrap(err))
}

// When gives err if something is wrong, and nil if not: one line of a check.
func When(wrong bool, err error) error {
	if wrong {
		return err
	}
	return nil
}

// Wrap puts the operation's name before err and keeps its code: the one wrap
// that an exported function does. Wrap(nil) is nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", op, err)
}
