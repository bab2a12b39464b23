package alert

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"ward"
	"ward/kit/db"
	"ward/kit/fetch"
	"ward/kit/job"
)

// payload is what a webhook is sent: enough to open a ticket. Fields are only added.
type payload struct {
	Type      string    `json:"type"` // "alert.raised", or "alert.test" with an empty alert
	Timestamp time.Time `json:"timestamp"`
	Data      struct {
		Alert     ward.AlertID      `json:"alert"`
		Round     int64             `json:"round"`
		Repeat    bool              `json:"repeat"`
		Why       string            `json:"why"`
		Title     string            `json:"title"`
		Severity  string            `json:"severity"`
		Score     float64           `json:"score"`
		Exploited ward.Exploitation `json:"exploited"`
		CVEs      []string          `json:"cves"`
		Affected  int               `json:"affected"`
		Review    int               `json:"review"`
		Due       *time.Time        `json:"due,omitempty"`
		TLP       string            `json:"tlp"`
		URL       string            `json:"url"`
	} `json:"data"`
}

// onPosting calls one webhook. The message id stays the same over repeats, so
// that a receiver can drop them (Standard Webhooks 1.0, "webhook-id").
func (s *Service) onPosting(ctx context.Context, j posting) error {
	x, h, d, err := s.loadPosting(ctx, j)
	if err != nil || x.State != Queued && x.State != Sending {
		return err
	}
	switch {
	case h.ID == "":
		return s.end(ctx, x, Failed, FaultDeleted)
	case d.Round != x.Round || d.State == Obsolete:
		return s.end(ctx, x, Failed, FaultSuperseded)
	case h.State != HookActive:
		return s.end(ctx, x, Failed, FaultPaused)
	case carry(Webhook, d.TLP, h.Clearance) != Content: // marked since it was planned
		return s.end(ctx, x, Withheld, "")
	case s.cfg.Fetch.Crowded(h.URL): // before anything is written: the others go first
		return job.Snooze(crowded + rand.N(2*crowded))
	}
	body, err := json.Marshal(s.payloadOf(d, x))
	if err != nil {
		return err
	}
	ok, err := s.start(ctx, x)
	if err != nil || !ok {
		return err
	}
	status, err := s.post(ctx, h, messageID(d, x), body)
	return s.endPosting(ctx, x, h, status, err)
}

// crowded is how long at least a call waits whose receiver has too many at its
// door. One receiver that many hospitals share and that is slow must not keep all
// workers.
const crowded = time.Second

// loadPosting reads a delivery, its webhook, which is zero when it was deleted, and
// of the alert what the call says.
func (s *Service) loadPosting(ctx context.Context, j posting) (x Delivery, h Hook, d Detail, err error) {
	err = s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		if x, err = deliveryOf(ctx, tx, j); err != nil {
			return err
		}
		if d.Alert, err = alertByKey(ctx, tx, j.Issue, j.Org); err != nil {
			return err
		}
		if d.CVEs, err = cvesOf(ctx, tx, j.Issue); err != nil {
			return err
		}
		h, err = hookByID(ctx, tx, j.Hook)
		if ward.CodeOf(err) == ward.NotFound {
			h, err = Hook{}, nil
		}
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		err = job.Cancel(err) // planned by nobody
	}
	return x, h, d, err
}

// Bounds of one call of a webhook: receivers answer with a status.
const (
	postBytes = 64 << 10
	postLimit = 10 * time.Second
)

// sign makes the value of webhook-signature: one signature, or for a while after the
// secret was changed one of each, with a space between (Standard Webhooks 1.0).
func (s *Service) sign(h Hook, id string, at time.Time, body []byte) (string, error) {
	kept := []string{h.Secret}
	if h.former != "" && at.Before(h.until) {
		kept = append(kept, h.former)
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
func (s *Service) post(ctx context.Context, h Hook, id string, body []byte) (int, error) {
	at := s.cfg.Clock()
	signature, err := s.sign(h, id, at, body)
	if err != nil {
		return 0, err
	}
	res, err := s.cfg.Fetch.Post(ctx, h.URL, "application/json", body, fetch.Options{MaxBytes: postBytes, Timeout: postLimit,
		Header: http.Header{"webhook-id": {id}, "webhook-timestamp": {strconv.FormatInt(at.Unix(), 10)}, "webhook-signature": {signature}}})
	if err != nil {
		return 0, err
	}
	res.Body.Close() //nolint:errcheck // the status is the answer
	return res.Status, nil
}

func (s *Service) payloadOf(d Detail, x Delivery) payload {
	p := payload{Type: "alert.raised", Timestamp: d.Raised}
	p.Data.Alert, p.Data.Round, p.Data.Repeat, p.Data.Why = d.ID(), x.Round, x.repeat(), d.Why
	p.Data.Title, p.Data.Severity, p.Data.Score, p.Data.Exploited = d.Title, d.Severity.String(), d.Score, d.Exploited
	p.Data.CVEs = append([]string{}, d.CVEs...) // some alerts have none: receivers are promised a list
	p.Data.Affected, p.Data.Review = d.Affected, d.Review
	if !d.Due.IsZero() {
		p.Data.Due = &d.Due
	}
	p.Data.TLP, p.Data.URL = d.TLP.String(), s.link(d)
	return p
}

// endPosting records the call with the delivery and with the webhook. 410 says
// that the receiver is gone for good (Standard Webhooks).
func (s *Service) endPosting(ctx context.Context, x Delivery, h Hook, status int, err error) error {
	var refused *fetch.StatusError
	gone := errors.As(err, &refused) && refused.Status == http.StatusGone
	last := job.Attempt(ctx) >= deliveryAttempts
	state := Sent
	switch {
	case err == nil:
	case gone || last:
		state = Failed
	case refused != nil && refused.Status < 500: // it answered that it did not take it
		state = Queued
	default: // a 5xx may come from a gate behind which somebody took it
		state = Sending
	}
	word := callWord(status, err)
	if end := s.endCall(ctx, x, h, state, word, err == nil, gone); end != nil || state == Sent || gone {
		return end
	}
	if refused != nil && refused.RetryAfter > 0 && !last {
		return job.Snooze(min(refused.RetryAfter, time.Hour))
	}
	return err
}

// endCall keeps with the delivery and with the webhook how a call ended, even when
// the house is stopping, and disables a webhook that is gone.
func (s *Service) endCall(ctx context.Context, x Delivery, h Hook, state DeliveryState, word string, ok, gone bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endLimit)
	defer cancel()
	return s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		at := s.cfg.Clock()
		if err := noteCall(ctx, tx, h.ID, word, ok, at); err != nil {
			return err
		}
		if err := endDelivery(ctx, tx, x, state, at, word); err != nil || !gone {
			return err
		}
		return setHookState(ctx, tx, h.ID, HookDisabled)
	})
}

// callWord is how a call ended, for the log that the owner sees: a status, or
// the class of the fault, never an address.
func callWord(status int, err error) string {
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
