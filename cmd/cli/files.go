//go:build !edge

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"ward"
	"ward/format/csaf"
	"ward/format/cyclonedx"
	"ward/format/match"
	"ward/format/recognise"
	"ward/format/sbom"
	"ward/format/sheet"
	"ward/format/spdx"
)

// item is one row of what somebody owns.
type item struct {
	row string
	ref ward.ProductRef
}

// readInventory reads a table or an SBOM, and names the worksheets that it passes over.
func readInventory(path string) (_ []item, unread []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	st, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if components, ok, err := readSBOM(path, f, st.Size()); ok || err != nil {
		out := make([]item, len(components))
		for i, c := range components {
			out[i] = item{row: orNumber(c.Ref, i), ref: c.Ware()}
		}
		return out, nil, err
	}
	return readTable(path, f, st.Size())
}

// sbomLimit bounds an SBOM that is read whole.
const sbomLimit = 64 << 20

// readSBOM gives the components of a bill of materials, its own product first;
// ok is false for anything else.
func readSBOM(name string, r io.ReaderAt, size int64) (_ []sbom.Component, ok bool, err error) {
	data, err := io.ReadAll(io.NewSectionReader(r, 0, min(size, sbomLimit+1)))
	if err != nil {
		return nil, false, err
	}
	data = sbom.Text(data)
	var d *sbom.Document
	switch recognise.Recognise(name, data) {
	case recognise.CycloneDXJSON, recognise.CycloneDXXML:
		d, err = cyclonedx.Read(data, sbom.Limits{})
	case recognise.SPDXJSON, recognise.SPDXTagValue:
		d, err = spdx.Read(data, sbom.Limits{})
	default:
		return nil, false, nil
	}
	if err != nil {
		return nil, true, err
	}
	if d.Product != nil {
		return append([]sbom.Component{*d.Product}, d.Components...), true, nil
	}
	return d.Components, true, nil
}

// readTable reads all worksheets that are inventories; without a column of their own
// the rows are numbered through.
func readTable(path string, r io.ReaderAt, size int64) (out []item, unread []string, err error) {
	t, err := sheet.Open(filepath.Base(path), r, size, sheet.Limits{})
	if err != nil {
		return nil, nil, err
	}
	defer t.Close() //nolint:errcheck // read only
	for more := true; more; more = t.NextSheet() {
		if out, err = readRows(t, out); err != nil {
			return nil, nil, err
		}
	}
	return out, t.Unread(), nil
}

// readRows appends the rows of the worksheet at hand.
func readRows(t *sheet.Reader, out []item) ([]item, error) {
	var rows [][]string
	for {
		row, _, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	columns := sheet.Guess(t.Header(), rows[:min(len(rows), 200)])
	if columns.Index(sheet.Product) < 0 && columns.Index(sheet.Model) < 0 && columns.Index(sheet.Vendor) < 0 {
		return nil, errors.New("no column is called vendor, product or model")
	}
	for _, row := range rows {
		out = append(out, item{row: orNumber(columns.Cell(row, sheet.RowID), len(out)), ref: refOf(columns, row)})
	}
	return out, nil
}

func orNumber(s string, i int) string {
	if s = strings.TrimSpace(s); s != "" {
		return s
	}
	return strconv.Itoa(i + 1)
}

func refOf(m sheet.Mapping, row []string) ward.ProductRef {
	cell := func(f sheet.Field) string { return strings.TrimSpace(m.Cell(row, f)) }
	return ward.ProductRef{Vendor: cell(sheet.Vendor), Name: cell(sheet.Product), Model: cell(sheet.Model), Version: cell(sheet.Version),
		UDI: cell(sheet.UDI), Serial: cell(sheet.Serial)}
}

// advisories are the claims of many documents with the names to print.
type advisories struct {
	claims    *match.Claims
	tracking  map[ward.AdvisoryID]string
	documents int
}

// readAdvisories reads CSAF documents from files, folders and archives. Of a
// document that comes more than once the newest revision counts. What is no
// CSAF document is told on stderr, counted and left out.
func (e *env) readAdvisories(ctx context.Context, paths []string, quiet bool) (*advisories, int, error) {
	newest := map[string]*csaf.Document{}
	faults := 0
	leftOut := func(name string, err error) error {
		faults++
		if !quiet {
			fmt.Fprintln(e.err, printable(fmt.Sprintf("left out: %s: %v", name, err)))
		}
		return nil
	}
	err := files{broken: leftOut, each: func(name string, r io.Reader) error {
		d, _, err := csaf.Read(r, csaf.Limits{})
		if err != nil {
			if looksForeign(name) {
				return nil
			}
			return leftOut(name, err)
		}
		key := d.Publisher.Namespace + "\n" + d.Tracking.ID
		if old := newest[key]; old == nil || d.Newer(old) {
			newest[key] = d
		}
		return nil
	}}.walk(ctx, paths)
	if err != nil {
		return nil, 0, err
	}
	if len(newest) == 0 {
		return nil, 0, errors.New("no CSAF document was found; --advisories takes a file, folder or archive")
	}
	return compile(newest), faults, nil
}

func compile(newest map[string]*csaf.Document) *advisories {
	out := &advisories{tracking: map[ward.AdvisoryID]string{}, documents: len(newest)}
	var claims []ward.Claim
	for key, d := range newest {
		id := ward.AdvisoryID(d.Tracking.ID + "\n" + key)
		out.tracking[id] = d.Tracking.ID
		for _, c := range d.Claims() {
			c.Advisory = id
			claims = append(claims, c)
		}
	}
	out.claims = match.Compile(claims)
	return out
}

// looksForeign reports whether a file that did not parse was never meant to be
// a document: hashes, signatures and lists lie beside them in every folder.
func looksForeign(name string) bool {
	return !strings.EqualFold(filepath.Ext(name), ".json") || strings.EqualFold(filepath.Base(name), "provider-metadata.json") ||
		strings.EqualFold(filepath.Base(name), "testcases.json") || strings.HasPrefix(filepath.Base(name), "csaf-feed")
}
