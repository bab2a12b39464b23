package agent

import (
	"bytes"
	"strings"

	"ward/format/logline"
	"ward/format/plain"
)

// head is what a search must know of a log to read a line of it alone: how it
// begins and when it was written last. The pieces of a log share it.
type head struct {
	text    []byte
	options logline.Options
	named   logline.Format
	table   bool // it begins with a heading of columns, which may come again
}

func headOf(text []byte, named logline.Format, o logline.Options) *head {
	text = bytes.Clone(text[:min(len(text), logline.SampleSize)])
	return &head{text: text, named: named, options: o, table: bytes.HasPrefix(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("#"))}
}

// newHead remembers the start of a log.
func (s *scan) newHead(l Log, text []byte) *head {
	return headOf(text, s.cfg.LogFormat, s.cfg.lines(l))
}

// lines says how the lines of a log are read.
func (c *Config) lines(l Log) logline.Options {
	o := logline.Options{Reference: l.Modified, Zone: c.Zone}
	if o.Reference.IsZero() {
		o.Reference = c.Now
	}
	return o
}

// describer gives hits the time and fields of their lines. It keeps what it has
// learnt of the last log.
type describer struct {
	of *head
	d  *logline.Describer
}

func (x *describer) describe(h *head, hit *Hit, line []byte) {
	if h == nil {
		return
	}
	if r := x.read(h, line); r != nil {
		hit.record(r)
		hit.Fields = holding(r, hit.Match)
		return
	}
	hit.unread = columns[x.d.Format()]
}

// read gives a line as a record, nil if it is none.
func (x *describer) read(h *head, line []byte) *logline.Record {
	if x.of != h {
		x.of, x.d = h, logline.NewDescriber(h.named, h.text, h.options)
	}
	return x.d.Describe(line)
}

// columns are the formats of which the line itself does not say what its parts are.
var columns = map[logline.Format]bool{logline.CSV: true, logline.Zeek: true, logline.W3C: true, logline.Access: true, logline.Squid: true,
	logline.JSON: true, logline.EVE: true, logline.ZeekJSON: true, logline.WindowsJSON: true, logline.CloudTrail: true, logline.M365: true}

// record fills in what a record says of place and time.
func (h *Hit) record(r *logline.Record) {
	if !r.Time.IsZero() {
		t := r.Time
		h.Time = &t
	}
	h.Host = subject(r, h.Match)
	h.people, h.unread = named(r)
}

// maxFields bounds the fields of a hit: as few as tell what was found.
const maxFields = 16

// holding gives the fields in which the found text stands.
func holding(r *logline.Record, match string) map[string]string {
	var out map[string]string
	want, plain := []byte(match), []byte(unescaped.Replace(match))
	for _, f := range r.Fields {
		if len(out) == maxFields {
			break
		}
		if f.Name == "message" || !bytes.Contains(f.Value, want) && !bytes.Contains(f.Value, plain) {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[f.Name] = clipped(f.Value)
	}
	return out
}

// unescaped undoes what JSON and XML write in a line for what a field holds: C:\\x,
// http:\/\/, a=1\u0026b.
var unescaped = strings.NewReplacer(`\\`, `\`, `\/`, `/`, `\=`, `=`, `\u0026`, `&`, `\u003d`, `=`, `\u003D`, `=`, `\u002b`, `+`, `\u002B`, `+`, `&amp;`, `&`)

func clipped(b []byte) string {
	return plain.Decoded(string(b[:min(len(b), maxText)]))
}

// subject is the computer that a line is about. What watches a network writes
// of others: there it is the one that asked, or that answered if the one that
// asked is what was found. Elsewhere it is the one that wrote the line.
func subject(r *logline.Record, match string) string {
	host := r.Normal(logline.Host)
	switch r.Format {
	case logline.EVTX, logline.WindowsJSON, logline.WindowsXML, logline.Sysmon, logline.Auditd, logline.Syslog, logline.ATNA, logline.WebError, logline.Access, logline.W3C:
		if host != nil {
			return clipped(host)
		}
	}
	src, dst := r.Normal(logline.SrcIP), r.Normal(logline.DstIP)
	switch {
	case src != nil && string(src) != match:
		return clipped(src)
	case dst != nil && string(dst) != match:
		return clipped(dst)
	}
	return clipped(host)
}
