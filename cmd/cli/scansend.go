package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/client"
	"ward/detect/sensor/agent/watch"
	"ward/format/detection"
	"ward/format/redact"
	"ward/kit/clock"
)

// sender gathers what ward scan --send hands over when the scan is done; nil
// without the flag.
type sender struct {
	client *client.Client
	redact *redact.Redactor
	now    clock.Clock
	bag    client.Bag
}

// sender reads the settings of the sensor: address, token and pinned key.
func (e *env) sender(path string) (*sender, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // nothing is sent
	}
	s, err := watch.Read(path)
	if err != nil {
		return nil, err
	}
	if s.Centre.URL == "" {
		return nil, fmt.Errorf("%s names no Centre; ward sensor enroll does", path)
	}
	s.Sensor = detection.ByHand
	x, err := s.Client(e.version)
	return &sender{client: x, redact: redact.New(redact.Options{}), now: clock.System()}, err
}

// take keeps the least of a hit, names taken out whatever is printed.
func (s *sender) take(h *agent.Hit) {
	if s == nil || h.Benign != "" {
		return
	}
	c := *h
	c.Fields = maps.Clone(h.Fields)
	agent.Redact(s.redact, &c)
	s.bag.Add(client.HitOf(&c, s.now()))
}

// sendWithin bounds how long an interrupted scan waits for the Centre.
const sendWithin = time.Minute

// send hands all over. The id of a batch is made of its content: the same hits sent
// again count once.
func (s *sender) send(ctx context.Context, e *env) error {
	if s == nil || s.bag.Len() == 0 {
		return nil
	}
	if ctx.Err() != nil { // the scan was interrupted; what it has found goes all the same
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
		defer stop()
	}
	var sum detection.Answer
	for part := range slices.Chunk(s.bag.Empty(), detection.MaxHits/2) {
		data, err := json.Marshal(part)
		if err != nil {
			return err
		}
		id := sha256.Sum256(data)
		a, err := s.client.Send(ctx, "scan-"+hex.EncodeToString(id[:16]), part)
		if err != nil {
			return fmt.Errorf("nothing, or not all, was sent: %w", err)
		}
		sum.Accepted += a.Accepted
		sum.Duplicate += a.Duplicate
		sum.Refused = append(sum.Refused, a.Refused...)
	}
	fmt.Fprintf(e.err, "sent: %d taken, %d known already, %d refused\n", sum.Accepted, sum.Duplicate, len(sum.Refused))
	return nil
}
