package recognise

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"ward/format/csaf"
	"ward/format/cve"
	"ward/format/cyclonedx"
	"ward/format/epss"
	"ward/format/kev"
	"ward/format/openvex"
	"ward/format/problem"
	"ward/format/problem/jsontree"
	"ward/format/sheet"
	"ward/format/spdx"
)

// Result is what Check found. Problems is nil for a good file and for kinds
// that are recognised only (see Kind.Read).
type Result struct {
	Kind     Kind
	Version  string // edition of the format as the file states it; may be empty
	Problems []problem.Problem
}

// Bad says whether the file must not be used: something is wrong in it, or it
// is of no known kind, which Problems says too.
func (r Result) Bad() bool { return len(r.Problems) > 0 }

// Check recognises a whole file and validates it. name is used in errors, and
// to tell a table from plain text.
func Check(name string, data []byte) Result {
	kind, version := identify(name, data)
	r := Result{Kind: kind, Version: version}
	switch kind {
	case CSAF:
		r.Problems = basic(data)
	case CSAFProvider:
		r.Problems = csaf.CheckProvider(unmarked(data), version)
	case CSAFAggregator:
		r.Problems = csaf.CheckAggregator(unmarked(data), version)
	case ROLIE:
		r.Problems = rolie(unmarked(data))
	case CycloneDXJSON, CycloneDXXML:
		r.Problems = cyclonedx.Validate(data)
	case SPDXJSON, SPDXTagValue, SPDX3:
		r.Problems = spdx.Validate(data)
	case OpenVEX:
		r.Problems = openvex.Validate(data)
	case CISAKEV, EUKEV:
		r.Problems = kev.Validate(data)
	case EPSS:
		r.Problems = epss.Validate(data)
	case CVE5:
		r.Problems = cve.Validate(data)
	case SheetCSV, SheetXLSX:
		r.Problems = table(name, data)
	case Unknown:
		r.Problems = unknown(data)
	}
	return r
}

// basic is what CSAF's basic validator asks (clause 9.1.14): the schema and every
// mandatory test; a fault's rule is the number of the test that failed.
func basic(data []byte) []problem.Problem {
	var out []problem.Problem
	for _, f := range csaf.Check(data, csaf.Mandatory) {
		if !f.NotRun {
			f.Rule = f.Test
			out = append(out, f.Problem)
		}
	}
	return out
}

// unmarked leaves a byte order mark out.
func unmarked(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) }

// rolie checks feeds; the service and category documents have no schema of
// CSAF's own and pass if they are JSON.
func rolie(data []byte) []problem.Problem {
	if bytes.Contains(data[:min(len(data), Head)], []byte(`"feed"`)) {
		return csaf.CheckFeed(data)
	}
	if _, err := jsontree.Parse(data, jsontree.Limits{}); err != nil {
		return problem.Of(err)
	}
	return nil
}

// table reads all rows, so that limits and encoding faults show, and asks for
// the least an inventory must say.
func table(name string, data []byte) []problem.Problem {
	r, err := sheet.Open(name, bytes.NewReader(data), int64(len(data)), sheet.Limits{})
	if err != nil {
		return []problem.Problem{tableFault(err)}
	}
	defer r.Close()
	m := sheet.Guess(r.Header(), nil)
	if m.Index(sheet.Product) < 0 && m.Index(sheet.Model) < 0 && m.Index(sheet.UDI) < 0 {
		return []problem.Problem{{Place: fmt.Sprintf("row %d", r.HeaderLine()), Rule: "columns", Detail: "no column names a product, a model or a UDI"}}
	}
	for {
		_, _, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return []problem.Problem{tableFault(err)}
		}
	}
}

// tableFault turns a table's error into a Problem with its row or byte.
func tableFault(err error) problem.Problem {
	p := problem.Problem{Place: "/", Rule: "table", Detail: err.Error()}
	var e *sheet.Error
	if errors.As(err, &e) {
		p.Detail = e.Kind.Error()
		if e.Detail != "" {
			p.Detail += ": " + e.Detail
		}
		switch {
		case e.Line > 0:
			p.Place = fmt.Sprintf("row %d", e.Line)
		case errors.Is(e, sheet.ErrEncoding):
			p.Place = fmt.Sprintf("byte %d", e.Byte)
		}
	}
	return p
}

// unknown says why nothing was recognised, as far as that can be said.
func unknown(data []byte) []problem.Problem {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return []problem.Problem{{Place: "/", Rule: "empty", Detail: "the file is empty"}}
	case Packed(data):
		return []problem.Problem{{Place: "/", Rule: "packed", Detail: "an archive or a packed file: unpack it first"}}
	case wideJSON(data):
		return []problem.Problem{{Place: "/", Rule: "encoding", Detail: "JSON in UTF-16: write it as UTF-8 (RFC 8259 section 8.1)"}}
	}
	if text := trimmed(data); len(text) > 0 && (text[0] == '{' || text[0] == '[' && looksArray(text)) {
		_, err := jsontree.Parse(data, jsontree.Limits{})
		if p := (problem.Problem{}); errors.As(err, &p) {
			return []problem.Problem{p}
		}
	}
	return []problem.Problem{{Place: "/", Rule: "unknown", Detail: "no format that is known"}}
}

// Packed reports whether data begins as gzip, ZIP, bzip2, xz or zstd do.
func Packed(data []byte) bool {
	for _, head := range []string{"\x1f\x8b", "PK\x03\x04", "BZh", "\xfd7zXZ", "\x28\xb5\x2f\xfd"} {
		if bytes.HasPrefix(data, []byte(head)) {
			return true
		}
	}
	return false
}
