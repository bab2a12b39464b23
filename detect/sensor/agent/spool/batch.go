package spool

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"ward/format/detection"
)

// Batch is a part of a sealed segment. The same segment always gives the same
// batches with the same ids, so a batch whose answer got lost may be sent again.
type Batch struct {
	ID   string
	Hits []detection.Hit

	segment uint64
}

// batchBytes leaves room for the envelope of an upload.
const batchBytes = detection.MaxUpload - 64<<10

// Waiting gives the batches of the oldest sealed segment; none when nothing waits.
func (s *Spool) Waiting() ([]Batch, error) {
	for {
		s.mu.Lock()
		if len(s.sealed) == 0 {
			s.mu.Unlock()
			return nil, nil
		}
		g := s.sealed[0]
		s.mu.Unlock()
		hits, damaged, err := hitsOf(s.path(g.n))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if lost := g.hits - int64(len(hits)); lost > 0 || damaged {
			s.mu.Lock()
			s.stats.Dropped += max(lost, 0)
			s.mu.Unlock()
		}
		if len(hits) > 0 {
			return cut(g.n, hits)
		}
		s.Sent(g.n)
	}
}

// cut makes batches within the bounds of an upload.
func cut(segment uint64, hits []detection.Hit) ([]Batch, error) {
	var out []Batch
	sum, size, from := sha256.New(), 0, 0
	end := func(to int) {
		if to > from {
			id := fmt.Sprintf("%d-%d-%s", segment, len(out), hex.EncodeToString(sum.Sum(nil)[:12]))
			out = append(out, Batch{ID: id, Hits: hits[from:to], segment: segment})
		}
		sum.Reset()
		size, from = 0, to
	}
	for i := range hits {
		data, err := json.Marshal(&hits[i])
		if err != nil {
			return nil, err
		}
		if i-from == detection.MaxHits || size+len(data)+1 > batchBytes {
			end(i)
		}
		size += len(data) + 1
		sum.Write(data)
	}
	end(len(hits))
	return out, nil
}

// Segment is the number to be given to Sent when all batches of it are answered.
func (b *Batch) Segment() uint64 { return b.segment }

// Sent forgets a segment, all of whose batches are answered.
func (s *Spool) Sent(n uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.sealed {
		if g.n == n {
			s.drop(g)
			return
		}
	}
}
