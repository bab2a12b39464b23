package retro

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ward/detect/sensor/agent"
	"ward/format/indicator"
)

// Asked remembers which indicators were looked for, and until when. What a new
// list brings is so asked of the memory once: a value that was never looked for, for
// all the time before; one that was taken back and comes again, for the time between.
// It is for one goroutine.
type Asked struct {
	path string
	list []term // sorted by key
}

// term is one indicator: while it is looked for, until is 0; then it is the minute
// since 1970 in which that ended.
type term struct {
	key   uint64
	until uint32
}

// New is an indicator that is to be asked for, from Since on; zero is always.
type New struct {
	Key   uint64
	Since time.Time
}

const (
	termSize  = 12
	askedHead = "ward.asked/1\n\x00\x00\x00"
	// maxTerms bounds what is remembered of indicators that are gone.
	maxTerms = 1_000_000
)

// ErrAsked says that the file of what was asked is damaged.
var ErrAsked = errors.New("the list of what was asked is damaged")

// OpenAsked reads what was asked by earlier runs; first says that nothing is kept yet.
func OpenAsked(dir string) (a *Asked, first bool, err error) {
	a = &Asked{path: filepath.Join(dir, "asked")}
	data, err := os.ReadFile(a.path)
	if errors.Is(err, fs.ErrNotExist) {
		return a, true, nil
	}
	if err == nil {
		a.list, err = decodeTerms(data)
	}
	return a, err != nil, err
}

func decodeTerms(data []byte) ([]term, error) {
	n := len(data) - len(askedHead)
	if n < 0 || n%termSize != 0 || string(data[:len(askedHead)]) != askedHead || n/termSize > 2*maxTerms {
		return nil, ErrAsked
	}
	out := make([]term, 0, n/termSize)
	for b := data[len(askedHead):]; len(b) > 0; b = b[termSize:] {
		t := term{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint32(b[8:])}
		if len(out) > 0 && t.key <= out[len(out)-1].key {
			return nil, fmt.Errorf("%w: not in order", ErrAsked)
		}
		out = append(out, t)
	}
	return out, nil
}

// Save writes the list.
func (a *Asked) Save() error {
	out := make([]byte, 0, len(askedHead)+len(a.list)*termSize)
	out = append(out, askedHead...)
	for _, t := range a.list {
		out = binary.LittleEndian.AppendUint64(out, t.key)
		out = binary.LittleEndian.AppendUint32(out, t.until)
	}
	return agent.WriteFile(a.path, out)
}

// Key is what an indicator is known by here.
func (s *Store) Key(in indicator.Indicator) uint64 { return s.salt.key(in) }

func (k salt) key(in indicator.Indicator) uint64 {
	how := byte('b') // and what lies below it
	if in.Exact {
		how = 'x'
	}
	return k.sum('q', append([]byte{byte(in.Type), how}, in.Value...))
}

// Missing gives what of a sorted set of keys is to be asked.
func (a *Asked) Missing(set []uint64) []New {
	var out []New
	at := 0
	for _, key := range set {
		for at < len(a.list) && a.list[at].key < key {
			at++
		}
		switch {
		case at == len(a.list) || a.list[at].key != key:
			out = append(out, New{Key: key})
		case a.list[at].until > 0:
			out = append(out, New{key, time.Unix(int64(a.list[at].until)*60, 0).UTC()})
		}
	}
	return out
}

// Add notes that keys were asked and are looked for from now on; they are sorted.
func (a *Asked) Add(set []uint64) {
	a.list = slices.DeleteFunc(a.list, func(t term) bool {
		_, found := slices.BinarySearch(set, t.key)
		return found
	})
	for _, key := range set {
		a.list = append(a.list, term{key: key})
	}
	slices.SortFunc(a.list, func(x, y term) int { return cmp.Compare(x.key, y.key) })
	a.list = slices.CompactFunc(a.list, func(x, y term) bool { return x.key == y.key })
}

// End notes that whatever is not in a sorted set is no longer looked for. Changed
// says that there was something.
func (a *Asked) End(set []uint64, now time.Time) (changed bool) {
	at, minute := 0, uint32(max(1, now.Unix()/60))
	gone := 0
	for i := range a.list {
		t := &a.list[i]
		for at < len(set) && set[at] < t.key {
			at++
		}
		if at < len(set) && set[at] == t.key {
			continue
		}
		if gone++; t.until == 0 {
			t.until, changed = minute, true
		}
	}
	if len(a.list) > maxTerms && gone > 0 {
		a.forget(len(a.list) - maxTerms)
		changed = true
	}
	return changed
}

// forget drops the n that ended first.
func (a *Asked) forget(n int) {
	var ended []uint32
	for _, t := range a.list {
		if t.until > 0 {
			ended = append(ended, t.until)
		}
	}
	slices.Sort(ended)
	limit := ended[min(n, len(ended))-1]
	a.list = slices.DeleteFunc(a.list, func(t term) bool { return t.until > 0 && t.until <= limit })
}
