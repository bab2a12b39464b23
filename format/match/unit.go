package match

import (
	"slices"
	"strings"

	"ward/format/pattern"
)

// unit is one word of a name, or a group of words of which one suffices
// ("EPIQ/Affiniti", "TC10 TC20 TC30").
type unit struct {
	alts   [][]string // each a run of atoms, cut between letters and figures
	class  class
	family *family
	house  bool   // a maker's name inside the product's: "Welch Allyn" of Hillrom
	loose  bool   // alternatives without figures, which may be one name after all
	brand  bool   // a family word that only one maker has
	order  bool   // an article number in the column for models of an inventory
	lead   uint32 // of a number: leadOf the word before it, which may be its letters ("MX 550")
	text   string
	bits   uint64 // of its atoms, where it has one spelling; see gate
}

type class uint8

const (
	common   class = iota // says nothing of which product it is
	faint                 // helps, but does not join two names alone
	distinct              // a name
	numbered              // has a figure: a model number
)

func (c class) counts() bool { return c != common }

// family is a span of model numbers: "MX400-MX850", or a pattern: "RLC-4XX",
// "5x0".
type family struct {
	prefix  string
	lo, hi  int
	pattern string // figures and x; if it is set, lo and hi are not
	suffix  string // letters behind a dash that the model has to have: "AFS66X-S"
}

// key is the word under which a family is looked up.
func (f *family) key() string {
	if f.prefix == "" {
		return f.pattern
	}
	return f.prefix
}

// addWord makes one word a unit. A slash gives alternatives where each side is
// a name of its own; "PN/DP" is two words of one name.
func (p *profile) addWord(w string, ref bool) {
	if w == "" {
		return
	}
	var whole, room [1]string
	parts := append(whole[:0], w)
	if strings.Contains(w, "/") {
		parts = strings.FieldsFunc(w, func(r rune) bool { return r == '/' })
	}
	if len(parts) > 1 && separateNames(parts) && !(ref && !strings.ContainsAny(w, "0123456789")) {
		u := unit{text: w, class: distinct, loose: !strings.ContainsAny(w, "0123456789")}
		prefix := ""
		for i, s := range parts {
			a := atomsOf(s)
			if i == 0 && len(a) > 1 && !isNumber(a[0]) {
				prefix = a[0]
			} else if i > 0 && prefix != "" && len(a) > 0 && isNumber(a[0]) {
				a = append([]string{prefix}, a...)
			}
			if len(a) > 0 {
				u.alts = append(u.alts, a)
			}
			if strings.ContainsAny(s, "0123456789") {
				u.class = numbered
			}
		}
		p.units = append(p.units, u)
		return
	}
	if f := spanOf(w); f != nil {
		p.units = append(p.units, unit{text: w, class: numbered, family: f})
		return
	}
	for _, s := range parts {
		for _, h := range hyphened(room[:0], s) {
			if a := atomsOf(h); len(a) > 0 {
				p.units = append(p.units, unit{text: h, alts: [][]string{a}, class: classOf(h), house: slices.Contains(p.houses, w)})
			}
		}
	}
}

// leadOf names the letters before a number by a few bits; 0 where no model begins so.
func leadOf(letters string) uint32 {
	if letters == "" || len(letters) > 6 {
		return 0
	}
	return uint32(hash(letters)>>32) | 1
}

// markLeads tells the numbers that stand apart from the word before them.
func (p *profile) markLeads() {
	for i := 1; i < len(p.units); i++ {
		u, before := &p.units[i], p.units[i-1].text
		if u.class == numbered && isNumber(u.text) && strings.Trim(before, "abcdefghijklmnopqrstuvwxyz") == "" {
			u.lead = leadOf(before)
		}
	}
}

// hyphened cuts "eds-g512e" at its dash, so that the number alone is found;
// single signs stay with their neighbour.
func hyphened(room []string, s string) []string {
	for rest := s; ; {
		part, more, cut := strings.Cut(rest, "-")
		if cut || len(room) > 0 {
			if len(part) < 2 {
				return append(room[:0], s)
			}
		}
		room = append(room, part)
		if !cut {
			return room
		}
		rest = more
	}
}

func separateNames(parts []string) bool {
	for i, s := range parts {
		if i > 0 && isNumber(s) && len(s) < trailingFigures(parts[0]) {
			return false // "3701/40" is one model, "660/665" are two
		}
		if len(s) < 4 && !(len(s) >= 2 && strings.ContainsAny(s, "0123456789")) {
			return false
		}
	}
	return true
}

// trailingFigures counts the figures that a word ends in.
func trailingFigures(s string) int { return len(s) - len(strings.TrimRight(s, "0123456789")) }

func classOf(s string) class {
	w := s
	for i := range len(s) {
		if !isWord(s[i]) {
			parts := plainWords(s)
			if !slices.ContainsFunc(parts, func(p string) bool { return !generic[p] }) {
				return common // "Herzschrittmacher-Programmiergerät"
			}
			w = strings.Join(parts, "")
			break
		}
	}
	switch {
	case w == "" || generic[w]:
		return common
	case strings.ContainsAny(w, "0123456789"):
		return numbered
	case weak[w] || len(w) == 1:
		return faint
	}
	return distinct
}

var (
	spanRe    = pattern.Of(`^([a-z]{1,6})(\d{1,5})-([a-z]{0,6})(\d{1,5})$`)
	patternRe = pattern.Of(`^([a-z]{0,6})-?(\d{0,4})(x{1,4})(\d{0,3})(?:-([a-z]{1,3}))?$`)
)

// spanOf reads "mx400-mx850", "mx400-550" and "rlc-4xx".
func spanOf(w string) *family {
	if !strings.Contains(w, "x") && (!strings.Contains(w, "-") || !isNumber(strings.TrimLeft(w, "abcdefghijklmnopqrstuvwyz-"))) {
		return nil
	}
	if m := spanRe().FindStringSubmatch(w); m != nil && (m[1] == m[3] || shortSpan(m)) && atoi(m[2]) < atoi(m[4]) {
		return &family{prefix: m[1], lo: atoi(m[2]), hi: atoi(m[4])}
	}
	if m := patternRe().FindStringSubmatch(w); m != nil && m[1] != "x" && (m[2] != "" || m[1] != "" && len(m[3]) > 1) {
		return &family{prefix: m[1], pattern: m[2] + m[3] + m[4], suffix: m[5]}
	}
	return nil
}

// openRe finds a model number of which a maker leaves two signs or more open:
// "DS-K1T341AXX", "XMM71xx".
var openRe = pattern.Of(`\b((?:[a-z0-9]+-)*[a-z]*[0-9][a-z0-9]*?)xx+\b`)

// openEnd ends the pattern of such a number: how many signs follow in truth the
// maker does not say ("DS-K1T804AMF"), so that it joins for a person only.
const openEnd = "?*"

// openModels keeps the open model numbers of a claim's text.
func (p *profile) openModels(s string) {
	if !strings.Contains(s, "xx") {
		return
	}
	for _, m := range openRe().FindAllStringSubmatch(s, 8) {
		p.addPattern(m[1] + openEnd)
		if i := strings.LastIndexByte(m[1], '-'); i > 0 {
			p.addPattern(m[1][i+1:] + openEnd) // a product's name is cut at its dashes
		}
	}
}

// shortSpan reports whether a span leaves out the letters the second time. Of two
// numbers of three figures or more and the same length one is no part of the other,
// as in "s7-1500".
func shortSpan(m []string) bool {
	return m[3] == "" && len(m[1]) >= 2 && len(m[2]) >= 3 && len(m[2]) == len(m[4])
}

func atoi(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

func isNumber(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// atomsOf cuts a word at signs and between letters and figures: "s7-1500" has
// the atoms s, 7, 1500, so that "S7 1500" and "S71500" are told alike. A plus
// behind a letter stays: "A+" is another pump than "A".
func atomsOf(w string) []string {
	var room [8]string
	return slices.Clone(appendAtoms(room[:0], w))
}

func appendAtoms(out []string, w string) []string {
	start := 0
	kindAt := func(i int) int {
		switch c := w[i]; {
		case c >= '0' && c <= '9':
			return 1
		case c >= 'a' && c <= 'z' || c >= 0x80:
			return 2
		case c == '+' && i > 0:
			return 2
		}
		return 0
	}
	for i := 0; i <= len(w); i++ {
		if i == len(w) || kindAt(i) != kindAt(start) {
			if i > start && kindAt(start) != 0 {
				a := w[start:i]
				if isNumber(a) {
					if t := strings.TrimLeft(a, "0"); t != "" {
						a = t
					}
				}
				out = append(out, a)
			}
			start = i
		}
	}
	return out
}

// groupModels makes alternatives of models that are listed one after another
// with the same leading letters: "TC10 TC20 TC30".
func (p *profile) groupModels() {
	if !p.mayGroup() {
		return
	}
	var out []unit
	for i := 0; i < len(p.units); {
		j := i + 1
		for j < len(p.units) && sameSeries(&p.units[i], &p.units[j]) {
			j++
		}
		if j-i < 3 {
			out = append(out, p.units[i])
			i++
			continue
		}
		u := unit{class: numbered}
		for _, x := range p.units[i:j] {
			u.alts = append(u.alts, x.alts...)
			u.text += x.text + " "
		}
		out = append(out, u)
		i = j
	}
	p.units = out
}

// mayGroup tells cheaply whether two models of one series follow one another.
func (p *profile) mayGroup() bool {
	for i := 1; i < len(p.units); i++ {
		if sameSeries(&p.units[i-1], &p.units[i]) {
			return true
		}
	}
	return false
}

func sameSeries(a, b *unit) bool {
	if a.class != numbered || b.class != numbered || len(a.alts) != 1 || len(b.alts) != 1 {
		return false
	}
	x, y := a.alts[0], b.alts[0]
	return len(x) == 2 && len(y) == 2 && x[0] == y[0] && isNumber(x[1]) && isNumber(y[1])
}
