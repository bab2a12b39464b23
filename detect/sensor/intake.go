package sensor

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"ward"
	"ward/format/detection"
	"ward/format/indicator"
	"ward/format/plain"
	"ward/format/redact"
	"ward/kit/db"
)

// Receive takes a batch of hits in for the caller's organisation. What is wrong
// with single hits is in the answer; the rest is kept. A batch that came before
// is answered as it was. Invalid for what is no batch at all, Throttled for an
// organisation that sends without end.
func (s *Service) Receive(ctx context.Context, a ward.Actor, body []byte) (detection.Answer, error) {
	if err := s.admit(a); err != nil {
		return detection.Answer{}, ward.Wrap("receive hits", err)
	}
	u, err := detection.DecodeUpload(body)
	if err != nil {
		return detection.Answer{}, ward.Wrap("receive hits", unreadable(err))
	}
	now := s.cfg.Clock()
	hits, refused, err := s.prepare(ctx, a, u, now)
	if err != nil {
		return detection.Answer{}, ward.Wrap("receive hits", err)
	}
	var out detection.Answer
	err = s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		out = detection.Answer{Refused: refused}
		return s.store(ctx, tx, a, u, hits, &out, now)
	})
	return out, ward.Wrap("receive hits", err)
}

// admit asks whether the caller may send, and not too often.
func (s *Service) admit(a ward.Actor) error {
	if _, err := s.cfg.Guard.Check(a, permSend, ward.Object{Kind: "hit", Org: a.Org, Country: a.Country}); err != nil {
		return err
	}
	return s.gate.take(a.Org, s.cfg.Clock())
}

func unreadable(err error) error {
	return invalid("batch", "body", "reason", clip(plain.Line(err.Error()), maxLine))
}

// inflate gives the bytes of a body that may be packed; Invalid where more come
// out than a batch may have.
func inflate(body io.Reader, packed bool) ([]byte, error) {
	if packed {
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, unreadable(err)
		}
		body = z
	}
	data, err := io.ReadAll(io.LimitReader(body, detection.MaxUpload+1))
	if err == nil && len(data) > detection.MaxUpload {
		err = detection.ErrTooLarge
	}
	if err != nil {
		return nil, unreadable(err)
	}
	return data, nil
}

// prepare checks each hit, takes persons out of it and finds what of our content
// it is about.
func (s *Service) prepare(ctx context.Context, a ward.Actor, u *detection.Upload, now time.Time) ([]Hit, []detection.Refusal, error) {
	var hits []Hit
	refused := []detection.Refusal{}
	for i, in := range u.Hits {
		if err := in.Check(); err != nil {
			refused = append(refused, detection.Refusal{Index: i, Reason: clip(plain.Line(err.Error()), maxLine)})
			continue
		}
		h := hitOf(in, now)
		h.Org, h.Country, h.Sensor = a.Org, a.Country, u.Sensor.ID
		hits = append(hits, h)
	}
	if err := s.resolve(ctx, a, u, hits); err != nil {
		return nil, nil, err
	}
	for i := range hits {
		s.clean(&hits[i])
		hits[i].ID = s.cfg.IDs()
	}
	return hits, refused, nil
}

// hitOf reads a hit that was checked. The value is made canonical, so that two
// spellings of one address are one thing.
func hitOf(in detection.Hit, now time.Time) Hit {
	at, fault := timed(in.Time, now)
	h := Hit{Subject: plain.Line(in.Subject), Hour: at.UTC().Truncate(time.Hour), First: at, Last: at, Count: int64(in.Count), Source: plain.Line(in.Source),
		Item: in.ID, Clock: fault, State: Unseen, Received: now, Updated: now}
	switch in.Kind {
	case detection.KindRule:
		h.Kind, h.Type, h.Value, h.Title, h.Level = Rule, "sigma", strings.ToLower(in.RuleID), plain.Line(in.Title), plain.Line(in.Level)
	default:
		h.Kind, h.Type, h.Value = Indicator, in.Type, plain.Line(in.Indicator)
		if t, ok := indicator.TypeOf(in.Type); ok {
			if x, err := indicator.ParseAs(t, in.Indicator); err == nil {
				h.Value = x.Value
			}
		}
	}
	if in.Before != nil { // the day of the last time, which the first may lie in
		h.Before, h.Last = in.Before.Hosts, later(h.First, in.Before.Last, now)
	}
	for n, v := range in.Fields {
		h.Fields = append(h.Fields, Field{plain.Line(n), plain.Line(v)})
	}
	slices.SortFunc(h.Fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return h
}

// later is the end of a span that a sensor names, no later than now.
func later(first, last, now time.Time) time.Time {
	if last.After(now) {
		last = now
	}
	if last.Before(first) {
		last = first
	}
	return last
}

// reader is the organisation's own eyes: what it may be given, whatever the
// token of its sensor is for.
func reader(a ward.Actor) ward.Actor {
	return ward.Actor{Person: a.Person, Org: a.Org, Kind: a.Kind, Country: a.Country, Role: a.Role, System: a.System}
}

// resolve finds the item of each hit among what the organisation is given: the
// one that it names, else the oldest with that value. A hit of something else is
// kept as the hospital's own.
func (s *Service) resolve(ctx context.Context, a ward.Actor, u *detection.Upload, hits []Hit) error {
	known := map[string][]Item{}
	open := map[string]bool{}
	return s.cfg.DB.Read(ctx, func(tx *db.Tx) error {
		for i := range hits {
			key := hits[i].about()
			list, seen := known[key]
			if !seen {
				var err error
				if list, err = itemsAbout(ctx, tx, key); err != nil {
					return err
				}
				if list, err = s.given(ctx, tx, a, list, open); err != nil {
					return err
				}
				known[key] = list
			}
			at := slices.IndexFunc(list, func(x Item) bool { return x.ID == hits[i].Item })
			if at < 0 && len(list) > 0 {
				at = 0
			}
			hits[i].Item = ""
			if at >= 0 {
				hits[i].Item = list[at].ID
				if list[at].Kind == Rule {
					hits[i].Title, hits[i].Level = list[at].Title, list[at].Level
				}
			}
		}
		return nil
	})
}

// given leaves of items those that the caller's organisation is given.
func (s *Service) given(ctx context.Context, tx *db.Tx, a ward.Actor, list []Item, open map[string]bool) ([]Item, error) {
	var out []Item
	for _, x := range list {
		may, seen := open[x.Collection]
		if !seen {
			c, err := collectionByID(ctx, tx, x.Collection)
			if err != nil {
				return nil, err
			}
			may = s.may(reader(a), permRead, c.Object())
			open[x.Collection] = may
		}
		if may {
			out = append(out, x)
		}
	}
	return out, nil
}

// clean takes out what names people: sensors have done so already, a hostile or
// old one has not. Words of our own content stay.
func (s *Service) clean(h *Hit) {
	keep := []string{}
	take := func(found redact.Found) {
		for _, n := range found {
			h.Redacted += n
		}
	}
	if h.Item == "" {
		var found redact.Found
		h.Value, found = s.redact.Text(h.Value)
		take(found)
		h.Title, found = s.redact.Text(h.Title)
		take(found)
	} else {
		keep = append(keep, h.Value)
	}
	var found redact.Found
	h.Source, found = s.redact.Text(h.Source)
	take(found)
	h.Subject, found = s.redact.Text(h.Subject, keep...)
	take(found)
	for i, f := range h.Fields {
		h.Fields[i].Value, found = s.redact.Field(f.Name, f.Value, keep...)
		take(found)
	}
}

// store writes a batch in one transaction: hits, their facts, the sensor and the
// answer that a repeat will get.
func (s *Service) store(ctx context.Context, tx *db.Tx, a ward.Actor, u *detection.Upload, hits []Hit, out *detection.Answer, now time.Time) error {
	if err := tx.Lock(ctx, "sensor.batch."+string(a.Org)); err != nil {
		return err
	}
	old, err := answerOf(ctx, tx, a.Org, u)
	if err == nil {
		return json.Unmarshal([]byte(old), out)
	}
	if !errors.Is(err, db.ErrNoRows) {
		return err
	}
	if n, err := batchesSince(ctx, tx, a.Org, now.Add(-time.Minute)); err != nil || n >= gateMinute {
		return cmp.Or(err, throttled(gateRest))
	}
	for _, h := range hits {
		told, err := sightedWithin(ctx, tx, h.Org, h.about(), now.Add(-retell))
		if err != nil {
			return err
		}
		id, err := putHit(ctx, tx, h)
		if err != nil {
			return err
		}
		if id != h.ID {
			out.Duplicate++
			continue
		}
		out.Accepted++
		if h.Item != "" && !told {
			if err := s.sound(ctx, tx, h, now); err != nil {
				return err
			}
		}
	}
	if err := putSensor(ctx, tx, Sensor{Org: a.Org, ID: u.Sensor.ID, Country: a.Country, Version: plain.Line(u.Sensor.Version), Last: now,
		Hits: int64(len(hits)), Refused: int64(len(out.Refused))}); err != nil {
		return err
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return insertBatch(ctx, tx, a.Org, u, now, string(text))
}

// sound tells of a hit, within the bound of one collection: a list of which thousands
// are seen at once is one matter, and thousands of alerts would bury it.
func (s *Service) sound(ctx context.Context, tx *db.Tx, h Hit, now time.Time) error {
	told, err := toldOf(ctx, tx, h.Org, h.Item, now.Add(-aloneWithin))
	if err != nil || len(told) >= alone && !slices.Contains(told, h.about()) {
		return err
	}
	if err := markTold(ctx, tx, h.ID, now); err != nil {
		return err
	}
	return s.cfg.Bus.Publish(ctx, tx, ward.SightingRecorded{Org: h.Org, Subject: h.Item, Hit: h.ID})
}

// alone is how many indicators and rules of one collection get an alert of their own at
// one organisation within aloneWithin. The alerts say how many more were seen (Beside).
const (
	alone       = 20
	aloneWithin = 24 * time.Hour
)

// retell is how often one organisation's sightings of one thing are told again.
const retell = time.Hour

// Report keeps what a sensor says of itself.
func (s *Service) Report(ctx context.Context, a ward.Actor, body []byte) error {
	if err := s.admit(a); err != nil {
		return ward.Wrap("report health", err)
	}
	h, err := detection.DecodeHealth(body)
	if err != nil {
		return ward.Wrap("report health", unreadable(err))
	}
	c := Counters{Bundle: plain.Line(h.Bundle), Uptime: h.UptimeSeconds, Lines: h.Lines, Spooled: h.Spooled, Dropped: h.Dropped, Sources: len(h.Sources)}
	for _, x := range h.Sources {
		if x.State == detection.StateFailing {
			c.Failing++
		}
	}
	now := s.cfg.Clock()
	return ward.Wrap("report health", s.cfg.DB.Write(ctx, func(tx *db.Tx) error {
		return putHealth(ctx, tx, Sensor{Org: a.Org, ID: h.Sensor.ID, Country: a.Country, Version: plain.Line(h.Sensor.Version), Last: now, Counters: c})
	}))
}

// bodyOf reads the whole of a small body.
func bodyOf(r io.Reader, most int64) ([]byte, error) {
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(r, most+1))
	if err == nil && n > most {
		err = detection.ErrTooLarge
	}
	if err != nil {
		return nil, unreadable(err)
	}
	return b.Bytes(), nil
}
