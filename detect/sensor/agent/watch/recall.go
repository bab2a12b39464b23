package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"ward/detect/sensor/agent/client"
	"ward/detect/sensor/agent/retro"
	"ward/format/detection"
	"ward/format/indicator"
)

// Recalled says what new lists brought that had been seen before; it is kept with the
// positions.
type Recalled struct {
	Asked  int64  `json:"asked"`  // indicators that were new
	Seen   int64  `json:"seen"`   // of those, seen before
	Untold int64  `json:"untold"` // of those, over the bound of what is told at once
	Recent []Past `json:"recent,omitempty"`
}

// Past is one indicator that had been seen before its list came.
type Past struct {
	Type      string    `json:"type"`
	Indicator string    `json:"indicator"`
	Source    string    `json:"source,omitempty"`
	First     time.Time `json:"first"`
	Asked     time.Time `json:"asked"`
	Hosts     int       `json:"hosts"`
	More      bool      `json:"more,omitempty"` // on others that are not kept
}

const (
	// maxTold bounds the indicators of one change of lists of which hits are made. A
	// list in which more was seen is a wrong list, or a matter for more than hits.
	maxTold = 1000
	// maxPlaces bounds the computers of one indicator of which hits are made.
	maxPlaces = 20
	// portion is how many indicators are asked together.
	portion   = 100_000
	maxRecent = 10
)

// Names of what is kept beside the positions of files.
const (
	recalledName = "recalled"
	askedName    = "asked"
)

// openAsked reads which indicators were asked by earlier runs, with what a kill has
// left in the spool. Before the first note of it, what is looked for now counts as
// asked: it was looked for all the time.
func (w *watcher) openAsked(saved map[string]json.RawMessage) error {
	var first bool
	var err error
	if w.asked, first, err = retro.OpenAsked(w.s.RetroDir()); errors.Is(err, retro.ErrAsked) {
		w.say(err.Error() + "; what is looked for now counts as asked")
	} else if err != nil {
		return err
	}
	if first {
		w.asked.Add(w.target.set)
		return w.asked.Save()
	}
	var left []uint64
	if raw, ok := saved[askedName]; ok && json.Unmarshal(raw, &left) == nil {
		w.asked.Add(left)
		return w.asked.Save()
	}
	return nil
}

// recall asks the memory for what a new target brings, before the first line is
// looked at with it: so a line was either looked at with an indicator or is asked for,
// and never both. Reading rests meanwhile. What could not be asked is asked at the next
// change or start.
func (w *watcher) recall(ctx context.Context, t *target) {
	if w.retro == nil {
		return
	}
	w.fault("recall", w.recallAll(ctx, t))
}

func (w *watcher) recallAll(ctx context.Context, t *target) error {
	missing := w.asked.Missing(t.set)
	if len(missing) > 0 {
		if err := w.retro.Flush(); err != nil {
			return err
		}
	}
	m, err := retro.OpenMemory(w.s.RetroDir())
	if err != nil {
		return err
	}
	told := maxTold
	for len(missing) > 0 && !m.Empty() {
		n := min(len(missing), portion)
		if err := w.recallSome(ctx, m, t, missing[:n], &told); err != nil {
			return err
		}
		missing = missing[n:]
	}
	changed := w.asked.End(t.set, w.cfg.Now())
	if len(missing) > 0 { // of an empty memory nothing has to be asked
		w.asked.Add(keysOf(missing))
		changed = true
	}
	if changed {
		return w.asked.Save()
	}
	return nil
}

func keysOf(list []retro.New) []uint64 {
	out := make([]uint64, len(list))
	for i, x := range list {
		out[i] = x.Key
	}
	return out
}

// recallSome asks for some indicators. Their hits and the note that they were asked
// become durable together.
func (w *watcher) recallSome(ctx context.Context, m *retro.Memory, t *target, missing []retro.New, told *int) error {
	var list []indicator.Indicator
	var since []time.Time
	err := t.index.Each(func(in indicator.Indicator) error {
		if len(in.All) > 0 {
			return nil // hashes know no patterns
		}
		key := w.retro.Key(in)
		if i, found := slices.BinarySearchFunc(missing, key, func(x retro.New, k uint64) int {
			switch {
			case x.Key < k:
				return -1
			case x.Key > k:
				return 1
			}
			return 0
		}); found {
			list, since = append(list, in), append(since, missing[i].Since)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var hits []detection.Hit
	now := w.cfg.Now()
	for at := 0; at < len(list); {
		p := m.Start(list[at:], since[at:])
		for p.Next() {
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		if p.Err != nil {
			return p.Err
		}
		for i := range p.Took {
			if a := p.Seen[i]; a != nil {
				hits = w.past(hits, list[at+i], a, told, now)
			}
		}
		at += p.Took
	}
	w.recalled.Asked += int64(len(list))
	keys := keysOf(missing)
	if len(hits) > 0 {
		w.hits += int64(len(hits))
		positions := map[string]json.RawMessage{}
		positions[askedName], _ = json.Marshal(keys)           // numbers
		positions[recalledName], _ = json.Marshal(&w.recalled) // texts and numbers
		if !w.keep(ctx, positions, hits) {
			return ctx.Err()
		}
	}
	w.asked.Add(keys)
	if err := w.asked.Save(); err != nil {
		return err
	}
	if len(hits) > 0 {
		w.keep(ctx, map[string]json.RawMessage{askedName: json.RawMessage("null")}, nil)
	}
	return nil
}

// past makes hits of one answer, within the bounds.
func (w *watcher) past(hits []detection.Hit, in indicator.Indicator, a *retro.Answer, told *int, now time.Time) []detection.Hit {
	w.recalled.Seen++
	if *told == 0 {
		w.recalled.Untold++
		return hits
	}
	*told--
	hosts := max(1, len(a.Hosts))
	w.recalled.Recent = append(w.recalled.Recent, Past{Type: a.Type, Indicator: in.Value, Source: in.Source, First: a.First, Asked: now, Hosts: hosts, More: a.More})
	w.recalled.Recent = w.recalled.Recent[max(0, len(w.recalled.Recent)-maxRecent):]
	for _, x := range a.Places[:min(len(a.Places), maxPlaces)] {
		host := x.Host
		if host == "" {
			host = w.s.Sensor // no line named a computer: it was seen by this sensor
		}
		if w.redact != nil {
			host, _ = w.redact.Line(host, nil, in.Value)
		}
		hits = append(hits, client.PastHit(in, host, x, hosts))
	}
	return hits
}

// Write prints what was recalled for people.
func (r *Recalled) lines() (out []string) {
	if r.Seen == 0 {
		return nil
	}
	out = append(out, fmt.Sprintf("before   %d indicators of new lists had been seen before their list came", r.Seen))
	for _, p := range r.Recent {
		on := fmt.Sprintf("on %d computers", p.Hosts)
		if p.Hosts == 1 {
			on = "on 1 computer"
		}
		if p.More {
			on += " and more"
		}
		days := int(p.Asked.Sub(p.First) / (24 * time.Hour))
		out = append(out, fmt.Sprintf("         %s %s: first seen %s, %d days before, %s", p.Type, p.Indicator, p.First.Format("2006-01-02 15:04"), days, on))
	}
	if more := r.Seen - int64(len(r.Recent)); more > 0 {
		out = append(out, fmt.Sprintf("         and %d more before these", more))
	}
	if r.Untold > 0 {
		out = append(out, fmt.Sprintf("         %d of them were not sent: more than %d of one list; ward sensor retro has them all", r.Untold, maxTold))
	}
	return out
}
