package recognise

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	gocsaf "github.com/gocsaf/csaf/v3/csaf"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"ward/format/csaf"
	"ward/format/cve"
	"ward/format/cyclonedx"
	"ward/format/epss"
	"ward/format/kev"
	"ward/format/openvex"
	"ward/format/problem"
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
		r.Problems = party(version, data, gocsaf.ValidateProviderMetadata, csaf.CheckProvider)
	case CSAFAggregator:
		r.Problems = party(version, data, gocsaf.ValidateAggregator, csaf.CheckAggregator)
	case ROLIE:
		r.Problems = rolie(data)
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

// most is the size up to which documents checked by a JSON schema are read.
const most = 64 << 20

// party checks what an issuing party says of itself, by the edition that it names.
func party(version string, data []byte, old func(any) ([]string, error), current func([]byte) []problem.Problem) []problem.Problem {
	if version == "2.1" {
		return current(data)
	}
	return bySchema(data, old)
}

// bySchema runs one of the CSAF project's schemas, which are of edition 2.0.
func bySchema(data []byte, validate func(any) ([]string, error)) []problem.Problem {
	if len(data) > most {
		return []problem.Problem{{Place: "/", Rule: "size", Detail: fmt.Sprintf("%d bytes", len(data))}}
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	if err != nil {
		return []problem.Problem{{Place: "/", Rule: "json", Detail: problem.Clip(err.Error())}}
	}
	faults, err := validate(doc)
	if err != nil {
		return problem.Of(err)
	}
	var out problem.List
	for _, f := range faults {
		place, detail, ok := strings.Cut(f, ": ")
		if !ok || !strings.HasPrefix(f, "/") {
			place, detail = "/", f
		}
		out.Add(place, "schema", detail)
	}
	return out.Problems()
}

// rolie checks feeds; the service and category documents have no schema of
// CSAF's own and pass if they are JSON.
func rolie(data []byte) []problem.Problem {
	if bytes.Contains(data[:min(len(data), Head)], []byte(`"feed"`)) {
		return bySchema(data, func(doc any) ([]string, error) { return gocsaf.ValidateROLIE(asOld(doc)) })
	}
	return bySchema(data, func(any) ([]string, error) { return nil, nil })
}

// The schema and edition that entries of a feed name; a feed of edition 2.1
// differs from one of 2.0 in nothing else.
var (
	format20 = map[string]any{"schema": "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json", "version": "2.0"}
	format21 = map[string]any{"schema": "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json", "version": "2.1"}
)

// asOld gives entries of edition 2.1 the format that the schema of 2.0 knows.
func asOld(doc any) any {
	root, _ := doc.(map[string]any)
	feed, _ := root["feed"].(map[string]any)
	entries, _ := feed["entry"].([]any)
	for _, e := range entries {
		if entry, ok := e.(map[string]any); ok && reflect.DeepEqual(entry["format"], any(format21)) {
			entry["format"] = format20
		}
	}
	return doc
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
