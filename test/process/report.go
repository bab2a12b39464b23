package process

import (
	"context"
	"fmt"
	"time"
)

// Rest waits until no job of the house waits or runs; c is an operator's.
func (c *Client) Rest(ctx context.Context, most time.Duration) error {
	quiet := 0
	for end := time.Now().Add(most); quiet < 3; time.Sleep(50 * time.Millisecond) {
		var jobs struct {
			Waiting []struct{ Kind, State string }
		}
		if err := c.Call(ctx, "GET", "/api/v1/jobs", nil, &jobs); err != nil {
			return err
		}
		if quiet++; len(jobs.Waiting) > 0 {
			quiet = 0
		}
		if time.Now().After(end) {
			return fmt.Errorf("%d jobs do not come to rest: %.300s", len(jobs.Waiting), fmt.Sprint(jobs.Waiting))
		}
	}
	return nil
}

// Report is the body that begins an incident report under an id of the sender's own,
// with what a hospital knows in the first hour; more are further answers, each an id
// and a value.
func Report(id string, aware time.Time, more ...[2]string) map[string]any {
	at := aware.UTC().Format(time.RFC3339)
	var answers []any
	for _, a := range append([][2]string{{"aware_at", at}, {"detected_at", at}, {"summary", "Files cannot be opened"}, {"severe_disruption", "yes"},
		{"suspected_malicious", "suspected"}, {"cross_border", "no"}, {"contact", "Duty desk"}}, more...) {
		answers = append(answers, map[string]any{"id": a[0], "value": a[1]})
	}
	return map[string]any{"id": id, "reporting_reason": "significant", "answers": answers}
}

// Sending is the body that sends the first version of a report under a name of the
// sender's own.
func Sending(request, stage string) map[string]any {
	return map[string]any{"version": 1, "stage": stage, "request": request}
}
