package agent

import (
	"ward/format/logline"
	"ward/format/redact"
)

// named are the fields of a record that name a person, kept beside a hit only
// until its line is redacted: an access log has the user's name in a column, and
// only the record knows which.
func named(r *logline.Record) [][2]string {
	var out [][2]string
	for _, f := range r.Fields {
		if len(out) < maxFields && len(f.Value) > 0 && redact.Telling(f.Name) {
			out = append(out, [2]string{f.Name, clipped(f.Value)})
		}
	}
	return out
}

// Redact takes out of a hit what names a person: in its line, its fields, its
// path and the name of the computer. What was found stays.
func Redact(r *redact.Redactor, h *Hit) {
	keep := []string{h.Match, h.Indicator}
	h.Text, _ = r.Line(h.Text, h.people, keep...)
	h.File, _ = r.Text(h.File)
	h.Host, _ = r.Line(h.Host, h.people, keep...)
	h.Note, _ = r.Line(h.Note, h.people, keep...)
	for name, value := range h.Fields {
		h.Fields[name], _ = r.Field(name, value, keep...)
	}
	h.people = nil
}
