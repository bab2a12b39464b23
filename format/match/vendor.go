package match

import (
	"slices"
	"strings"
	"sync"
)

// legal are words of company names that say nothing of which company it is.
var legal = map[string]bool{"inc": true, "llc": true, "ltd": true, "gmbh": true, "ag": true, "co": true, "corp": true, "corporation": true,
	"company": true, "kg": true, "kgaa": true, "se": true, "sa": true, "sas": true, "spa": true, "srl": true, "bv": true, "nv": true, "ab": true, "as": true,
	"aps": true, "oy": true, "oyj": true, "plc": true, "limited": true, "international": true, "group": true, "holding": true, "holdings": true, "the": true,
	"and": true, "und": true, "a": true, "s": true, "r": true, "l": true, "l.": true, "me": true, "ltda": true, "pte": true, "pty": true, "sp": true, "z": true,
	"o": true, "doo": true, "kft": true, "sro": true, "mbh": true, "deutschland": true, "germany": true, "france": true, "italia": true, "espana": true,
	"europe": true, "uk": true, "usa": true, "us": true, "technology": true, "technologies": true, "systems": true, "software": true, "medical": true,
	"healthcare": true, "health": true, "solutions": true, "products": true, "electronics": true, "subsidiary": true, "affiliate": true, "of": true, "an": true,
	"formerly": true, "by": true, "devices": true, "medizintechnik": true, "osterreich": true, "nederland": true, "polska": true, "schweiz": true, "aktiengesellschaft": true}

// vendorTable finds makers by their folded names. It is built by the first who looks.
var vendorTable = sync.OnceValue(buildVendorTable)

type vendorIndex struct {
	byFirst map[string][]vendorName // first word to names, longest first
	brands  map[string][]vendorName
	byInit  map[byte][]vendorName // first letter, for typing errors
}

type vendorName struct {
	words []string
	id    string
	flat  string
}

func buildVendorTable() vendorIndex {
	x := vendorIndex{byFirst: map[string][]vendorName{}, brands: map[string][]vendorName{}, byInit: map[byte][]vendorName{}}
	for _, m := range makers {
		for _, n := range m.names {
			v := vendorName{words: strings.Fields(n), id: m.id, flat: strings.ReplaceAll(n, " ", "")}
			insertLongest(x.byFirst, v)
			x.byInit[n[0]] = append(x.byInit[n[0]], v)
		}
		for _, n := range m.brands {
			insertLongest(x.brands, vendorName{words: strings.Fields(n), id: m.id})
		}
	}
	return x
}

func insertLongest(to map[string][]vendorName, v vendorName) {
	list := append(to[v.words[0]], v)
	for i := len(list) - 1; i > 0 && len(list[i].words) > len(list[i-1].words); i-- {
		list[i], list[i-1] = list[i-1], list[i]
	}
	to[v.words[0]] = list
}

// find gives the name that words begins with, the longest first.
func find(in map[string][]vendorName, words []string) (vendorName, bool) {
	if len(words) == 0 {
		return vendorName{}, false
	}
	for _, v := range in[words[0]] {
		if len(words) >= len(v.words) && equalWords(words[:len(v.words)], v.words) {
			return v, true
		}
	}
	return vendorName{}, false
}

func equalWords(a, b []string) bool {
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// vendor is a maker's text as read.
type vendor struct {
	ids   []string // makers of the table that it names
	near  []string // makers of the table that it may misspell
	core  string   // its own words without legal forms; empty if no text was given
	raw   string   // its folded text
	text  string   // the product's name in plain words, of inventories only
	cut   []string // the words by which it does
	named []string // makers that the product's name leads with
	flat  string   // core without blanks
	words []string // raw in plain words
	atoms []string // and their atoms
}

// nobody are vendor texts that name no maker.
var nobody = map[string]bool{"multiple": true, "n": true, "unknown": true, "unbekannt": true, "various": true, "div": true, "diverse": true, "na": true,
	"none": true, "other": true, "inconnu": true, "vendor": true, "manufacturer": true, "tbd": true, "open source": true, "opensource": true, "freeware": true,
	"mehrere": true, "verschiedene": true, "divers": true, "varios": true, "vari": true, "desconocido": true, "sconosciuto": true, "onbekend": true, "nieznany": true, "neznamy": true}

// vendors keeps the makers that were read: an inventory of thousands of rows
// names a few of them.
var vendors struct {
	mu   sync.RWMutex
	list map[string]vendor
}

// mostVendors bounds what is kept: makers are texts that anybody writes.
const mostVendors = 4096

// readVendor reads a maker's text; what it gives is shared, to be read only.
func readVendor(text string) vendor {
	vendors.mu.RLock()
	v, ok := vendors.list[text]
	vendors.mu.RUnlock()
	if ok {
		return v
	}
	v = parseVendor(text)
	vendors.mu.Lock()
	defer vendors.mu.Unlock()
	if vendors.list == nil || len(vendors.list) >= mostVendors {
		vendors.list = map[string]vendor{}
	}
	vendors.list[strings.Clone(text)] = v
	return v
}

func parseVendor(text string) vendor {
	v := vendor{raw: fold(strings.Clone(text))}
	words := plainWords(v.raw)
	var core []string
	for i := 0; i < len(words); {
		if m, ok := find(vendorTable().byFirst, words[i:]); ok {
			v.ids = addTo(v.ids, m.id)
			core = append(core, m.words...)
			i += len(m.words)
			continue
		}
		if !legal[words[i]] {
			core = append(core, words[i])
		}
		i++
	}
	v.core = strings.Join(core, " ")
	v.flat = strings.Join(core, "")
	if nobody[v.core] {
		return vendor{}
	}
	if len(v.ids) == 0 && v.core != "" {
		v.near = slices.Clip(misspelt(v.core, v.flat))
	}
	v.ids, v.words, v.atoms = slices.Clip(v.ids), words, slices.Clip(addAtoms(nil, words))
	return v
}

// beyondMaker gives the words of a maker's column that are no part of the name of a
// maker of the table: "Prismaflex" of "Gambro Prismaflex".
func beyondMaker(words []string) (out []string) {
	for i := 0; i < len(words); i++ {
		if m, ok := find(vendorTable().byFirst, words[i:]); ok {
			i += len(m.words) - 1
		} else if !legal[words[i]] {
			out = append(out, words[i])
		}
	}
	return out
}

// misspelt finds the makers whose name is a typing error away, by the whole
// text or by its first word.
func misspelt(core, flat string) []string {
	var out []string
	first, _, _ := strings.Cut(core, " ")
	for _, m := range vendorTable().byInit[core[0]] {
		if near(m.flat, flat) || len(m.words) == 1 && near(m.flat, first) {
			out = addTo(out, m.id)
		}
	}
	return out
}

// settle takes the makers that lead the product's name for the maker where the
// column is empty or names nobody of the table: a dealer, perhaps.
func (v *vendor) settle() {
	if len(v.ids) == 0 {
		v.ids = v.named
	}
}

func addTo(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}

func overlap(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// plainWords cuts a folded text at everything but letters and figures.
func plainWords(s string) []string {
	var room [16]string
	return slices.Clone(appendWords(room[:0], s))
}

func appendWords(out []string, s string) []string {
	start := -1
	for i := range len(s) {
		switch word := isWord(s[i]); {
		case word && start < 0:
			start = i
		case !word && start >= 0:
			out, start = append(out, s[start:i]), -1
		}
	}
	if start >= 0 {
		out = append(out, s[start:])
	}
	return out
}

func isWord(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c > 127 }

// agreement of two makers.
type agreement uint8

const (
	vendorSame    agreement = iota // the same by the table or by their words
	vendorNear                     // a typing error away
	vendorUnknown                  // one side names none
	vendorOther                    // both name one, and they differ
)

// agree compares the maker of a claim with that of an inventory's product.
func agree(claim, ref *vendor) agreement {
	switch {
	case overlap(claim.ids, ref.ids):
		return vendorSame
	case ref.core == "" && claim.core != "" && strings.HasPrefix(ref.text, claim.core+" "):
		return vendorSame
	case claim.core == "" || ref.core == "" && len(ref.ids) == 0:
		return vendorUnknown
	case kin(claim.ids, ref.ids):
		return vendorUnknown
	case claim.core == ref.core || claim.flat == ref.flat || sharedStart(claim.core, ref.core):
		return vendorSame
	case overlap(claim.ids, ref.near) || near(claim.flat, ref.flat):
		return vendorNear
	}
	return vendorOther
}

// kinships are makers of which one took over product lines of the other, or
// sold the other's devices under its own name: such names neither agree nor
// part (press releases of the makers, 2016 to 2021).
var kinships = [][2]string{{"carestream", "philips"}, {"vyaire", "bd"}, {"gedigital", "ge"}, {"capsule", "philips"},
	{"hitachi", "hitachienergy"}, {"abb", "hitachienergy"}, {"mitsubishi", "iconics"}, {"aveva", "schneider"}, {"siemens", "varian"},
	{"medtronic", "fresenius"}, {"honeywell", "tridium"}}

func kin(a, b []string) bool {
	for _, k := range kinships {
		if overlap(a, k[:1]) && overlap(b, k[1:]) || overlap(a, k[1:]) && overlap(b, k[:1]) {
			return true
		}
	}
	return false
}

// sharedStart reports whether one name is the beginning of the other in whole
// words, of four letters at least: "Softneta" and "Softneta Vilnius".
func sharedStart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) >= 4 && strings.HasPrefix(b, a) && b[len(a):len(a)+1] == " "
}
