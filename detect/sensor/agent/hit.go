package agent

import (
	"strings"
	"time"

	"ward/format/indicator"
	"ward/format/plain"
)

// HitSchema is the version of a hit's JSON; docs/scan.md describes it.
const HitSchema = "ward.hit/1"

// Hit is one line (or record) in which something was found: an indicator, or a
// rule that matched.
type Hit struct {
	Schema string `json:"schema"`
	// File is the path, with the place inside of an archive behind it; "-" is the input stream.
	File string `json:"file"`
	// Line counts from 1, Offset is that of the line's first byte in the unpacked log.
	Line   int64 `json:"line"`
	Offset int64 `json:"offset"`
	// Time is the line's own, in UTC; nil where it is not known.
	Time *time.Time `json:"time,omitempty"`

	Indicator string   `json:"indicator,omitempty"`
	Type      string   `json:"type,omitempty"`
	Source    string   `json:"source,omitempty"`  // the list
	Sources   []string `json:"sources,omitempty"` // all of them, where several lists hold it
	Ref       string   `json:"ref,omitempty"`     // id or title in the list
	Note      string   `json:"note,omitempty"`    // what the list says and the search does not compare
	Benign    string   `json:"benign,omitempty"`  // the warning list that knows the value as harmless
	Match     string   `json:"match,omitempty"`   // the text as it stands in the log

	RuleID    string   `json:"rule_id,omitempty"`
	RuleTitle string   `json:"rule_title,omitempty"`
	Level     string   `json:"level,omitempty"`
	Attack    []string `json:"attack,omitempty"` // ATT&CK techniques, "T1059.001"

	// Host is the computer that the line is about, where a field says so.
	Host string `json:"host,omitempty"`
	// Fields are the matched ones by their name in the log.
	Fields map[string]string `json:"fields,omitempty"`
	// Text is the line, shortened around the match; without names when redacted.
	Text string `json:"text,omitempty"`

	people [][2]string // fields that name somebody; see Redact
	wide   string      // more of a long line than Text, from which names are taken out first
	at     int         // of the match in it
	unread bool        // nobody knows what the line holds: it is none of its log's, or names a crowd

	key int64 // what makes two hits of one line the same: the place in the index
}

// Bounds of what a hit carries.
const (
	maxText  = 1024
	maxMatch = 256
)

// Bounds of wide: so much is beside Text, and so much at its ends is left out again, as
// the word that says what it is may be cut off.
const (
	margin = 4 << 10
	guard  = 1 << 10
)

// show keeps the line around [start,end). whole is the line again, which the hits of a
// long one share; "" for one that is short.
func (h *Hit) show(line []byte, whole string, start, end int) {
	h.Text = excerpt(line, start, end)
	if whole != "" {
		from := max(0, start-maxText-margin)
		h.wide, h.at = whole[from:min(len(whole), start+maxText+margin)], start-from
	}
}

// narrowed is the line around the match again, of wide without names.
func (h *Hit) narrowed(text string) string {
	match := plain.Decoded(h.Match)
	at, from := -1, 0
	for range 1 + strings.Count(plain.Decoded(h.wide[:h.at]), match) { // it is that one, or the last that is left
		i := strings.Index(text[from:], match)
		if i < 0 || match == "" {
			break
		}
		at = from + i
		from = at + len(match)
	}
	low, high := 0, len(text)
	if h.at > maxText+margin-1 {
		low = min(guard, len(text))
	}
	if len(h.wide)-h.at > maxText+margin-1 {
		high = max(low, len(text)-guard)
	}
	switch {
	case match == "":
		at = low
	case at < low || at+len(match) > high:
		return match
	}
	return excerpt([]byte(text[low:high]), at-low, at-low+len(match))
}

// of fills a hit with what the index says.
func (h *Hit) of(in indicator.Indicator) {
	h.Schema, h.Indicator, h.Type, h.Source, h.Ref, h.Note, h.Benign = HitSchema, in.Value, in.Type.String(), in.Source, in.Ref, in.Note, in.Benign
}

// excerpt is the line around [start,end), at most maxText bytes, without broken
// characters at its ends.
func excerpt(line []byte, start, end int) string {
	if len(line) <= maxText {
		return string(line)
	}
	from := max(0, start-maxText/2)
	to := min(len(line), max(from+maxText, min(end, from+maxText)))
	from = max(0, min(from, to-maxText))
	for from < to && from > 0 && line[from]&0xc0 == 0x80 {
		from++
	}
	for to > from && to < len(line) && line[to]&0xc0 == 0x80 {
		to--
	}
	return string(line[from:to])
}
