package sigma

import "slices"

// automaton finds all literals of one field in one walk over a value
// (Aho and Corasick 1975): a table with a column for every class of bytes that
// the literals tell apart. Upper-case ASCII shares the class of lower case.
type automaton struct {
	class  [256]uint8
	next   []int32 // row + class -> row; found if something ends there
	stride int
	ends   []int32 // row/stride -> first of its finds, -1 for none
	finds  []find  // chained through more
	more   []int32 // index of the next find, -1 at the end
	size   int     // bytes of the tables
}

// found marks a row at whose end a literal, or the suffix of one, ends.
const found = -1 << 31

// find is one literal of one atom.
type find struct {
	atom   int32
	length int32
	place  place
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

// needle is a literal with what it means.
type needle struct {
	text string // folded
	find
}

// newAutomaton builds the tables. Needles are not empty.
func newAutomaton(needles []needle) *automaton {
	a := &automaton{}
	a.classes(needles)
	t := a.trie(needles)
	a.link(t)
	a.size = 4*len(a.next) + 4*len(a.ends) + 16*len(a.finds) + 256
	return a
}

func (a *automaton) classes(needles []needle) {
	var used [256]bool
	for _, n := range needles {
		for i := range len(n.text) {
			used[n.text[i]] = true
		}
	}
	count := 1 // class 0: bytes of no literal
	for b := range 256 {
		if used[b] {
			a.class[b] = uint8(min(count, 255))
			count++
		}
	}
	for b := 'A'; b <= 'Z'; b++ {
		a.class[b] = a.class[b+'a'-'A']
	}
	a.stride = count
}

// trie holds the needles; rows are numbered from 0 as they come.
type trie struct {
	next []int32 // row*stride + class -> row, 0 for none
	rows int
}

func (a *automaton) trie(needles []needle) *trie {
	slices.SortStableFunc(needles, func(x, y needle) int {
		return cmpText(x.text, y.text)
	})
	t := &trie{next: make([]int32, a.stride), rows: 1}
	a.ends = []int32{-1}
	for _, n := range needles {
		row := int32(0)
		for i := range len(n.text) {
			slot := int(row)*a.stride + int(a.class[n.text[i]])
			if t.next[slot] == 0 {
				t.next[slot] = int32(t.rows)
				t.rows++
				t.next = append(t.next, make([]int32, a.stride)...)
				a.ends = append(a.ends, -1)
			}
			row = t.next[slot]
		}
		a.finds = append(a.finds, n.find)
		a.more = append(a.more, a.ends[row])
		a.ends[row] = int32(len(a.finds) - 1)
	}
	return t
}

func cmpText(x, y string) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// link walks the trie breadth first, gives rows their final number in that
// order (near the root is near in memory, and most of a walk is near the root)
// and fills every gap with where the longest suffix goes on.
func (a *automaton) link(t *trie) {
	order, number := make([]int32, 1, t.rows), make([]int32, t.rows)
	fail := make([]int32, t.rows)
	for i := 0; i < len(order); i++ {
		row := order[i]
		for c := range a.stride {
			slot := int(row)*a.stride + c
			child, back := t.next[slot], int32(0)
			if row != 0 {
				back = t.next[int(fail[row])*a.stride+c]
			}
			if child == 0 {
				t.next[slot] = back
				continue
			}
			fail[child] = back
			number[child] = int32(len(order))
			order = append(order, child)
			a.inherit(child, back)
		}
	}
	ends := make([]int32, t.rows)
	a.next = make([]int32, len(t.next))
	for i, row := range order {
		ends[i] = a.ends[row]
		for c := range a.stride {
			to := t.next[int(row)*a.stride+c]
			v := number[to] * int32(a.stride)
			if a.ends[to] >= 0 {
				v |= found
			}
			a.next[i*a.stride+c] = v
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
	for a.more[last] >= 0 {
		last = a.more[last]
	}
	a.more[last] = a.ends[suffix]
}
