package advisory

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"ward"
	"ward/format/csaf"
)

// Field names what a document says in one place, for the filter and the order of
// the list: the required fields of /document, the CVEs and the properties of the
// product tree, as CSAF 2.0 section 9.1.12 asks of a management system.
type Field string

// Fields of a document. Those of the history and of the product tree have many
// values; a list is then ordered by the first of them.
const (
	FieldCategory          Field = "category"
	FieldCSAFVersion       Field = "csaf_version"
	FieldPublisherCategory Field = "publisher_category"
	FieldPublisher         Field = "publisher"
	FieldNamespace         Field = "namespace"
	FieldTitle             Field = "title"
	FieldTrackingID        Field = "tracking_id"
	FieldStatus            Field = "status"
	FieldVersion           Field = "version"
	FieldInitial           Field = "initial_release_date"
	FieldCurrent           Field = "current_release_date"
	FieldHistoryDate       Field = "revision_date"
	FieldHistoryNumber     Field = "revision_number"
	FieldHistorySummary    Field = "revision_summary"
	FieldSeverityText      Field = "aggregate_severity"
	FieldCVE               Field = "cve"
	FieldVendor            Field = "vendor"
	FieldProduct           Field = "product_name"
	FieldProductVersion    Field = "product_version"
	FieldProductID         Field = "product_id"
	FieldModel             Field = "model_number"
	FieldSerial            Field = "serial_number"
	FieldCPE               Field = "cpe"
	FieldPURL              Field = "purl"
)

// Fields lists them in the order of the document.
func Fields() []Field {
	return []Field{FieldCategory, FieldCSAFVersion, FieldPublisherCategory, FieldPublisher, FieldNamespace, FieldTitle, FieldTrackingID, FieldStatus,
		FieldVersion, FieldInitial, FieldCurrent, FieldHistoryDate, FieldHistoryNumber, FieldHistorySummary, FieldSeverityText, FieldCVE,
		FieldVendor, FieldProduct, FieldProductVersion, FieldProductID, FieldModel, FieldSerial, FieldCPE, FieldPURL}
}

// Bounds of what is kept of one document: the values of one field, and a value in bytes.
const (
	maxValues = 200
	maxValue  = 120
)

// fieldValue is one value, as it is stored.
type fieldValue struct {
	field Field
	value string
}

// fieldsOf reads the fields of a document; each value once, without empty ones.
func fieldsOf(d *csaf.Document, claims []ward.Claim) []fieldValue {
	said := map[Field][]string{
		FieldCategory: {d.Category}, FieldCSAFVersion: {d.CSAFVersion}, FieldPublisherCategory: {d.Publisher.Category},
		FieldPublisher: {d.Publisher.Name}, FieldNamespace: {d.Publisher.Namespace}, FieldTitle: {d.Title},
		FieldTrackingID: {d.Tracking.ID}, FieldStatus: {d.Tracking.Status}, FieldVersion: {d.Tracking.Version},
		FieldInitial: {stamp(d.Tracking.Initial)}, FieldCurrent: {stamp(d.Tracking.Current)}, FieldSeverityText: {d.SeverityText},
	}
	for _, r := range d.Tracking.Revisions {
		said[FieldHistoryDate] = append(said[FieldHistoryDate], stamp(r.Date))
		said[FieldHistoryNumber] = append(said[FieldHistoryNumber], r.Number)
		said[FieldHistorySummary] = append(said[FieldHistorySummary], r.Summary)
	}
	for i := range d.Vulnerabilities {
		said[FieldCVE] = append(said[FieldCVE], d.Vulnerabilities[i].CVE)
	}
	for i := range claims {
		c := &claims[i]
		said[FieldVendor] = append(said[FieldVendor], c.Vendor)
		said[FieldProduct] = append(said[FieldProduct], c.Names...)
		said[FieldProductVersion] = append(said[FieldProductVersion], c.Version, c.Range)
		said[FieldProductID] = append(said[FieldProductID], c.Leaf)
		said[FieldModel] = append(said[FieldModel], c.Models...)
		said[FieldSerial] = append(said[FieldSerial], c.Serials...)
		said[FieldCPE] = append(said[FieldCPE], c.CPE)
		said[FieldPURL] = append(said[FieldPURL], c.PURL)
	}
	var out []fieldValue
	for _, field := range Fields() {
		seen := map[string]bool{"": true}
		for _, text := range said[field] {
			if v := sortable(field, text); !seen[v] && len(seen) <= maxValues {
				seen[v] = true
				out = append(out, fieldValue{field, v})
			}
		}
	}
	return out
}

// stamp writes a time so that its text sorts; empty for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// sortable is a value as it is stored and asked for: in lower case, cut, and for
// versions with padded numbers, so that 10 comes behind 9.
func sortable(f Field, text string) string {
	v := strings.ToLower(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " "))
	if slices.Contains([]Field{FieldVersion, FieldHistoryNumber}, f) {
		v = padded(v)
	}
	if len(v) > maxValue {
		v = v[:maxValue]
	}
	return strings.ToValidUTF8(v, "")
}

// padded writes each run of digits with eight of them.
func padded(v string) string {
	var out strings.Builder
	for v != "" {
		n := len(v) - len(strings.TrimLeft(v, "0123456789"))
		if n == 0 {
			out.WriteByte(v[0])
			v = v[1:]
			continue
		}
		out.WriteString(strings.Repeat("0", max(0, 8-n)) + v[:n])
		v = v[n:]
	}
	return out.String()
}
