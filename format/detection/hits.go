package detection

import (
	"fmt"
	"time"

	"ward/format/indicator"
)

// Upload is one batch of hits.
type Upload struct {
	Version int    `json:"version"`
	Sensor  Sensor `json:"sensor"`
	// Batch is chosen once for these hits: a repeat under the same id, after an
	// answer that got lost, is answered as before and counted once.
	Batch string `json:"batch"`
	Hits  []Hit  `json:"hits"`
}

// ByHand is the sensor's id in what ward scan --send hands over: a scan by hand is no
// sign that the sensor, whose settings it uses, still lives.
const ByHand = "scan"

// Sensor says who sends. The organisation is that of the token.
type Sensor struct {
	ID      string `json:"id"`      // random, chosen at enrolment; or ByHand
	Version string `json:"version"` // of ward
}

// Kind says what was found.
type Kind string

// The kinds of hits.
const (
	KindIndicator Kind = "indicator"
	KindRule      Kind = "rule"
)

// Hit is what was found at one subject within one hour, without what names people.
type Hit struct {
	Time    time.Time `json:"time"`    // of the log's line where it is known, else of the reading; the first of Count
	Subject string    `json:"subject"` // computer or file, redacted
	Kind    Kind      `json:"kind"`

	Indicator string `json:"indicator,omitempty"`
	Type      string `json:"type,omitempty"`
	Source    string `json:"source,omitempty"`
	ID        string `json:"id,omitempty"` // of the indicator in its source

	RuleID string `json:"rule_id,omitempty"`
	Title  string `json:"title,omitempty"`
	Level  string `json:"level,omitempty"`

	Fields map[string]string `json:"fields,omitempty"` // redacted; the matched ones
	Count  int               `json:"count"`            // hits like this one, at least 1

	// Before is there where the line is older than the indicator: the sensor's
	// memory knew the value when the list came. Time is then the first time at the
	// subject, and Count the days on which it was seen there.
	Before *Before `json:"before,omitempty"`
}

// Plain is the hits without Before, for a Centre of a release that did not know it,
// which refuses the batch; false where there is none to leave out.
func Plain(hits []Hit) (out []Hit, ok bool) {
	for _, h := range hits {
		ok = ok || h.Before != nil
		h.Before = nil
		out = append(out, h)
	}
	return out, ok
}

// Before is what a sensor's memory says of a value.
type Before struct {
	Last  time.Time `json:"last"`  // day on which it was last seen at the subject
	Hosts int       `json:"hosts"` // computers in all, at least 1 and at least so many
}

// MaxHosts bounds Before.Hosts.
const MaxHosts = 1_000_000

// Bounds of an upload.
const (
	MaxUpload  = 4 << 20 // bytes, unpacked
	MaxHits    = 1000
	MaxFields  = 16
	MaxName    = 128  // bytes of a field's name
	MaxValue   = 1024 // bytes of a field's value
	MaxSubject = 512
	MaxCount   = 1_000_000_000
)

// Encode writes an upload; it refuses what a Centre would refuse as a whole.
func (u *Upload) Encode() ([]byte, error) {
	if err := u.check(); err != nil {
		return nil, err
	}
	data, err := encode(u)
	if err == nil && len(data) > MaxUpload {
		err = fmt.Errorf("%w: the batch has %d bytes, at most %d", ErrTooLarge, len(data), MaxUpload)
	}
	return data, err
}

// DecodeUpload reads a batch. Each hit has to be asked with Check by itself: one
// that is wrong must not cost the others. What a later release says beside is
// passed over: a Centre is not always brought up to date before its sensors.
func DecodeUpload(data []byte) (*Upload, error) {
	u := &Upload{}
	if err := lenient(data, MaxUpload, u); err != nil {
		return nil, err
	}
	if err := u.check(); err != nil {
		return nil, err
	}
	return u, nil
}

func (u *Upload) check() error {
	if err := versioned(u.Version); err != nil {
		return err
	}
	if err := u.Sensor.check(); err != nil {
		return err
	}
	if err := name("batch", u.Batch, 128); err != nil {
		return err
	}
	if len(u.Hits) > MaxHits {
		return fmt.Errorf("%w: %d hits, at most %d", ErrTooLarge, len(u.Hits), MaxHits)
	}
	return nil
}

func (s Sensor) check() error {
	if err := name("sensor id", s.ID, 128); err != nil {
		return err
	}
	return text("sensor version", s.Version, 128)
}

// Check says why a hit cannot be taken; nil if it can. The reason may be shown.
func (h *Hit) Check() error {
	switch {
	case h.Time.IsZero():
		return fmt.Errorf("%w: no time", ErrNotValid)
	case h.Count < 1 || h.Count > MaxCount:
		return fmt.Errorf("%w: count %d", ErrNotValid, h.Count)
	case h.Before != nil && (h.Kind != KindIndicator || h.Before.Hosts < 1 || h.Before.Hosts > MaxHosts || h.Before.Last.Before(h.Time.Add(-24*time.Hour))):
		return fmt.Errorf("%w: what was seen before is an indicator, on one computer at least, and its last day no earlier than its first", ErrNotValid)
	case len(h.Fields) > MaxFields:
		return fmt.Errorf("%w: %d fields, at most %d", ErrTooLarge, len(h.Fields), MaxFields)
	}
	if err := h.what(); err != nil {
		return err
	}
	for _, t := range []struct {
		what, value string
		most        int
	}{{"subject", h.Subject, MaxSubject}, {"source", h.Source, 200}, {"id", h.ID, 200}, {"title", h.Title, 300}, {"level", h.Level, 20}} {
		if err := text(t.what, t.value, t.most); err != nil {
			return err
		}
	}
	for n, v := range h.Fields {
		if n == "" || len(n) > MaxName || len(v) > MaxValue {
			return fmt.Errorf("%w: field %.40q", ErrTooLarge, n)
		}
	}
	return nil
}

// what checks that a hit is of one kind and says all of it.
func (h *Hit) what() error {
	switch h.Kind {
	case KindIndicator:
		if _, ok := indicator.TypeOf(h.Type); !ok && h.Type != "pattern" {
			return fmt.Errorf("%w: type %.20q", ErrNotValid, h.Type)
		}
		if h.Indicator == "" || h.RuleID != "" {
			return fmt.Errorf("%w: a hit of an indicator has one, and no rule", ErrNotValid)
		}
		return text("indicator", h.Indicator, 4096)
	case KindRule:
		if h.Indicator != "" {
			return fmt.Errorf("%w: a hit of a rule has no indicator", ErrNotValid)
		}
		return name("rule id", h.RuleID, 128)
	}
	return fmt.Errorf("%w: kind %.20q", ErrNotValid, h.Kind)
}

// Answer says what became of a batch.
type Answer struct {
	Accepted  int       `json:"accepted"`
	Duplicate int       `json:"duplicate"` // known already
	Refused   []Refusal `json:"refused"`
}

// Refusal is one hit that was not taken; sending it again does not help.
type Refusal struct {
	Index  int    `json:"index"` // in the batch, from 0
	Reason string `json:"reason"`
}

// MaxAnswer bounds what a sensor reads of an answer, in bytes.
const MaxAnswer = 1 << 20

// DecodeAnswer reads an answer, leniently: members that it does not know are
// passed over. Numbers that no honest Centre would give are an error.
func DecodeAnswer(data []byte, hits int) (Answer, error) {
	var a Answer
	if err := lenient(data, MaxAnswer, &a); err != nil {
		return a, err
	}
	if a.Accepted < 0 || a.Duplicate < 0 || a.Accepted > hits || a.Duplicate > hits || len(a.Refused) > hits || a.Accepted+a.Duplicate+len(a.Refused) != hits {
		return a, fmt.Errorf("%w: the numbers of the answer do not add up to %d hits", ErrNotValid, hits)
	}
	for _, r := range a.Refused {
		if r.Index < 0 || r.Index >= hits {
			return a, fmt.Errorf("%w: the answer refuses a hit that was not sent", ErrNotValid)
		}
	}
	return a, nil
}
