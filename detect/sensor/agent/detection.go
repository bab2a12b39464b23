package agent

import (
	"io"
)

// detection feeds one log to the Detector, which reads it in a goroutine of its
// own. Nil does nothing.
type detection struct {
	w      *io.PipeWriter
	counts chan map[string]int64
}

// detection starts the Detector on a log.
func (s *scan) detection(st *state) *detection {
	if s.cfg.Detector == nil {
		return nil
	}
	r, w := io.Pipe()
	d := &detection{w: w, counts: make(chan map[string]int64, 1)}
	go func() {
		counts, err := s.cfg.Detector.Detect(s.ctx, st.Log, r, func(h *Hit) {
			if h.Offset < st.told {
				return
			}
			h.Schema, h.File = HitSchema, st.File
			s.tell(h)
		})
		if err != nil && s.ctx.Err() == nil {
			s.skip(st.File, 0, "its records: "+reasonOf(err))
		}
		r.CloseWithError(io.ErrClosedPipe) // so that feeding never waits for nobody
		d.counts <- counts
	}()
	return d
}

// feed gives the next bytes.
func (d *detection) feed(b []byte) {
	if d != nil {
		_, _ = d.w.Write(b) // fails when the Detector has returned, which told why
	}
}

// end waits until the Detector has seen all, and gives what it counted.
func (d *detection) end() map[string]int64 {
	if d == nil {
		return nil
	}
	_ = d.w.Close() // a pipe does not fail
	return <-d.counts
}
