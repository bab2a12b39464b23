package logline

import (
	"bytes"
	"time"
)

// stampNames are the fields that hold an entry's time, the best first. A name
// stands before those that say when somebody else passed the entry on.
var stampNames = map[Format][]string{
	EVE:         {"timestamp"},
	ZeekJSON:    {"ts", "_write_ts", "@timestamp"},
	WindowsJSON: {"UtcTime", "TimeCreated_SystemTime", "TimeCreated", "EventTime", "Timestamp", "@timestamp", "event.created", "EventReceivedTime"},
	CloudTrail:  {"eventTime"},
	M365:        {"CreationTime", "CreationDate"},
	JSON: {"@timestamp", "timestamp", "time", "ts", "eventTime", "event_time", "datetime", "date", "Timestamp", "Time", "TimeGenerated",
		"timeStamp", "requestReceivedTimestamp", "stageTimestamp", "EventTime", "CreationTime", "created_at", "createdDateTime",
		"time_iso8601", "time_local", "msec", "recorded", "published", "t.$date", "t", "asctime", "StartUTC", "ID", "__REALTIME_TIMESTAMP"},
}

// object reads one JSON object.
func (d *dialects) object(f Format, rec *Record, line []byte) Reason {
	names := &d.plain
	if f == WindowsJSON {
		names = &d.windows
	}
	if why := d.json.read(names, rec, line); why != "" {
		return why
	}
	if len(rec.Fields) == 0 {
		return Broken
	}
	if f == WindowsJSON {
		named(rec, names)
	}
	rec.Time = d.stamp(rec, stampNames[f])
	if rec.Time.IsZero() && f != JSON {
		rec.Time = d.stamp(rec, stampNames[JSON])
	}
	return ""
}

// stamp gives the time in the first of the named fields that holds one.
func (d *dialects) stamp(rec *Record, names []string) time.Time {
	for _, name := range names {
		if v := rec.Get(name); len(v) > 0 {
			if t, ok := d.any(v); ok {
				return t
			}
		}
	}
	return time.Time{}
}

// guessJSON tells whose objects these are from names that only they have.
func guessJSON(text []byte) Format {
	text = text[:min(len(text), 4096)]
	has := func(name string) bool { return bytes.Contains(text, []byte(`"`+name+`"`)) }
	switch {
	case has("event_type") && (has("flow_id") || has("src_ip") || has("stats")):
		return EVE
	case has("__REALTIME_TIMESTAMP"):
		return Journal
	case has("id.orig_h"), has("_path") && has("ts"), has("ts") && has("uid") && has("fuid"):
		return ZeekJSON
	case has("winlog"), has("Event") && has("System"), has("EventID") && (has("Channel") || has("Provider_Name") || has("SourceName")),
		has("RuleTitle") && has("Channel"):
		return WindowsJSON
	case has("eventVersion") && has("eventSource"):
		return CloudTrail
	case has("Workload") && has("Operation"):
		return M365
	}
	return JSON
}

// isDocument tells JSON that is not one object a line: a list, an object over
// several lines, or the one object that holds a list of events.
func isDocument(sample []byte) bool {
	head := bytes.TrimLeft(sample, "\xef\xbb\xbf \t\r\n")
	if len(head) == 0 || head[0] != '{' && head[0] != '[' {
		return false
	}
	switch {
	case head[0] == '[':
		inner := bytes.TrimLeft(head[1:], " \t\r\n")
		return len(inner) > 0 && inner[0] == '{'
	case envelope(head) > 0:
		return true
	}
	first, second, ended := bytes.Cut(head, newline)
	first = bytes.TrimRight(first, " \t\r,")
	return ended && first[len(first)-1] != '}' && !bytes.HasPrefix(second, []byte{'{'}) // else a broken first line
}

// envelopes are the names under which programs wrap their list of events:
// CloudTrail, Microsoft Graph, Azure, others.
var envelopes = [...]string{"Records", "value", "records", "events", "Events", "logs", "data", "results"}

// envelope gives the length of {"Records":[ at the start, 0 if it is not there.
func envelope(b []byte) int {
	if len(b) == 0 || b[0] != '{' {
		return 0
	}
	skip := func(at int, c byte) int {
		for at > 0 && at < len(b) && (b[at] == ' ' || b[at] == '\t' || b[at] == '\n' || b[at] == '\r') {
			at++
		}
		if at <= 0 || at >= len(b) || b[at] != c {
			return 0
		}
		return at + 1
	}
	at := skip(1, '"')
	if at == 0 {
		return 0
	}
	for _, name := range envelopes {
		if bytes.HasPrefix(b[at:], []byte(name+`"`)) {
			end := skip(skip(at+len(name)+1, ':'), '[')
			if open := skip(end, '{'); open > 0 {
				return end
			}
		}
	}
	return 0
}

// documentSource cuts a JSON document into the objects of its outer list.
type documentSource struct {
	lines  *lines
	d      *dialects
	format Format
}

func (s *documentSource) next(rec *Record, counts *Counts) (Reason, error) {
	if err := s.begin(); err != nil {
		return "", err
	}
	rec.Line, rec.Offset = s.lines.line+1, s.lines.offset
	piece, why := s.object()
	if why != "" {
		return why, nil
	}
	rec.reset(piece, s.format)
	return s.d.parse(s.format, rec, piece), nil
}

// begin passes over everything up to the next object.
func (s *documentSource) begin() error {
	for {
		b := s.lines.rest()
		i := bytes.IndexByte(b, '{')
		if i < 0 {
			s.lines.advance(len(b))
			if !s.lines.fill() {
				return s.lines.err
			}
			continue
		}
		s.lines.advance(i)
		for len(s.lines.rest()) < 256 && s.lines.fill() {
		}
		n := envelope(s.lines.rest())
		if n == 0 {
			return nil
		}
		s.lines.advance(n)
	}
}

// object gives the object that begins here. One that the bound or the end of
// the log cuts is passed over up to the next line that begins like an object.
func (s *documentSource) object() ([]byte, Reason) {
	depth, at, quoted := 0, 0, false
	for {
		b := s.lines.rest()
		for ; at < len(b); at++ {
			switch c := b[at]; {
			case c == '\\' && quoted:
				at++
			case c == '"':
				quoted = !quoted
			case quoted:
			case c == '{':
				depth++
			case c == '}':
				if depth--; depth == 0 {
					piece := b[: at+1 : at+1]
					s.lines.advance(at + 1)
					return piece, ""
				}
			}
		}
		if s.lines.fill() {
			continue
		}
		if len(s.lines.rest()) > s.lines.max {
			s.lines.advance(len(s.lines.rest()))
			return nil, TooLong
		}
		s.resume()
		return nil, BrokenJSON
	}
}

// resume goes behind the first line end at which an object may begin.
func (s *documentSource) resume() {
	b := s.lines.rest()
	for _, lead := range [...]string{"\n{", "\n  {", "\n\t{", "\n    {"} {
		if i := bytes.Index(b[min(1, len(b)):], []byte(lead)); i >= 0 {
			s.lines.advance(i + 2)
			return
		}
	}
	s.lines.advance(len(b))
}
