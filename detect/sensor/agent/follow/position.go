package follow

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Position is how far one file is, and what it is known again by.
type Position struct {
	Path   string `json:"path"` // under which it was found first
	Dev    uint64 `json:"dev"`
	Ino    uint64 `json:"ino"`
	Head   Mark   `json:"head"`   // its first bytes
	Tail   Mark   `json:"tail"`   // the last bytes before Offset
	Offset int64  `json:"offset"` // unpacked
	First  int64  `json:"first"`  // when the first log of this path that was followed had changed, Unix nanoseconds
	Inside bool   `json:"inside,omitempty"`
	Away   bool   `json:"away,omitempty"` // its name is another's now
	Done   bool   `json:"done,omitempty"`
	Packed bool   `json:"packed,omitempty"`
	Wide   wide   `json:"wide,omitempty"` // how it is written, known since its first bytes
	// Heading is where the columns of a table were named anew; 0 if not since its beginning.
	Heading int64 `json:"heading,omitempty"`
}

// Mark is a run of bytes by its length and sum.
type Mark struct {
	N   int    `json:"n"`
	Sum string `json:"sum,omitempty"`
}

const markSize = 1024

func mark(b []byte) Mark {
	if len(b) == 0 {
		return Mark{}
	}
	sum := sha256.Sum256(b)
	return Mark{N: len(b), Sum: hex.EncodeToString(sum[:12])}
}

// markAt marks n bytes from an offset; false when they are not there.
func markAt(r io.ReaderAt, offset int64, n int) (Mark, bool) {
	b := make([]byte, n)
	got, err := r.ReadAt(b, offset)
	if got < n || err != nil && err != io.EOF {
		return Mark{}, false
	}
	return mark(b), true
}

// holds reports whether a plain file still has what was read of it.
func (p *Position) holds(r io.ReaderAt) bool {
	if p.Head.N > 0 {
		if m, ok := markAt(r, 0, p.Head.N); !ok || m != p.Head {
			return false
		}
	}
	if p.Tail.N > 0 {
		if m, ok := markAt(r, p.Offset-int64(p.Tail.N), p.Tail.N); !ok || m != p.Tail {
			return false
		}
	}
	return true
}

// note marks what was read of a plain file up to Offset.
func (p *Position) note(r io.ReaderAt, size int64) {
	if n := int(min(size, markSize)); n > p.Head.N {
		if m, ok := markAt(r, 0, n); ok {
			p.Head = m
		}
	}
	n := int(min(p.Offset, markSize))
	if m, ok := markAt(r, p.Offset-int64(n), n); ok {
		p.Tail = m
	}
}

// prefix begins the names of positions.
const prefix = "file/"

// begun is the name of what says that this is not the first start.
const begun = "files"

// sound reports whether p is one that a run left behind.
func (p Position) sound() bool {
	return p.Offset >= 0 && p.Head.N >= 0 && p.Head.N <= markSize && p.Tail.N >= 0 && p.Tail.N <= markSize && int64(p.Tail.N) <= p.Offset && p.Wide <= bigEndian &&
		p.Heading >= 0 && p.Heading <= p.Offset
}
