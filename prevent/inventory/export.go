package inventory

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"iter"
	"time"

	"ward"
	"ward/format/sheet"
	"ward/kit/audit"
	"ward/kit/db"
	"ward/prevent/inventory/entry"
)

// Export formats.
const (
	ExportCSV       = "csv"
	ExportJSON      = "json"
	ExportCycloneDX = "cyclonedx"
)

// ExportType is the content type of an export format; empty for an unknown one.
func ExportType(format string) string {
	switch format {
	case ExportCSV:
		return "text/csv; charset=utf-8"
	case ExportJSON:
		return "application/json"
	case ExportCycloneDX:
		return "application/vnd.cyclonedx+json; version=1.6"
	}
	return ""
}

// Export writes the rows that a may see and f chooses: as CSV, which comes back
// by the import as it went out, as JSON of the API's assets, or as a CycloneDX
// 1.6 inventory of devices. Errors before the first byte are Invalid or Forbidden.
func (s *Service) Export(ctx context.Context, a ward.Actor, f Filter, format string, open func() io.Writer) error {
	return ward.Wrap("export inventory", s.export(ctx, a, f, format, open))
}

// export writes the audit entry first: an export that breaks off was one too.
func (s *Service) export(ctx context.Context, a ward.Actor, f Filter, format string, open func() io.Writer) error {
	decision, err := s.mine(a, read)
	if err != nil {
		return err
	}
	if ExportType(format) == "" {
		return ward.Fail(ward.Invalid, "inventory.error.export_format").At("format")
	}
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return s.cfg.Audit.Record(ctx, tx, audit.Entry{Actor: a, Action: string(read), Object: object(a, "inventory", "", a.Org),
			Outcome: audit.Done, Policy: decision.Policy, Detail: map[string]string{"step": "export", "format": format}})
	})
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(open(), 64<<10)
	var fault error
	rows := s.all(ctx, s.cfg.Guard.Scope(a, read), f, &fault)
	switch format {
	case ExportCSV:
		err = writeCSV(w, rows)
	case ExportJSON:
		err = writeJSON(w, "[", "]\n", rows, func(r Asset) any { return wireOf(r) })
	case ExportCycloneDX:
		err = writeJSON(w, s.bomHead(), "]}\n", rows, func(r Asset) any { return deviceOf(r) })
	}
	if err != nil || fault != nil {
		return firstOf(fault, err)
	}
	return w.Flush()
}

// firstOf is the first error there is: of the database before that of the writer.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// exportPage is how many rows are read at a time: no reader holds the database
// while a slow client takes its bytes.
const exportPage = 500

// all gives every row of f in scope, page by page; fault tells what ended it.
func (s *Service) all(ctx context.Context, scope ward.Scope, f Filter, fault *error) iter.Seq[Asset] {
	return func(yield func(Asset) bool) {
		for p := (Page{Limit: exportPage}); ; {
			var rows []Asset
			*fault = s.cfg.DB.Read(ctx, func(tx *db.Tx) (err error) {
				rows, err = listAssets(ctx, tx, scope, f, p)
				return err
			})
			for _, r := range rows {
				if !yield(r) {
					return
				}
				p.After = r.ID
			}
			if *fault != nil || len(rows) < exportPage {
				return
			}
		}
	}
}

// writeCSV writes all fields in the order and under the names that an import knows.
func writeCSV(w io.Writer, rows iter.Seq[Asset]) error {
	fields := sheet.Fields()
	header := make([]string, len(fields))
	for i, f := range fields {
		header[i] = string(f)
	}
	return sheet.WriteCSV(w, header, func(yield func([]string) bool) {
		for r := range rows {
			cells := make([]string, len(fields))
			for i, f := range fields {
				cells[i] = r.Cell(f)
			}
			if !yield(cells) {
				return
			}
		}
	})
}

// writeJSON writes the rows one by one between head and tail; the whole is never in
// memory.
func writeJSON(w io.Writer, head, tail string, rows iter.Seq[Asset], wire func(Asset) any) error {
	if _, err := io.WriteString(w, head); err != nil {
		return err
	}
	first := true
	for r := range rows {
		b, err := json.Marshal(wire(r))
		if err != nil {
			return err
		}
		if !first {
			b = append([]byte(",\n"), b...)
		}
		first = false
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, tail)
	return err
}

// bomHead is the beginning of a CycloneDX 1.6 document up to its components.
func (s *Service) bomHead() string {
	head := struct {
		Format   string `json:"bomFormat"`
		Edition  string `json:"specVersion"`
		Serial   string `json:"serialNumber"`
		Version  int    `json:"version"`
		Metadata struct {
			Timestamp string `json:"timestamp"`
		} `json:"metadata"`
	}{Format: "CycloneDX", Edition: "1.6", Serial: "urn:uuid:" + s.cfg.IDs(), Version: 1}
	head.Metadata.Timestamp = s.cfg.Clock().Format(time.RFC3339)
	text := jsonText(head)
	return text[:len(text)-1] + `,"components":[`
}

// device is a row as a component of type "device".
type device struct {
	Type       string        `json:"type"`
	Ref        string        `json:"bom-ref"`
	Maker      *organisation `json:"manufacturer,omitempty"`
	Name       string        `json:"name"`
	Version    string        `json:"version,omitempty"`
	PURL       string        `json:"purl,omitempty"`
	CPE        string        `json:"cpe,omitempty"`
	Properties []bomProperty `json:"properties,omitempty"`
}

// organisation is CycloneDX's organizationalEntity.
type organisation struct {
	Name string `json:"name"`
}

// bomProperty carries what CycloneDX has no field for, under our own namespace.
type bomProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// deviceOf gives every device a name, which CycloneDX demands: its model or
// identifier where the hospital wrote no other.
func deviceOf(a Asset) device {
	d := device{Type: "device", Ref: string(a.ID), Name: entry.Title(ward.ProductRef{Name: a.Ref.Name, Model: a.Ref.Model, UDI: a.Ref.UDI,
		PURL: a.Ref.PURL, CPE: a.Ref.CPE}), Version: a.Ref.Version, PURL: a.Ref.PURL, CPE: a.Ref.CPE}
	if a.Ref.Vendor != "" {
		d.Maker = &organisation{a.Ref.Vendor}
	}
	for _, f := range sheet.Fields() {
		if f == sheet.Vendor || f == sheet.Product || f == sheet.Version {
			continue
		}
		if v := a.Cell(f); v != "" {
			d.Properties = append(d.Properties, bomProperty{"ward:" + string(f), v})
		}
	}
	return d
}
