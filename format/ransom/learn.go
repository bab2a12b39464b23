package ransom

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Compile learns notes and makes a catalogue ready to identify with. Notes of
// a family that no entry knows make an entry of their own. The order of the
// input decides which name a merged family carries; the same input always
// gives the same Model.
func Compile(families []Family, notes []Note) (*Model, error) {
	if len(families) > FamiliesLimit || len(notes) > NotesLimit {
		return nil, fmt.Errorf("catalogue: more than %d families or %d notes", FamiliesLimit, NotesLimit)
	}
	all := slices.Clone(families)
	known := map[string]bool{}
	for _, f := range families {
		for _, n := range append([]string{f.Name}, f.Aliases...) {
			known[key(n)] = true
		}
	}
	for _, n := range notes {
		if k := key(n.Family); k != "" && !known[k] {
			known[k] = true
			all = append(all, Family{Name: n.Family})
		}
	}
	m := &Model{Families: merged(all)}
	l := learner{model: m, of: map[string]int{}, terms: map[uint32]term{}, clues: map[uint64][]int{}}
	l.names()
	for _, n := range notes {
		l.note(n)
	}
	for i := range m.Families {
		m.Families[i].tidy()
		l.facts(i)
	}
	l.finish()
	return m, nil
}

// learner gathers while a Model is made.
type learner struct {
	model *Model
	of    map[string]int // key of a name or alias to the family
	terms map[uint32]term
	clues map[uint64][]int // clue to families, ascending
}

// names fills the table of names: own names first, aliases where they are free.
func (l *learner) names() {
	for i, f := range l.model.Families {
		if k := key(f.Name); k != "" {
			if _, ok := l.of[k]; !ok {
				l.of[k] = i
			}
		}
	}
	for i, f := range l.model.Families {
		for _, a := range f.Aliases {
			k := key(a)
			if _, ok := l.of[k]; !ok && k != "" {
				l.of[k] = i
			}
		}
	}
}

// note learns one note: its words, addresses and the names in it.
func (l *learner) note(n Note) {
	fam, ok := l.of[key(n.Family)]
	if !ok || isBinary(n.Data) {
		return
	}
	f := &l.model.Families[fam]
	if !ofCollector(n.File, f) {
		f.addNoteName(n.File)
	}
	m := read(plain(decode(n.Data)))
	for _, a := range m.addresses {
		if !commonHosts[a.Value] {
			f.Addresses = append(f.Addresses, a.Kind+":"+a.Value)
		}
	}
	for _, w := range m.words { // how usual the words are that are also names
		if _, name := l.of[w]; name {
			l.clue("word:"+w, fam)
		}
	}
	terms := termsOf(m.words)
	if len(terms) == 0 {
		return
	}
	id := len(l.model.notes)
	l.model.notes = append(l.model.notes, learned{family: fam})
	for _, h := range terms {
		t := l.terms[h]
		t.notes = append(t.notes, id)
		l.terms[h] = t
	}
}

// ofCollector reports a file name that the collector of a note gave it: the
// family's name with a number. No victim finds a note under it.
func ofCollector(file string, f *Family) bool {
	stem := file
	if i := strings.LastIndexByte(file, '.'); i > 0 {
		stem = file[:i]
	}
	stem = key(strings.TrimRight(stem, "0123456789"))
	for _, tail := range []string{"v", "note", "ransomnote"} {
		stem = strings.TrimSuffix(stem, tail)
	}
	for _, n := range append([]string{f.Name}, f.Aliases...) {
		if k := key(n); stem == k || key(stem+"v") == k {
			return true
		}
	}
	return false
}

// facts turns what is known of a family into clues.
func (l *learner) facts(i int) {
	f := &l.model.Families[i]
	for _, n := range append([]string{f.Name}, f.Aliases...) {
		if k := key(n); len(k) >= 3 && l.of[k] == i {
			l.clue("name:"+k, i)
		}
	}
	for _, e := range append(slices.Clone(f.Extensions), f.NoteNames...) { // ".[mail@example.org].akira"
		for _, a := range read(strings.NewReplacer("*", " ", "_", " ").Replace(e)).addresses {
			if a.Kind == "mail" {
				f.Addresses = append(f.Addresses, "mail:"+strings.TrimSuffix(a.Value, ".txt"))
			}
		}
	}
	for _, e := range f.Extensions {
		if w := strings.TrimLeft(e, "."); simple(w) && len(w) >= 4 {
			l.clue("ending:"+w, i)
		}
	}
	for j, a := range f.Addresses {
		kind, value, ok := strings.Cut(a, ":")
		if !ok || standIn[kind] == "" {
			kind, value = "", a
			if found := read(a + " ").addresses; len(found) > 0 {
				kind, value = found[0].Kind, found[0].Value
			} else if len(a) == 56 || len(a) == 16 {
				kind = "onion" // leak sites are listed with and without their ending
			}
		}
		if kind == "" || commonHosts[value] {
			continue
		}
		f.Addresses[j] = kind + ":" + value
		l.clue(kind+":"+value, i)
		if kind == "onion" && len(value) >= vanity {
			l.clue("vanity:"+value[:vanity], i)
		}
	}
	slices.Sort(f.Addresses)
	f.Addresses = slices.Compact(f.Addresses)
	for _, p := range f.Phrases {
		if w := words(p); len(w) >= 2 && len(w) <= phraseMost {
			l.clue("phrase:"+strings.Join(w, " "), i)
		}
	}
}

// vanity is the length of an onion name's beginning that groups choose and keep
// ("contire…", "incblog…"): six signs agree by chance once in 2³⁰.
const vanity = 6

// phraseMost is the longest phrase of a catalogue, in words.
const phraseMost = 8

func (l *learner) clue(what string, family int) {
	h := clueKey(what)
	if list := l.clues[h]; !slices.Contains(list, family) {
		l.clues[h] = append(list, family)
	}
}

// finish weighs the terms. The weight of a term is 16·ln(1 + F/f), F families
// with notes and f of them that use the term, rounded; ready as a table, so that
// no reader has to compute a logarithm.
func (l *learner) finish() {
	m := l.model
	with := map[int]bool{}
	for _, n := range m.notes {
		with[n.family] = true
	}
	m.weights = make([]int, len(with)+1)
	for f := 1; f <= len(with); f++ {
		m.weights[f] = int(math.Round(16 * math.Log(1+float64(len(with))/float64(f))))
	}
	if len(with) > 0 {
		m.weights[0] = m.weights[1] / 2 // a word that no note has
	}
	for _, list := range l.clues {
		slices.Sort(list)
	}
	m.terms, m.clues = l.terms, l.clues
	m.weigh()
}

// termsOf gives the distinct terms of a text: stems, pairs and triples of them.
func termsOf(words []string) []uint32 {
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = stem(w)
	}
	out := make([]uint32, 0, 3*len(words))
	for i, w := range stems {
		out = append(out, hash(w))
		if i > 0 {
			out = append(out, hash(stems[i-1]+" "+w))
		}
		if i > 1 {
			out = append(out, hash(stems[i-2]+" "+stems[i-1]+" "+w))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// stemLength is where words are cut: "modification or renaming" and "modify or
// rename" are one habit in two editions of a note.
const stemLength = 5

func stem(w string) string {
	if w[0] == '~' {
		return w
	}
	n := 0
	for i := range w {
		if n == stemLength {
			return w[:i]
		}
		n++
	}
	return w
}
