package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"ward"
	"ward/kit/db"
	"ward/kit/fetch"
)

// Types of payloads.
const (
	TypeRaised = "alert.raised"
	TypeTest   = "alert.test" // with an empty alert
)

// Payload is what a webhook is sent: enough to open a ticket. Fields are only added.
type Payload struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      Data      `json:"data"`
}

// Data is what a payload says of an alert.
type Data struct {
	Alert     ward.AlertID      `json:"alert"`
	Round     int64             `json:"round"`
	Repeat    bool              `json:"repeat"`
	Why       string            `json:"why"`
	Title     string            `json:"title"`
	Severity  string            `json:"severity"`
	Score     float64           `json:"score"`
	Exploited ward.Exploitation `json:"exploited"`
	CVEs      []string          `json:"cves"` // some alerts have none: receivers are sent an empty list, not null
	Affected  int               `json:"affected"`
	Review    int               `json:"review"`
	Due       *time.Time        `json:"due,omitempty"`
	TLP       string            `json:"tlp"`
	URL       string            `json:"url"`
}

// Faults of a call, besides a status: the endings of the keys under "alert.fault.".
const (
	FaultUnreachable = "unreachable" // nobody answered
	FaultSlow        = "slow"
	FaultAddress     = "address" // it leads to a forbidden address
)

// End is how a call ended.
type End struct {
	Err        error  // nil when the receiver took it
	Word       string // for the log that the owner sees: a status or a Fault, never an address
	Gone       bool   // 410: the receiver is gone for good (Standard Webhooks)
	Declined   bool   // it answered that it did not take it; a 5xx may come from a gate behind which somebody did
	RetryAfter time.Duration
}

// Bounds of one call: receivers answer with a status.
const (
	callBytes = 64 << 10
	callLimit = 10 * time.Second
)

// Crowded reports whether the receiver of h has too many calls at its door.
func (s *Service) Crowded(h Hook) bool { return s.cfg.Fetch.Crowded(h.URL) }

// Call sends p, signed. The message id stays the same over repeats, so that a
// receiver can drop them (Standard Webhooks 1.0, "webhook-id").
func (s *Service) Call(ctx context.Context, h Hook, id string, p Payload) End {
	if p.Data.CVEs == nil {
		p.Data.CVEs = []string{}
	}
	status, err := s.post(ctx, h, id, p)
	e := End{Err: err, Word: word(status, err)}
	var refused *fetch.StatusError
	if errors.As(err, &refused) {
		e.Gone, e.Declined, e.RetryAfter = refused.Status == http.StatusGone, refused.Status < 500, refused.RetryAfter
	}
	return e
}

// sign makes the value of webhook-signature: one signature, or for a while after the
// secret was changed one by each, with a space between (Standard Webhooks 1.0).
func (s *Service) sign(h Hook, id string, at time.Time, body []byte) (string, error) {
	kept := []string{h.Secret}
	if h.former != "" && at.Before(h.until) {
		kept = append(kept, strings.Fields(h.former)...)
	}
	var out []string
	for _, text := range kept {
		secret, err := s.secretOf(Hook{ID: h.ID, Secret: text})
		if err != nil {
			return "", err
		}
		hook, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return "", err
		}
		one, err := hook.Sign(id, at, body)
		if err != nil {
			return "", err
		}
		out = append(out, one)
	}
	return strings.Join(out, " "), nil
}

// post sends the signed call and gives the receiver's status.
func (s *Service) post(ctx context.Context, h Hook, id string, p Payload) (int, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return 0, err
	}
	at := s.cfg.Clock()
	signature, err := s.sign(h, id, at, body)
	if err != nil {
		return 0, err
	}
	res, err := s.cfg.Fetch.Post(ctx, h.URL, "application/json", body, fetch.Options{MaxBytes: callBytes, Timeout: callLimit,
		Header: http.Header{"webhook-id": {id}, "webhook-timestamp": {strconv.FormatInt(at.Unix(), 10)}, "webhook-signature": {signature}}})
	if err != nil {
		return 0, err
	}
	res.Body.Close() //nolint:errcheck // the status is the answer
	return res.Status, nil
}

// Note keeps with the webhook how a call ended, and disables one that is gone or
// fails too often.
func (s *Service) Note(ctx context.Context, tx *db.Tx, id string, e End, at time.Time) error {
	if err := noteCall(ctx, tx, id, e.Word, e.Err == nil, at); err != nil || !e.Gone {
		return err
	}
	return setState(ctx, tx, id, Disabled)
}

func word(status int, err error) string {
	var refused *fetch.StatusError
	switch {
	case err == nil:
		return strconv.Itoa(status)
	case errors.As(err, &refused):
		return strconv.Itoa(refused.Status)
	case errors.Is(err, fetch.ErrForbiddenAddress):
		return FaultAddress
	case errors.Is(err, fetch.ErrTooSlow):
		return FaultSlow
	}
	return FaultUnreachable
}
