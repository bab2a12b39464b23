package detection

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The doors, the scope of the token that opens them, and the header that carries
// a signature.
const (
	BundlePath      = "/api/v1/detection/bundle"
	KeyPath         = "/api/v1/detection/key"
	HitsPath        = "/api/v1/detection/hits"
	HealthPath      = "/api/v1/detection/health"
	Scope           = "sensor.send"
	SignatureHeader = "Ward-Signature"
)

// Version is that of all documents here. A document of another is refused.
const Version = 1

// Errors of the readers, for errors.Is.
var (
	ErrVersion   = errors.New("a document of another version")
	ErrTooLarge  = errors.New("the document is past its bound")
	ErrNotValid  = errors.New("the document is not valid")
	ErrSignature = errors.New("the signature does not belong to the document and the pinned key")
)

// decode reads a strict document of at most size bytes: unknown and doubled
// members, bad UTF-8 and anything behind the document are errors.
func decode(data []byte, size int, into any) error {
	return bounded(data, size, into, json.RejectUnknownMembers(true))
}

// lenient reads what a later release may have written: members that this one does
// not know are passed over. All else is as strict.
func lenient(data []byte, size int, into any) error { return bounded(data, size, into) }

func bounded(data []byte, size int, into any, how ...json.Options) error {
	if len(data) > size {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(data), size)
	}
	if err := json.Unmarshal(data, into, how...); err != nil {
		return fmt.Errorf("%w: %w", ErrNotValid, err)
	}
	return nil
}

// encode writes a document; members that hold nothing are left out by their tags.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	err := json.MarshalWrite(&b, v, json.Deterministic(true), jsontext.EscapeForHTML(false))
	return b.Bytes(), err
}

// versioned checks the version of a document that was read.
func versioned(v int) error {
	if v != Version {
		return fmt.Errorf("%w: %d; this release reads %d", ErrVersion, v, Version)
	}
	return nil
}

// name checks an identifier: 1 to most printable ASCII characters without blanks.
func name(what, s string, most int) error {
	if len(s) == 0 || len(s) > most {
		return fmt.Errorf("%w: %s has %d bytes, want 1 to %d", ErrNotValid, what, len(s), most)
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return fmt.Errorf("%w: %s is not printable ASCII without blanks", ErrNotValid, what)
		}
	}
	return nil
}

// text checks a text for people: at most so many bytes and no control characters.
func text(what, s string, most int) error {
	if len(s) > most {
		return fmt.Errorf("%w: %s has %d bytes, at most %d", ErrTooLarge, what, len(s), most)
	}
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return fmt.Errorf("%w: %s holds a control character", ErrNotValid, what)
		}
	}
	return nil
}
