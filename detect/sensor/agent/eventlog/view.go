package eventlog

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"ward/format/evtx"
)

// span is a chunk that holds records.
type span struct {
	evtx.Span
	at int64
}

// view is one look at a log: which records it holds, and where. It is closed when the
// look is over.
type view struct {
	path  string
	file  *os.File
	size  int64
	spans []span // by their first record
	chunk []byte
}

// maxChunks bounds a log: 8 GiB.
const maxChunks = 1 << 17

var (
	errNoLog = errors.New("no event log")
	errLarge = errors.New("an event log of more than 8 GiB is not followed")
)

// open looks at a file; errNoLog for what is none.
func open(path string, chunk []byte) (*view, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	v := &view{path: path, file: f, chunk: chunk}
	if err := v.look(); err != nil {
		v.close()
		return nil, err
	}
	return v, nil
}

func (v *view) close() { _ = v.file.Close() } // read only

func (v *view) look() error {
	head := make([]byte, 128)
	n, err := v.file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return err
	}
	at, ok := evtx.Chunks(head[:n])
	if !ok {
		return errNoLog
	}
	info, err := v.file.Stat()
	if err != nil {
		return err
	}
	if v.size = info.Size(); v.size/evtx.ChunkSize > maxChunks {
		return errLarge
	}
	for ; at+evtx.InspectSize <= v.size; at += evtx.ChunkSize {
		if _, err := v.file.ReadAt(head[:evtx.InspectSize], at); err != nil && err != io.EOF {
			return err
		}
		if s, ok := evtx.Inspect(head[:evtx.InspectSize]); ok {
			v.spans = append(v.spans, span{s, at})
		}
	}
	slices.SortFunc(v.spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.at, b.at)) })
	return nil
}

// last is the number of the newest record; 0 for none.
func (v *view) last() (last uint64) {
	for _, s := range v.spans {
		last = max(last, s.Last)
	}
	return last
}

// mark changes when the log does.
func (v *view) mark() string {
	return fmt.Sprint(v.size, v.spans)
}

// read reads a chunk as it is now; false when it holds other records by now.
func (v *view) read(s span) (bool, error) {
	clear(v.chunk)
	if n, err := v.file.ReadAt(v.chunk, s.at); err != nil && err != io.EOF || n < evtx.InspectSize {
		return false, err
	}
	now, ok := evtx.Inspect(v.chunk)
	return ok && now.First == s.First, nil
}

// sum gives that of a record; empty where the log holds it not.
func (v *view) sum(record uint64) (string, error) {
	for _, s := range v.spans {
		if record < s.First || record > s.Last {
			continue
		}
		if ok, err := v.read(s); err != nil || !ok {
			return "", err
		}
		if b := evtx.Find(v.chunk, record); b != nil {
			return sum(b), nil
		}
	}
	return "", nil
}

// holds reports whether a log is still the one of which a position speaks.
func (v *view) holds(p Position) (bool, error) {
	if p.Record == 0 {
		return true, nil
	}
	s, err := v.sum(p.Record)
	return s == p.Sum && s != "", err
}
