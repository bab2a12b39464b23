package term

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
	Category          Field = "category"
	CSAFVersion       Field = "csaf_version"
	PublisherCategory Field = "publisher_category"
	Publisher         Field = "publisher"
	Namespace         Field = "namespace"
	Title             Field = "title"
	TrackingID        Field = "tracking_id"
	Status            Field = "status"
	Version           Field = "version"
	Initial           Field = "initial_release_date"
	Current           Field = "current_release_date"
	HistoryDate       Field = "revision_date"
	HistoryNumber     Field = "revision_number"
	HistorySummary    Field = "revision_summary"
	SeverityText      Field = "aggregate_severity"
	CVE               Field = "cve"
	Vendor            Field = "vendor"
	Product           Field = "product_name"
	ProductVersion    Field = "product_version"
	ProductID         Field = "product_id"
	Model             Field = "model_number"
	Serial            Field = "serial_number"
	CPE               Field = "cpe"
	PURL              Field = "purl"
)

// Fields lists them in the order of the document.
func Fields() []Field {
	return []Field{Category, CSAFVersion, PublisherCategory, Publisher, Namespace, Title, TrackingID, Status,
		Version, Initial, Current, HistoryDate, HistoryNumber, HistorySummary, SeverityText, CVE,
		Vendor, Product, ProductVersion, ProductID, Model, Serial, CPE, PURL}
}

// Bounds of what is kept of one document: the values of one field, and a value in bytes.
const (
	maxValues = 200
	maxValue  = 120
)

// Value is one value of a field, as it is stored.
type Value struct {
	Field Field
	Text  string
}

// Values reads the fields of a document; each value once, without empty ones.
func Values(d *csaf.Document, claims []ward.Claim) []Value {
	said := map[Field][]string{
		Category: {d.Category}, CSAFVersion: {d.CSAFVersion}, PublisherCategory: {d.Publisher.Category},
		Publisher: {d.Publisher.Name}, Namespace: {d.Publisher.Namespace}, Title: {d.Title},
		TrackingID: {d.Tracking.ID}, Status: {d.Tracking.Status}, Version: {d.Tracking.Version},
		Initial: {stamp(d.Tracking.Initial)}, Current: {stamp(d.Tracking.Current)}, SeverityText: {d.SeverityText},
	}
	for _, r := range d.Tracking.Revisions {
		said[HistoryDate] = append(said[HistoryDate], stamp(r.Date))
		said[HistoryNumber] = append(said[HistoryNumber], r.Number)
		said[HistorySummary] = append(said[HistorySummary], r.Summary)
	}
	for i := range d.Vulnerabilities {
		said[CVE] = append(said[CVE], d.Vulnerabilities[i].CVE)
	}
	for i := range claims {
		c := &claims[i]
		said[Vendor] = append(said[Vendor], c.Vendor)
		said[Product] = append(said[Product], c.Names...)
		said[ProductVersion] = append(said[ProductVersion], c.Version, c.Range)
		said[ProductID] = append(said[ProductID], c.Leaf)
		said[Model] = append(said[Model], c.Models...)
		said[Serial] = append(said[Serial], c.Serials...)
		said[CPE] = append(said[CPE], c.CPE)
		said[PURL] = append(said[PURL], c.PURL)
	}
	var out []Value
	for _, field := range Fields() {
		seen := map[string]bool{"": true}
		for _, text := range said[field] {
			if v := Sortable(field, text); !seen[v] && len(seen) <= maxValues {
				seen[v] = true
				out = append(out, Value{field, v})
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

// Sortable is a value as it is stored and asked for: in lower case, cut, and for
// versions with padded numbers, so that 10 comes behind 9.
func Sortable(f Field, text string) string {
	v := strings.ToLower(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " "))
	if slices.Contains([]Field{Version, HistoryNumber}, f) {
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
