package watch

import (
	"bytes"

	"ward/detect/sensor/agent"
	"ward/format/logline"
)

// batch bounds what is looked at between two commits.
const batch = 2000

// messages looks at what syslog brought.
func (w *watcher) messages() bool {
	return w.drain("syslog", func() (line []byte, part, ok bool) {
		select {
		case m := <-w.queue:
			return m, false, true
		default:
			return nil, false, false
		}
	})
}

// entries looks at what the journal brought.
func (w *watcher) entries() bool {
	return w.drain("journal", func() (line []byte, part, ok bool) {
		select {
		case e := <-w.jour:
			if e.cursor != "" {
				w.cursor, w.moved = e.cursor, true
			}
			return e.line, e.part, true
		default:
			return nil, false, false
		}
	})
}

// drain gathers lines and looks at them together.
func (w *watcher) drain(name string, next func() (line []byte, part, ok bool)) bool {
	g := w.logs[name]
	if g == nil {
		g = agent.NewGrowing(name, logline.Syslog, nil)
		g.Learn([]byte("-"), w.cfg.Now())
		w.logs[name] = g
	}
	var text []byte
	show := func() {
		if len(text) > 0 {
			w.looker.Look(g, text, 0, true, w.tell)
			w.extra += int64(bytes.Count(text, []byte{'\n'}))
		}
		text = text[:0]
	}
	for range batch {
		line, part, ok := next()
		if !ok {
			show()
			return false
		}
		if part || len(line) > agent.Room {
			show()
			w.pieces(g, line)
			continue
		}
		if len(text)+len(line) > agent.Room {
			show()
		}
		text = append(text, line...)
	}
	show()
	return true
}

// pieces looks at a line that does not fit, or a part of one.
func (w *watcher) pieces(g *agent.Growing, line []byte) {
	if bytes.HasSuffix(line, []byte{'\n'}) {
		w.extra++
	}
	for len(line) > 0 {
		n := len(line)
		if n > agent.Room {
			n = agent.Cut(line[:agent.Room])
		}
		w.looker.Look(g, line[:n], 0, false, w.tell)
		line = line[n:]
	}
}
