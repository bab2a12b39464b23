package recognise

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"ward/format/kev"
	"ward/format/pattern"
	"ward/format/sheet"
)

// Head is how many bytes of a file suffice to recognise most of them; a JSON
// document whose telling member comes later needs the whole.
const Head = 64 << 10

// Recognise tells the kind of data, which is a whole file or its beginning.
// It reads no further than the first member that decides, never fails, and
// gives Unknown for what it does not know.
func Recognise(name string, data []byte) Kind {
	kind, _ := identify(name, data)
	return kind
}

// identify gives the edition too where the first look shows it.
func identify(name string, data []byte) (Kind, string) {
	text := trimmed(data)
	switch {
	case len(text) == 0, wideJSON(data):
		return Unknown, ""
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return workbook(data), ""
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		return packed(data)
	case text[0] == '{', text[0] == '[' && looksArray(text):
		return jsonKind(text)
	case text[0] == '<':
		return xmlKind(text)
	}
	return textKind(name, text, data)
}

// trimmed leaves out a byte order mark and white space at the beginning.
func trimmed(data []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), " \t\r\n")
}

// wideJSON tells JSON in UTF-16 from a table in it, which is read: no reader of
// JSON takes it.
func wideJSON(data []byte) bool {
	if !bytes.HasPrefix(data, []byte("\xff\xfe")) && !bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return false
	}
	text := bytes.TrimLeft(bytes.ReplaceAll(data[2:min(len(data), 200)], []byte{0}, nil), " \t\r\n")
	return len(text) > 0 && text[0] == '{'
}

// looksArray tells a JSON array from a text that begins with a bracket.
func looksArray(text []byte) bool {
	rest := bytes.TrimLeft(text[1:], " \t\r\n")
	return len(rest) > 0 && strings.IndexByte("{[]\"", rest[0]) >= 0
}

// workbook tells an XLSX from other containers by its folder.
func workbook(data []byte) Kind {
	if bytes.Contains(data, []byte("xl/")) {
		return SheetXLSX
	}
	return Unknown
}

// packed looks into gzip: EPSS is published so. Other packed files are opened
// by whoever walks archives.
func packed(data []byte) (Kind, string) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return Unknown, ""
	}
	head := make([]byte, 4096)
	n, err := io.ReadFull(z, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Unknown, ""
	}
	if isEPSS(head[:n]) {
		return EPSS, ""
	}
	return Unknown, ""
}

// isEPSS looks for the column names in the first line that is no comment.
func isEPSS(text []byte) bool {
	for line := range bytes.Lines(text) {
		l := strings.ToLower(strings.TrimSpace(string(line)))
		if strings.HasPrefix(l, "#") {
			continue
		}
		return strings.HasPrefix(l, "cve,epss")
	}
	return false
}

// xmlKind looks at the root element's namespace.
func xmlKind(text []byte) (Kind, string) {
	dec := xml.NewDecoder(bytes.NewReader(text[:min(len(text), Head)]))
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for {
		tok, err := dec.RawToken()
		if err != nil {
			return Unknown, ""
		}
		root, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range root.Attr {
			isNamespace := a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns"
			if edition, ok := strings.CutPrefix(a.Value, "http://cyclonedx.org/schema/bom/"); ok && isNamespace && root.Name.Local == "bom" {
				return CycloneDXXML, edition
			}
		}
		if root.Name.Local == "bom" {
			return CycloneDXXML, "" // a bill without its namespace: the check names the fault
		}
		return Unknown, ""
	}
}

// textKind tells the line formats, and tables by their column names.
func textKind(name string, text, data []byte) (Kind, string) {
	head := text[:min(len(text), Head)]
	if isEPSS(head) {
		return EPSS, ""
	}
	switch kev.TableOf(head) {
	case kev.EU:
		return EUKEV, ""
	case kev.CISA:
		return CISAKEV, ""
	}
	for line := range bytes.Lines(head) {
		if v, ok := bytes.CutPrefix(line, []byte("SPDXVersion:")); ok {
			return SPDXTagValue, strings.TrimPrefix(strings.TrimSpace(string(v)), "SPDX-")
		}
	}
	if k := companion(head); k != Unknown {
		return k, ""
	}
	r, err := sheet.Open(name, bytes.NewReader(data), int64(len(data)), sheet.Limits{})
	if err != nil {
		return tableByName(name, errors.Is(err, sheet.ErrEncoding)), ""
	}
	defer r.Close()
	sure := 0
	for _, c := range sheet.Guess(r.Header(), nil) {
		if c.Confidence >= 0.6 {
			sure++
		}
	}
	if sure >= 2 {
		return SheetCSV, ""
	}
	return tableByName(name, len(r.Header()) > 1), ""
}

var (
	listed = pattern.Of(`^"?[^",;\s]+\.json"?(,"?\d{4}-\d\d-\d\dT[^",]+"?)?\s*$`) // path, and time in changes.csv
	digest = pattern.Of(`^[0-9a-fA-F]{64,128}\s+\S+\s*$`)                         // as sha256sum writes
)

// companion tells the files that lie beside CSAF documents (CSAF 2.0 section
// 7.1): they are no documents, and no faults either.
func companion(head []byte) Kind {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	switch {
	case bytes.HasPrefix(line, []byte("-----BEGIN PGP ")), digest().Match(line):
		return Signature
	case listed().Match(line):
		return CSAFListing
	}
	return Unknown
}

// tableByName lets the name decide where the content could be a table.
func tableByName(name string, could bool) Kind {
	ext := strings.ToLower(path.Ext(name))
	if could && (ext == ".csv" || ext == ".tsv") {
		return SheetCSV
	}
	return Unknown
}
