package agent

import (
	"bytes"
	"strings"

	"ward/format/logline"
	"ward/format/plain"
	"ward/format/redact"
)

// named are the fields of a record that name a person, kept beside a hit only
// until its line is redacted: an access log has the user's name in a column, and
// only the record knows which. All of them: an audit message names the patient last.
// More than maxPeople are a crowd that nobody's line has, and too many to look for.
func named(r *logline.Record) (out [][2]string, crowd bool) {
	seen := map[[2]string]bool{}
	resource := r.Object() && bytes.Contains(r.Raw, []byte(`"AuditEvent"`))
	for _, f := range r.Fields {
		name := f.Name
		if resource { // "agent.name" names a machine elsewhere
			if i := strings.LastIndex(name, "resource."); i >= 0 { // of a bundle
				name = name[i+len("resource."):]
			}
			name = "auditevent." + name
		}
		if len(f.Value) == 0 || !redact.Telling(name) {
			continue
		}
		if pair := [2]string{name, clipped(f.Value)}; !seen[pair] {
			if len(out) == maxPeople {
				return out, true
			}
			seen[pair] = true
			out = append(out, pair)
		}
	}
	return out, false
}

const maxPeople = 512

// Redact takes out of a hit what names a person: in its line, its fields, its
// path and the name of the computer. What was found stays.
func Redact(r *redact.Redactor, h *Hit) {
	keep := []string{h.Match, h.Indicator}
	line := func(s string) string {
		s, _ = r.Line(s, h.people, keep...)
		return s
	}
	switch {
	case h.unread:
		h.Text = plain.Decoded(h.Match)
	case h.wide != "":
		h.Text = h.narrowed(line(unhex(h.wide)))
	default:
		h.Text = line(unhex(h.Text))
	}
	h.File, _ = r.Text(h.File)
	h.Host, h.Note = line(h.Host), line(h.Note)
	for name, value := range h.Fields {
		switch {
		case redact.Telling(name):
			value, _ = r.Field(name, value, keep...)
		case h.unread:
			value = plain.Decoded(h.Match)
		default:
			value = line(value)
		}
		h.Fields[name] = value
	}
	h.people, h.wide, h.unread = nil, "", false
}
