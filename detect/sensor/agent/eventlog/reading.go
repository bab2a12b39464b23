package eventlog

import (
	"time"

	"ward/detect/sensor/agent"
	"ward/format/evtx"
	"ward/format/logline"
)

// settle is how long a record that cannot be read may still be being written.
const settle = 10 * time.Second

// read gives the new events of a log on.
func (f *Follower) read(l *log, v *view, now time.Time) (more bool) {
	if l.g == nil {
		l.g = agent.NewGrowing(l.pos.Path, logline.WindowsJSON, nil)
	}
	given := 0
	for _, s := range v.spans {
		if s.Last <= l.pos.Record {
			continue
		}
		if given >= turn {
			return true
		}
		same, err := v.read(s)
		if f.fault(l.pos.Path, err); !same {
			return false // overwritten in this moment: the next look says with what
		}
		n, ok := f.events(l, s, now)
		if given += n; !ok {
			return false
		}
	}
	l.mark = v.mark()
	return false
}

// events gives the events of the chunk that was read. False says that the rest is to
// be read again later.
func (f *Follower) events(l *log, s span, now time.Time) (given int, ok bool) {
	events := logline.NewEvents(evtx.NewChunk(f.chunk, s.at))
	place := s.at
	show := func() {
		f.show(l, f.text, place)
		given += len(f.text)
		f.text = f.text[:0]
	}
	defer show()
	for {
		line, id, at, why, err := events.Next()
		switch {
		case err != nil:
			return given, true
		case why != "" && id >= s.First && id <= l.pos.Record: // passed over before
			continue
		case why == logline.BadChecksum || why == logline.BadChunk: // of one that is being written to
			continue
		case why != "" && (l.stuck.IsZero() || now.Sub(l.stuck) < settle && !now.Before(l.stuck)):
			if l.stuck.IsZero() {
				l.stuck = now
			}
			return given, false
		case why != "":
			f.stats.Damaged++
			continue
		case id <= l.pos.Record:
			continue
		}
		if missed := id - l.pos.Record - 1; missed > 0 && l.pos.Record > 0 {
			f.stats.Lost += int64(min(missed, 1<<40))
		}
		if len(f.text)+len(line) > agent.Room {
			show()
		}
		if len(f.text) == 0 {
			place = at
		}
		f.text = append(f.text, line...)
		l.pos.Record, l.pos.Sum, l.stuck = id, sum(evtx.Find(f.chunk, id)), time.Time{}
		f.stats.Lines++
		f.kept.Move(l.id)
	}
}

// show hands lines on; one that does not fit, in pieces.
func (f *Follower) show(l *log, text []byte, place int64) {
	whole := len(text) <= agent.Room
	for len(text) > 0 {
		n := min(len(text), agent.Room)
		if !whole && n == agent.Room {
			n = agent.Cut(text[:n])
		}
		f.cfg.Look(l.g, text[:n], place, whole)
		text = text[n:]
	}
}
