package indicator

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// jsonReader walks a document and stops at what holds indicators: objects of a
// STIX bundle, attributes of MISP events, indicators of our bundle. All else is
// skipped, so that a bundle of gigabytes costs the memory of its largest object.
type jsonReader struct {
	in    *intake
	d     *jsontext.Decoder
	depth int
}

// maxJSON bounds a document.
const maxJSON = 2 << 30

func (in *intake) readJSON(r *bufio.Reader) error {
	if mark, _ := r.Peek(3); string(mark) == "\ufeff" {
		_, _ = r.Discard(3) // peeked at
	}
	// Names twice and broken UTF-8 are common in what people exchange, and change
	// nothing of what is read here.
	j := &jsonReader{in: in, d: jsontext.NewDecoder(io.LimitReader(r, maxJSON), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
	err := j.value()
	for err == nil && in.err == nil { // objects one a line, as exports of feeds are
		if err = j.value(); errors.Is(err, io.EOF) {
			err = nil
			break
		}
	}
	if err == nil && in.report.Format == "" && in.err == nil {
		return fmt.Errorf("%w: JSON that is no STIX bundle, MISP event or bundle of ward", ErrFormat)
	}
	if err != nil && !errors.Is(err, ErrFormat) {
		return fmt.Errorf("at byte %d: %w", j.d.InputOffset(), err)
	}
	return err
}

// value walks one value: objects by their members, arrays by their elements.
func (j *jsonReader) value() error {
	if j.depth++; j.depth > 20 {
		return errors.New("too deep")
	}
	defer func() { j.depth-- }()
	switch j.d.PeekKind() {
	case '{':
		return j.object()
	case '[':
		return j.each(func() error { return j.value() })
	}
	return j.d.SkipValue()
}

// each calls do for every element of an array that comes next.
func (j *jsonReader) each(do func() error) error {
	if _, err := j.d.ReadToken(); err != nil {
		return err
	}
	for j.d.PeekKind() != ']' {
		if err := do(); err != nil {
			return err
		}
		if j.in.err != nil {
			return nil
		}
	}
	_, err := j.d.ReadToken()
	return err
}

// object walks an object. What its members mean depends on what came before:
// "schema" first makes it our bundle.
func (j *jsonReader) object() error {
	if _, err := j.d.ReadToken(); err != nil {
		return err
	}
	var own stixObject // a single object that stands in no bundle
	for first := true; j.d.PeekKind() != '}' && j.in.err == nil; first = false {
		t, err := j.d.ReadToken()
		if err != nil {
			return err
		}
		if name := t.String(); name == "schema" && first {
			return j.bundle()
		} else if err := j.member(name, &own); err != nil {
			return err
		}
	}
	if j.in.err != nil {
		return nil
	}
	if own.Type != "" && strings.HasPrefix(own.ID, own.Type+"--") {
		j.in.report.Format = "stix"
		j.in.stixObject(own)
	}
	_, err := j.d.ReadToken()
	return err
}

func (j *jsonReader) member(name string, own *stixObject) error {
	array := j.d.PeekKind() == '['
	if field := own.field(name); field != nil && j.d.PeekKind() == '"' {
		t, err := j.d.ReadToken()
		*field = t.String()
		return err
	}
	switch {
	case name == "revoked":
		t, err := j.d.ReadToken()
		own.Revoked = err == nil && t.Kind() == 't'
		if k := t.Kind(); err == nil && (k == '{' || k == '[') {
			return errors.New("revoked is no truth value")
		}
		return err
	case name == "objects" && array:
		j.in.report.Format = "stix"
		return j.each(func() error { return j.raw(j.in.stix) })
	case (name == "Attribute" || name == "ShadowAttribute") && array:
		j.in.report.Format = "misp"
		return j.each(func() error { return j.raw(j.in.misp) })
	case name == "Object" && array || name == "response" || name == "Event":
		if j.in.report.Format == "" && name != "response" {
			j.in.report.Format = "misp"
		}
		return j.value()
	case name == "list" && array && j.depth == 1:
		return fmt.Errorf("%w: a MISP warning list", ErrFormat)
	}
	return j.d.SkipValue()
}

// raw reads one element whole.
func (j *jsonReader) raw(take func([]byte)) error {
	v, err := j.d.ReadValue()
	if err == nil {
		take(v)
	}
	return err
}
