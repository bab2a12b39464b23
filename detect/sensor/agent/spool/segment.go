package spool

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ward/format/detection"
)

// frame is one commit.
type frame struct {
	// Positions by the name of what is read; null forgets one.
	Positions map[string]json.RawMessage `json:"positions,omitempty"`
	Hits      []detection.Hit            `json:"hits,omitempty"`
}

const (
	headSize = 8
	// maxFrame bounds what a damaged length can ask for.
	maxFrame = 64 << 20
	suffix   = ".spool"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// pack writes a frame.
func pack(f *frame) ([]byte, error) {
	body, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	if len(body) > maxFrame {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrLarge, len(body), maxFrame)
	}
	out := make([]byte, headSize, headSize+len(body))
	binary.LittleEndian.PutUint32(out, uint32(len(body)))
	binary.LittleEndian.PutUint32(out[4:], crc32.Checksum(body, castagnoli))
	return append(out, body...), nil
}

// frames gives the frames of a segment until the first that is not whole, and
// how many bytes they take.
func frames(data []byte, each func(*frame)) (good int) {
	for good+headSize <= len(data) {
		n := int(binary.LittleEndian.Uint32(data[good:]))
		body := data[good+headSize:]
		if n > maxFrame || n > len(body) || crc32.Checksum(body[:n], castagnoli) != binary.LittleEndian.Uint32(data[good+4:]) {
			break
		}
		f := &frame{}
		if json.Unmarshal(body[:n], f) != nil {
			break
		}
		each(f)
		good += headSize + n
	}
	return good
}

// path is the file of a segment.
func (s *Spool) path(n uint64) string {
	return filepath.Join(s.cfg.Dir, fmt.Sprintf("%012d%s", n, suffix))
}

// segments are the numbers of the files that are there, in order.
func segments(dir string) ([]uint64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []uint64
	for _, e := range entries {
		digits, ok := strings.CutSuffix(e.Name(), suffix)
		if n, err := strconv.ParseUint(digits, 10, 63); ok && err == nil {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

// hitsOf reads the hits of a segment; damaged says that it has bytes behind them
// which are none.
func hitsOf(path string) (hits []detection.Hit, damaged bool, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, false, err
	}
	good := frames(data, func(f *frame) { hits = append(hits, f.Hits...) })
	return hits, good != len(data), nil
}
