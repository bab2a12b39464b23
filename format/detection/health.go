package detection

import (
	"fmt"
)

// Health is what a Centre learns of a running sensor: counts, and no content.
type Health struct {
	Version       int      `json:"version"`
	Sensor        Sensor   `json:"sensor"`
	Bundle        string   `json:"bundle,omitempty"` // id of the bundle in use
	UptimeSeconds int64    `json:"uptime_seconds"`
	Lines         int64    `json:"lines"`
	Hits          int64    `json:"hits"`
	Spooled       int64    `json:"spooled"` // hits that wait to be sent
	Dropped       int64    `json:"dropped"` // lines and hits lost to a bound
	Sources       []Source `json:"sources"`
}

// Source is one thing that a sensor reads. Its name stays at the hospital.
type Source struct {
	Kind  string `json:"kind"`  // file, journal, syslog
	State State  `json:"state"` // ok, waiting, failing
}

// State says how a source is.
type State string

// The states of a source.
const (
	StateOK      State = "ok"
	StateWaiting State = "waiting" // nothing is there yet
	StateFailing State = "failing"
)

// Bounds of a report of health.
const (
	MaxHealth  = 64 << 10 // bytes
	MaxSources = 500
)

// Encode writes a report.
func (h *Health) Encode() ([]byte, error) {
	c := *h
	c.Sources = list(c.Sources)
	if err := c.check(); err != nil {
		return nil, err
	}
	return encode(&c)
}

// DecodeHealth reads a report. Counts of a later release are passed over.
func DecodeHealth(data []byte) (*Health, error) {
	h := &Health{}
	if err := lenient(data, MaxHealth, h); err != nil {
		return nil, err
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	return h, nil
}

func (h *Health) check() error {
	if err := versioned(h.Version); err != nil {
		return err
	}
	if err := h.Sensor.check(); err != nil {
		return err
	}
	if len(h.Bundle) > 128 {
		return fmt.Errorf("%w: the id of the bundle", ErrTooLarge)
	}
	if h.UptimeSeconds < 0 || h.Lines < 0 || h.Hits < 0 || h.Spooled < 0 || h.Dropped < 0 {
		return fmt.Errorf("%w: a count below zero", ErrNotValid)
	}
	if len(h.Sources) > MaxSources {
		return fmt.Errorf("%w: %d sources, at most %d", ErrTooLarge, len(h.Sources), MaxSources)
	}
	for _, s := range h.Sources {
		if s.State != StateOK && s.State != StateWaiting && s.State != StateFailing {
			return fmt.Errorf("%w: state %.20q", ErrNotValid, s.State)
		}
		if err := name("kind of a source", s.Kind, 32); err != nil {
			return err
		}
	}
	return nil
}
