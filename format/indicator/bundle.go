package indicator

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// BundleSchema is the version of our bundle; docs/scan.md describes it.
const BundleSchema = "ward.indicators/1"

// bundleEntry is one indicator of a bundle.
type bundleEntry struct {
	Type  string `json:"type"`
	Value string `json:"value"`
	// Match is "exact" or "below"; empty is exact. Below is for domains and URLs.
	Match string `json:"match,omitempty"`
	ID    string `json:"id,omitempty"`
	Note  string `json:"note,omitempty"`
}

// ErrSchema says that a bundle is of another version.
var ErrSchema = errors.New("a bundle of another version; this release reads " + BundleSchema)

// bundle reads the rest of an object that begins with "schema". It is strict:
// it is our own, and a field that we do not know may change what others mean.
func (j *jsonReader) bundle() error {
	t, err := j.d.ReadToken()
	if err != nil {
		return err
	}
	if t.Kind() != '"' || t.String() != BundleSchema {
		return fmt.Errorf("%w: %w", ErrFormat, ErrSchema)
	}
	j.in.report.Format = "ward"
	for j.d.PeekKind() != '}' && j.in.err == nil {
		t, err := j.d.ReadToken()
		if err != nil {
			return err
		}
		switch name := t.String(); name {
		case "name":
			if t, err = j.d.ReadToken(); err == nil && t.Kind() == '"' && len(t.String()) <= 200 {
				j.in.report.Source = t.String()
			}
		case "issued", "tlp", "author":
			err = j.d.SkipValue()
		case "indicators":
			n := 0
			err = j.each(func() error { n++; return j.raw(func(b []byte) { j.in.entry(n, b) }) })
		default:
			err = fmt.Errorf("%w: the bundle has a field %q that this release does not know", ErrFormat, shorten(name))
		}
		if err != nil {
			return err
		}
	}
	if j.in.err != nil {
		return nil
	}
	_, err = j.d.ReadToken()
	return err
}

// entry takes the n-th indicator of a bundle.
func (in *intake) entry(n int, raw jsontext.Value) {
	var e bundleEntry
	if err := json.Unmarshal(raw, &e, json.RejectUnknownMembers(true)); err != nil {
		in.refuse(Refused{Line: n, Text: string(raw[:min(len(raw), 160)]), Reason: err.Error()})
		return
	}
	t, ok := TypeOf(e.Type)
	if !ok {
		in.refuse(Refused{Line: n, Ref: e.ID, Text: e.Type + " " + e.Value, Reason: "a type that this release does not know"})
		return
	}
	i, err := ParseAs(t, e.Value)
	switch {
	case err == nil && i.Type != t:
		err = errors.New("the value is of type " + i.Type.String())
	case err == nil && (e.Match == "below" && t != Domain && t != URL || e.Match != "" && e.Match != "exact" && e.Match != "below"):
		err = errors.New(`match is "exact", or "below" for domains and URLs`)
	}
	if err != nil {
		in.refuse(Refused{Line: n, Ref: e.ID, Text: e.Type + " " + e.Value, Reason: err.Error()})
		return
	}
	i.Exact = (t == Domain || t == URL) && e.Match != "below"
	i.Ref, i.Note = e.ID, e.Note
	in.take(i, n, e.Value)
}
