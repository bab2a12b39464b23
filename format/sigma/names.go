package sigma

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// names numbers all names of fields that anything here asks for. They form a
// tree by the parts between dots, so that {"a":{"b":1}} and {"a.b":1} are the
// same field. Number 0 is the top of the event.
type names struct {
	slots []nameSlot // hash table of (parent, key)
	mask  uint32
	count int32
	any   map[int32]int32 // parent -> child for keys that are not named
	named []bool          // lists of {name, value} objects
	label []bool          // the names in such objects
	wants []bool          // asked for by somebody
	same  []string
}

type nameSlot struct {
	key    string
	parent int32
	child  int32 // 0: free, unless lifted
	used   bool
}

// unknown is the number of a name that nobody asks for.
const unknown = int32(-1)

func newNames(m *mapping) *names {
	n := &names{slots: make([]nameSlot, 256), mask: 255, count: 1, any: map[int32]int32{}, same: m.same}
	for _, path := range m.lifts {
		n.lift(path)
	}
	for path, labels := range m.named {
		at := n.add(path)
		n.grow()
		n.named[at] = true
		for _, l := range labels {
			at := n.add(path + "." + l)
			n.grow()
			n.label[at] = true
		}
	}
	n.grow()
	return n
}

// lift lets a path lead to the top.
func (n *names) lift(path string) {
	parts := strings.Split(path, ".")
	at := int32(0)
	for _, p := range parts[:len(parts)-1] {
		at = n.child(at, p)
	}
	last := parts[len(parts)-1]
	if last == "*" {
		n.any[at] = 0
		return
	}
	n.put(at, last, 0)
}

// add gives the number of a path, a new one if need be.
func (n *names) add(path string) int32 {
	at := int32(0)
	for _, p := range strings.Split(path, ".") {
		at = n.child(at, p)
	}
	return at
}

// want is add for a name whose values are asked for.
func (n *names) want(path string) int32 {
	at := n.add(path)
	n.grow()
	n.wants[at] = true
	return at
}

func (n *names) grow() {
	for int32(len(n.wants)) < n.count {
		n.wants, n.named, n.label = append(n.wants, false), append(n.named, false), append(n.label, false)
	}
}

func (n *names) child(parent int32, key string) int32 {
	if contains(n.same, key) {
		return parent
	}
	if s := n.slot(parent, []byte(key)); s.used {
		return s.child
	}
	n.put(parent, key, n.count)
	n.count++
	return n.count - 1
}

func (n *names) put(parent int32, key string, child int32) {
	if int(n.count)*2 > len(n.slots) {
		old := n.slots
		n.slots = make([]nameSlot, 2*len(old))
		n.mask = uint32(len(n.slots) - 1)
		for _, s := range old {
			if s.used {
				*n.slot(s.parent, []byte(s.key)) = s
			}
		}
	}
	*n.slot(parent, []byte(key)) = nameSlot{key: key, parent: parent, child: child, used: true}
}

// slot gives the place of a key: where it is, or where it would be.
func (n *names) slot(parent int32, key []byte) *nameSlot {
	for i := hashName(parent, key); ; i++ {
		s := &n.slots[i&n.mask]
		if !s.used || s.parent == parent && s.key == string(key) {
			return s
		}
	}
}

// hashName mixes the ends and the length of a key; the slots compare it whole.
func hashName(parent int32, key []byte) uint32 {
	h := uint64(uint32(parent))<<32 | uint64(len(key))
	if n := len(key); n >= 8 {
		h = (h ^ binary.LittleEndian.Uint64(key)) * 0x9e3779b97f4a7c15
		h = (h ^ h>>29 ^ binary.LittleEndian.Uint64(key[n-8:])) * 0xbf58476d1ce4e5b9
	} else {
		var short uint64
		for _, c := range key {
			short = short<<8 | uint64(c)
		}
		h = (h*0x9e3779b97f4a7c15 ^ short) * 0xbf58476d1ce4e5b9
	}
	return uint32(h >> 32)
}

// find gives the number of a key in an event, unknown if nobody asks for it.
func (n *names) find(parent int32, key []byte) int32 {
	if parent == unknown {
		return unknown
	}
	if s := n.slot(parent, key); s.used {
		return s.child
	}
	for _, same := range n.same {
		if string(key) == same {
			return parent
		}
	}
	if dot := bytes.IndexByte(key, '.'); dot >= 0 {
		return n.find(n.find(parent, key[:dot]), key[dot+1:])
	}
	if bytes.IndexByte(key, ' ') >= 0 {
		return n.find(parent, unspaced(key))
	}
	if to, ok := n.any[parent]; ok {
		return to
	}
	return unknown
}

// unspaced strips blanks, as rules do: "Threat Name" is ThreatName (rules
// specification, "Field Usage", 2).
func unspaced(key []byte) []byte {
	var room [64]byte
	out := room[:0]
	for _, c := range key {
		if c != ' ' {
			out = append(out, c)
		}
	}
	return out
}

// look is find for a whole name.
func (n *names) look(path string) int32 { return n.find(0, []byte(path)) }
