// Package kev reads catalogues of vulnerabilities that are known to be
// exploited: CISA's KEV (object with "vulnerabilities", or CSV), the EU KEV of the
// CSIRTs network (array after the schema v1 of enisaeu/CNW, or CSV as it was
// kept before), and ENISA's dump of both (EUVD, /api/kev/dump: array with
// "cveId" and "sources"). Entries are streamed; a broken one is told and passed over.
package kev

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"ward/format/cve"
	"ward/format/problem"
	"ward/format/problem/jsontree"
)

// Source says whose catalogue an entry is from.
type Source string

const (
	CISA Source = "cisa"
	EU   Source = "eu"
)

// Entry is one exploited vulnerability.
type Entry struct {
	CVE          string
	EUVD         string // "EUVD-2025-123", EU only
	Vendor       string
	Product      string
	Name         string
	Description  string
	Action       string    // CISA's required action
	Added        time.Time // day, midnight UTC: dateAdded or dateReported
	Due          time.Time // day; zero if none. It binds US federal agencies, nobody in the Union
	Patched      time.Time // patchedSince, EU; zero if none
	Ransomware   bool      // known to be used in ransomware campaigns
	Exploitation []string  // EU exploitationType
	Actors       []string  // EU threatActorsExploiting
	CWEs         []string
	Notes        string
	Source       Source
	Origin       string // EU originSource: the reporting CSIRT
}

// Catalogue is what a file says of itself, and what was wrong in it.
type Catalogue struct {
	Source   Source
	Version  string    // catalogVersion, CISA
	Released time.Time // zero if not stated
	Stated   int       // the count the file claims, -1 if none
	Entries  int       // entries given out
	Unread   []string  // CVEs of entries that could not be used but are there, each with its problem
	Problems []problem.Problem
}

// Limits bounds a read. A zero field means its default.
type Limits struct {
	Bytes   int64 // default 64 MiB
	Entries int   // default 100,000
	Entry   int   // bytes of one entry; default 64 KiB
}

// Read calls each for every good entry in the file's order. It stops at the
// first error of each, and with a problem.Problem where the file breaks or
// passes a limit; what was given out before stays good.
func Read(r io.Reader, l Limits, each func(Entry) error) (Catalogue, error) {
	l = Limits{Bytes: cmp.Or(l.Bytes, 64<<20), Entries: cmp.Or(l.Entries, 100_000), Entry: cmp.Or(l.Entry, 64<<10)}
	in := &io.LimitedReader{R: r, N: l.Bytes + 1}
	text := bufio.NewReader(withoutMark(in))
	rd := reader{lim: l, each: each, cat: Catalogue{Stated: -1}}
	var err error
	if rd.cat.Source = tableOf(text); rd.cat.Source != "" {
		err = rd.table(text)
	} else {
		rd.dec = jsontext.NewDecoder(text)
		err = rd.document()
	}
	if in.N <= 0 {
		err = problem.Problem{Place: fmt.Sprintf("byte %d", l.Bytes), Rule: "size", Detail: "the file is larger than what is read"}
	}
	rd.cat.Problems = rd.out.Problems()
	return rd.cat, err
}

// withoutMark takes a UTF-8 byte order mark off.
func withoutMark(r io.Reader) io.Reader {
	head := make([]byte, 3)
	n, _ := io.ReadFull(r, head)
	return io.MultiReader(bytes.NewReader(bytes.TrimPrefix(head[:n], []byte("\xef\xbb\xbf"))), r)
}

// reader holds one pass over a catalogue; entries are never kept together.
type reader struct {
	dec  *jsontext.Decoder
	lim  Limits
	each func(Entry) error
	cat  Catalogue
	out  problem.List
}

// document tells the two catalogues apart: CISA's is an object, the EU's an array.
func (r *reader) document() error {
	switch r.dec.PeekKind() {
	case '[':
		r.cat.Source = EU
		return r.entries("")
	case '{':
		r.cat.Source = CISA
		return r.object()
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return r.broken(err)
	}
	return problem.Problem{Place: "/", Rule: "type", Detail: "neither an object nor an array"}
}

// object takes members in any order, since JSON promises none; the stated
// count can only be compared at the end.
func (r *reader) object() error {
	if _, err := r.dec.ReadToken(); err != nil {
		return r.broken(err)
	}
	found := false
	for r.dec.PeekKind() == '"' {
		name, err := r.dec.ReadToken()
		if err != nil {
			return r.broken(err)
		}
		if member := name.String(); member == "vulnerabilities" {
			found = true
			err = r.entries("/vulnerabilities")
		} else {
			err = r.head(member)
		}
		if err != nil {
			return err
		}
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return r.broken(err)
	}
	if !found {
		return problem.Problem{Place: "/", Rule: "required", Detail: `"vulnerabilities" is missing`}
	}
	if r.cat.Stated >= 0 && r.cat.Stated != r.cat.Entries+len(r.out.Problems()) {
		r.out.Add("/count", "count", fmt.Sprintf("%d is stated, %d entries are there", r.cat.Stated, r.cat.Entries))
	}
	return nil
}

// head notes what the catalogue says of itself. A value of another type is
// passed over: it decides nothing.
func (r *reader) head(member string) error {
	v, err := r.dec.ReadValue()
	if err != nil {
		return r.broken(err)
	}
	switch member {
	case "catalogVersion":
		_ = json.Unmarshal(v, &r.cat.Version)
	case "dateReleased":
		var s string
		_ = json.Unmarshal(v, &s)
		r.cat.Released, _ = time.Parse(time.RFC3339, s)
	case "count":
		_ = json.Unmarshal(v, &r.cat.Stated)
	}
	return nil
}

// entries reads the array element by element.
func (r *reader) entries(place string) error {
	if r.dec.PeekKind() != '[' {
		return problem.Problem{Place: cmp.Or(place, "/"), Rule: "type", Detail: "not an array"}
	}
	if _, err := r.dec.ReadToken(); err != nil {
		return r.broken(err)
	}
	for i := 0; r.dec.PeekKind() != ']'; i++ {
		v, err := r.dec.ReadValue()
		if err != nil {
			return r.broken(err)
		}
		if i == r.lim.Entries {
			return problem.Problem{Place: jsontree.Index(place, i), Rule: "count", Detail: "too many entries"}
		}
		if err := r.entry(jsontree.Index(place, i), v); err != nil {
			return err
		}
	}
	_, err := r.dec.ReadToken()
	return r.broken(err)
}

// entry gives one out, or tells why not; only each can end the read.
func (r *reader) entry(place string, v jsontext.Value) error {
	if len(v) > r.lim.Entry {
		r.out.Add(place, "size", fmt.Sprintf("an entry of %d bytes", len(v)))
		return nil
	}
	e, p := decode(v, r.cat.Source)
	if p != nil {
		r.refuse(jsontree.Child(place, p.Place), e, p)
		return nil
	}
	if e.Source != r.cat.Source { // of a dump of several catalogues
		return nil
	}
	r.cat.Entries++
	return r.each(e)
}

// refuse tells why an entry cannot be used.
func (r *reader) refuse(place string, e Entry, p *problem.Problem) {
	r.out.Add(place, p.Rule, p.Detail)
	if cve.ValidID(e.CVE) {
		r.cat.Unread = append(r.cat.Unread, e.CVE)
	}
}

// broken makes a decoder's error a Problem; nil stays nil.
func (r *reader) broken(err error) error {
	if err == nil {
		return nil
	}
	detail := err.Error()
	var syn *jsontext.SyntacticError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		detail = "the document ends in the middle"
	} else if errors.As(err, &syn) && syn.Err != nil {
		detail = syn.Err.Error()
	}
	return problem.Problem{Place: fmt.Sprintf("byte %d (%s)", r.dec.InputOffset(), r.dec.StackPointer()), Rule: "json", Detail: problem.Clip(detail)}
}

// Diff compares two states of one catalogue by CVE: what is new, and what was
// withdrawn and is to be un-marked. The order is that of the arguments.
func Diff(old, now []Entry) (added, withdrawn []Entry) {
	return missing(now, old), missing(old, now)
}

// missing gives the entries of from whose CVE is not in in.
func missing(from, in []Entry) (out []Entry) {
	known := map[string]bool{}
	for _, e := range in {
		known[e.CVE] = true
	}
	for _, e := range from {
		if !known[e.CVE] {
			out = append(out, e)
		}
	}
	return out
}

// Validate lists what is wrong with a catalogue, nil if nothing.
func Validate(data []byte) []problem.Problem {
	cat, err := Read(bytes.NewReader(data), Limits{}, func(Entry) error { return nil })
	found := cat.Problems
	if err != nil {
		found = append(found, problem.Of(err)...)
	}
	return found
}
