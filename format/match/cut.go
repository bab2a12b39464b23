package match

import (
	"slices"
	"strings"

	"ward/format/pattern"
	"ward/format/version"
)

// releases are the release words of a name: "Desigo CC V5.0".
type releases struct {
	list []version.Version
	rng  *version.Range // of "V4.5 and prior"; nil if the name only lists
	has  bool
	firm bool // written with a dot, so that it is no hardware variant
}

// releaseRe finds a release in a folded name: a number behind a word for
// version, or a number with a dot.
var releaseRe = pattern.Of(`(?:^|[\s,])(?:(?:version|vers\.?|ver\.?|release|rel\.?|firmware|fw|sw|softwarestand|software)[ :.]*v?\.? ?(\d[\w.]*)|v\.? ?(\d[\w.]*)|r(\d+\.[\w.]+)|(\d+\.(?:\d+|x)(?:\.(?:\d+|x))*[a-z]?))((?: (?:sp|hf|upd|update|patch|hotfix|build|r|p|sr) ?\d+)*)`)

// cutRelease takes the release out of a name, if one stands there. A claim's
// name may say "V4.5 and prior".
func (p *profile) cutRelease(s string) string {
	for _, loc := range releaseRe().FindAllStringSubmatchIndex(s, 8) {
		text := strings.TrimSpace(s[loc[0]:loc[1]])
		if loc[1] < len(s) && (s[loc[1]] == '/' || s[loc[1]] == '-' || s[loc[1]] == '"') || strings.HasPrefix(s[loc[1]:], " mm") {
			continue
		}
		v, err := version.Parse(strings.TrimLeft(text, ", "))
		if err != nil || unitOfMeasure(text) {
			continue
		}
		p.release.open(s[:loc[0]], strings.TrimLeft(text, ", "), s[loc[1]:])
		p.release.list = append(p.release.list, v)
		p.release.has = true
		p.release.firm = p.release.firm || strings.Contains(strings.TrimLeft(text, "v. "), ".")
	}
	if !p.release.has {
		return s
	}
	return releaseRe().ReplaceAllStringFunc(s, func(m string) string {
		for _, v := range p.release.list {
			if strings.TrimLeft(v.Text(), ", ") == strings.TrimLeft(m, ", ") {
				return " "
			}
		}
		return m
	})
}

var (
	// openBefore and openAfter find words that make a release in a name a bound.
	openBefore = pattern.Of(`(?:prior to|before|up to|until|since|from|[<>]=?) ?$`)
	openAfter  = pattern.Of(`^(?: ?,? (?:and|or))? ?\(?(?:all )?(?:prior|earlier|below|older|lower|later|newer|above|higher)\b(?: versions?)?`)
)

// open reads a release that is a bound: "V4.5 and prior", "prior to V4.7".
func (x *releases) open(before, text, after string) {
	b, a := openBefore().FindString(before), openAfter().FindString(after)
	if b == "" && a == "" {
		return
	}
	if r, err := version.ParseRange(b + " " + text + a); err == nil {
		x.rng = &r
	}
}

// unitOfMeasure finds "1.5t" (tesla) and its like, which are no releases.
func unitOfMeasure(s string) bool {
	return strings.HasSuffix(s, "t") || strings.HasSuffix(s, "w") || strings.HasSuffix(s, "v")
}

// cutVendor takes the maker's name out of the words; in an inventory it also
// tells the maker where that column is empty or names a dealer.
func (p *profile) cutVendor(words []string, ref bool) []string {
	out := make([]string, 0, len(words))
	own := p.vendor.words
	house := 0
	var flatRoom [24]string
	var atRoom [24]int
	flat, at := flatten(flatRoom[:0], atRoom[:0], words)
	for i := 0; i < len(words); {
		flat, at := flat[at[i]:at[min(i+mostWords, len(words))]], at[i:]
		m, ok := find(vendorTable().byFirst, flat)
		n := 0
		switch {
		case len(own) > 0 && len(flat) > len(own) && equalWords(flat, own) && (!ref || i == 0):
			if n = wholeWords(at, len(own)); n > 0 {
				p.vendor.cut = append(p.vendor.cut, own...)
			}
		case ok && p.isMaker(m, ref && len(out) == 0):
			n = wholeWords(at, len(m.words))
			if n > 0 && ref {
				p.vendor.named = addTo(p.vendor.named, m.id)
				p.vendor.cut = append(p.vendor.cut, m.words...)
			}
			if n > 0 && !ref && !holds(own, m.words) {
				house, n = n, 0 // another name of the maker: it may tell products apart
			}
		}
		if n == 0 {
			if house > 0 {
				p.houses = append(p.houses, words[i])
				house--
			}
			out = append(out, words[i])
			i++
			continue
		}
		for _, w := range words[i : i+n] {
			p.allow(w)
		}
		i += n
	}
	return out
}

// holds reports whether list has all words.
func holds(list, words []string) bool {
	for _, w := range words {
		if !slices.Contains(list, w) {
			return false
		}
	}
	return true
}

// isMaker tells whether a maker's name inside the product's name may be cut
// off: it is the maker of the row or leaf, or it leads an inventory's name.
func (p *profile) isMaker(m vendorName, leads bool) bool {
	return slices.Contains(p.vendor.ids, m.id) || leads && (len(m.flat) > 3 || p.vendor.core == "")
}

// mostWords bounds in how many words a maker's name may stand.
const mostWords = 8

// flatten cuts words into plain words; before words[i] stand at[i] of them.
func flatten(flat []string, at []int, words []string) ([]string, []int) {
	for _, w := range words {
		at = append(at, len(flat))
		flat = appendWords(flat, w)
	}
	return flat, append(at, len(flat))
}

// wholeWords gives how many of the words that begin at at[0] hold exactly n plain
// words; 0 if none do.
func wholeWords(at []int, n int) int {
	for i := 1; i < len(at) && i <= mostWords; i++ {
		if at[i]-at[0] == n {
			return i
		}
	}
	return 0
}

// allow makes the atoms of a text optional for the other side.
func (p *profile) allow(s string) {
	var room [16]string
	p.optional = addAtoms(p.optional, appendWords(room[:0], s))
}

// addAtoms adds the atoms of words to list, each once.
func addAtoms(list, words []string) []string {
	var room [8]string
	for _, w := range words {
		for _, a := range appendAtoms(room[:0], w) {
			list = addTo(list, a)
		}
	}
	return list
}
