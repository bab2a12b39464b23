package logline

import (
	"errors"
	"io"

	"ward/format/evtx"
)

// evtxSource gives the events of a binary Windows log. They have no lines and
// no raw text: Record.Line is the record's number, as event viewers show it.
type evtxSource struct {
	r     *evtx.Reader
	names names
}

func newEVTX(r io.Reader) source { return &evtxSource{r: evtx.NewReader(r)} }

func (s *evtxSource) next(rec *Record, counts *Counts) (Reason, error) {
	rec.reset(nil, EVTX)
	event := windowsEvent{rec: rec, names: &s.names}
	head, err := s.r.Next(&event)
	rec.Line, rec.Offset, rec.Time = int(head.ID), head.Offset, head.Written
	switch {
	case errors.Is(err, evtx.ErrChunk):
		return BadChunk, nil
	case errors.Is(err, evtx.ErrChecksum):
		return BadChecksum, nil
	case errors.Is(err, evtx.ErrRecord):
		return BadRecord, nil
	case err != nil:
		return "", err
	case len(rec.Fields) == 0:
		return BadRecord, nil
	}
	if t, ok := (zones{}).any(rec.Get("TimeCreated_SystemTime")); ok {
		rec.Time = t
	}
	return "", nil
}
