// Package id makes identifiers. The source is a field of whoever makes things,
// so tests can count instead.
package id

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sync"
	"sync/atomic"

	"ward/kit/clock"
)

// A Source gives a new id at each call: 36 characters, sorted by time.
// Safe for concurrent use.
type Source func() string

// New makes UUIDv7 ids (RFC 9562 section 5.7). Within one process they are
// strictly increasing: the 12 bits behind the millisecond count calls.
func New(now clock.Clock) Source {
	var mu sync.Mutex
	var last uint64 // milliseconds<<12 | counter
	return func() string {
		var b [16]byte
		rand.Read(b[8:]) // never fails (crypto/rand)
		mu.Lock()
		tick := uint64(now().UnixMilli()) << 12
		if tick <= last {
			tick = last + 1
		}
		last = tick
		mu.Unlock()
		binary.BigEndian.PutUint64(b[:8], tick>>12<<16|0x7000|tick&0xfff)
		b[8] = b[8]&0x3f | 0x80
		return Format(b)
	}
}

// Counted gives ids that only count, for tests: 00000000-0000-7000-8000-000000000001.
func Counted() Source {
	var n atomic.Uint64
	return func() string { return fmt.Sprintf("00000000-0000-7000-8000-%012x", n.Add(1)) }
}

// Format writes 16 bytes in the 8-4-4-4-12 form.
func Format(b [16]byte) string {
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Secret is a random text of bits entropy (rounded up to bytes) in lower-case
// base32 without padding: for links, tokens and codes.
func Secret(bits int) string {
	b := make([]byte, (bits+7)/8)
	rand.Read(b)
	return secretCode.EncodeToString(b)
}

var secretCode = base32.NewEncoding("abcdefghijkmnpqrstuvwxyz23456789").WithPadding(base32.NoPadding)
