package sigma

import (
	"cmp"
	"slices"
)

// automaton finds the literals of one field in one walk over a value (Aho and
// Corasick 1975): a table with a row for every state and a column for every
// symbol, a class of bytes.
//
// The table is kept small, because a walk waits for memory more than for
// anything else: there are 64 symbols, so that a row is two lines of the cache,
// and of a long literal the table holds a short key only. What a key and its
// symbols leave open is compared when the key is found.
type automaton struct {
	next  [][symbols]uint16 // row -> symbol -> row; found if something ends there
	ends  []int32           // row -> first of its finds, -1 for none
	finds []find            // chained
	sieve *sieve            // nil: every text is walked
	size  int               // bytes of the tables
}

const symbols = 64

// symbol folds bytes to 64 classes: the printable half of ASCII below the
// letters, and the letters in either case with the signs around them, of which
// two share one ("[" and "{"). All else shares the seldom ones of these.
var symbol = func() (out [256]uint8) {
	for c := range 256 {
		switch {
		case c < 0x20 || c == '|' || c == 0x7f:
			out[c] = 0x20
		case c < 0x40:
			out[c] = uint8(c & 0x1f)
		case c < 0x80:
			out[c] = uint8(c&0x1f | 0x20)
		default:
			out[c] = [4]uint8{0x20, 0x3b, 0x3d, 0x3e}[c&3]
		}
	}
	return
}()

// found marks a row at whose end a key, or the suffix of one, ends.
const (
	found   = 1 << 15
	maxRows = found
)

// Keys are at most longestKey bytes; a set of literals that makes too many rows
// gets shorter ones. A key that several literals begin with gives way to the one
// at their end: many paths begin alike.
const longestKey = 12

// find is one literal of one atom.
type find struct {
	text  string // folded
	from  int32  // where in text the key begins
	to    int32  // and ends
	atom  int32
	more  int32 // index of the next find of the same row, -1 at the end
	place place
	exact bool // the key says it all: nothing is left to compare
	tells bool // the atom announces rules
}

// place is where a literal must stand for its atom to hold.
type place uint8

const (
	anywhere place = iota
	atStart
	atEnd
	whole
	hint // the atom may hold: a look at the value decides
)

// newAutomaton builds the tables for literals, none of them empty.
func newAutomaton(literals []find) *automaton {
	a := &automaton{sieve: newSieve(literals)}
	var t *trie
	for length := longestKey; t == nil; length-- {
		t = a.trie(keyed(literals, length))
	}
	a.link(t)
	a.size = 2*symbols*len(a.next) + 4*len(a.ends) + 40*len(a.finds)
	return a
}

// keyed chooses the keys: the start of a literal, or its end.
func keyed(literals []find, length int) []find {
	shared := map[string]int{}
	for _, f := range literals {
		shared[f.text[:min(len(f.text), length)]]++
	}
	out := slices.Clone(literals)
	for i := range out {
		f := &out[i]
		f.from, f.to = 0, int32(min(len(f.text), length))
		if shared[f.text[:f.to]] > 1 {
			f.from, f.to = int32(len(f.text))-f.to, int32(len(f.text))
		}
		f.exact = int(f.to-f.from) == len(f.text) && (f.place == anywhere || f.place == hint) && unmistakable(f.text)
	}
	slices.SortStableFunc(out, func(x, y find) int { return cmp.Compare(x.key(), y.key()) })
	return out
}

// unmistakable tells whether no other folded text has the same symbols.
func unmistakable(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 0x20 || c > 0x3f) && (c < 'a' || c > 'z') && c != '\\' && c != '_' {
			return false
		}
	}
	return true
}

func (f *find) key() string { return f.text[f.from:f.to] }

// trie holds the keys; rows are numbered from 0 as they come.
type trie struct {
	next [][symbols]int32 // row -> symbol -> row, 0 for none
}

// trie gives nil if the keys make too many rows.
func (a *automaton) trie(finds []find) *trie {
	t := &trie{next: make([][symbols]int32, 1)}
	a.ends, a.finds = []int32{-1}, nil
	for _, f := range finds {
		row := int32(0)
		for _, c := range []byte(f.key()) {
			if t.next[row][symbol[c]] == 0 {
				if len(t.next) == maxRows {
					return nil
				}
				t.next[row][symbol[c]] = int32(len(t.next))
				t.next = append(t.next, [symbols]int32{})
				a.ends = append(a.ends, -1)
			}
			row = t.next[row][symbol[c]]
		}
		f.more = a.ends[row]
		a.finds = append(a.finds, f)
		a.ends[row] = int32(len(a.finds) - 1)
	}
	return t
}

// link walks the trie breadth first, gives rows their final number in that
// order (near the root is near in memory) and fills every gap with where the
// longest suffix goes on.
func (a *automaton) link(t *trie) {
	rows := len(t.next)
	order, number := make([]int32, 1, rows), make([]int32, rows)
	fail := make([]int32, rows)
	for i := 0; i < len(order); i++ {
		row := order[i]
		for c := range symbols {
			child, back := t.next[row][c], int32(0)
			if row != 0 {
				back = t.next[fail[row]][c]
			}
			if child == 0 {
				t.next[row][c] = back
				continue
			}
			fail[child] = back
			number[child] = int32(len(order))
			order = append(order, child)
			a.inherit(child, back)
		}
	}
	ends := make([]int32, rows)
	a.next = make([][symbols]uint16, rows)
	for i, row := range order {
		ends[i] = a.ends[row]
		for c, to := range t.next[row] {
			v := uint16(number[to])
			if a.ends[to] >= 0 {
				v |= found
			}
			a.next[i][c] = v
		}
	}
	a.ends = ends
}

// inherit appends the finds of the longest suffix to those of a row: its chain
// simply goes on there, for that row's own chain is complete by then.
func (a *automaton) inherit(row, suffix int32) {
	if a.ends[suffix] < 0 {
		return
	}
	if a.ends[row] < 0 {
		a.ends[row] = a.ends[suffix]
		return
	}
	last := a.ends[row]
	for a.finds[last].more >= 0 {
		last = a.finds[last].more
	}
	a.finds[last].more = a.ends[suffix]
}

// scan calls fn for each atom that a text shows. Text is folded beyond ASCII.
func (a *automaton) scan(text []byte, fn func(atom int32)) {
	row := uint16(0)
	for i, c := range text {
		v := a.next[row][symbol[c]&(symbols-1)]
		row = v &^ found
		if v >= found {
			for f := a.ends[row]; f >= 0; f = a.finds[f].more {
				if x := &a.finds[f]; x.fits(text, i+1) {
					fn(x.atom)
				}
			}
		}
	}
}

// fits tells whether the literal whose key ends at end stands there, and in
// the right place.
func (f *find) fits(text []byte, end int) bool {
	if f.exact {
		return true
	}
	start := end - int(f.to)
	stop := start + len(f.text)
	if start < 0 || stop > len(text) {
		return false
	}
	switch f.place {
	case atStart:
		if start != 0 {
			return false
		}
	case atEnd:
		if stop != len(text) {
			return false
		}
	case whole:
		if start != 0 || stop != len(text) {
			return false
		}
	}
	for i, c := range text[start:stop] {
		if lowered[c] != f.text[i] {
			return false
		}
	}
	return true
}

// lowered is ASCII in lower case.
var lowered = func() (out [256]byte) {
	for c := range 256 {
		out[c] = byte(c)
		if 'A' <= c && c <= 'Z' {
			out[c] += 'a' - 'A'
		}
	}
	return
}()
