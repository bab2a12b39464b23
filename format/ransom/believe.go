package ransom

import "slices"

// Thresholds, measured on real notes and on ordinary documents that speak of
// ransomware, payment and keys (loo_test.go, ordinary_test.go).
const (
	noteSure  = 86  // NoteLike from which even weak candidates are named
	noteFair  = 60  // from which a name in the text is believed
	noteMaybe = 40  // from which likeness to a note is
	noteTrace = 20  // from which a known address is enough
	copyLeast = 300 // likeness to one note, in thousandths, that needs nothing else
	copyWhole = 500 // the same for a text that speaks about an attack

	// Where no notes were learned that a text could be compared with: see bare.
	bareClaim = 56
	bareDark  = 40
	bareWhole = 108

	aboutSome = 2 // signs of a speaker about an attack from which weak candidates are not named
	aboutSure = 3 // from which the text is a report unless it is a note nearly whole
)

// believed decides whether a text is a ransom note. A text that only speaks of
// a family (a warning, a report) shows its name, addresses and file names too,
// and may quote some sentences of a note, so the way it speaks has to agree.
func (s *scorer) believed(noteLike int) bool {
	whole, address, text, name := copyLeast, noteTrace, noteMaybe, noteFair
	if s.about >= aboutSure {
		whole, address, text, name = copyWhole, noteFair, noteFair, noteSure
	}
	if noteLike >= noteSure || s.nearest >= whole || s.bare(noteLike) {
		return true
	}
	if noteLike < noteMaybe {
		s.mute("name", "file", "extension")
	}
	for _, reasons := range s.points {
		for _, r := range reasons {
			switch r.Kind {
			case "address", "vanity", "phrase":
				if (noteLike >= address || s.strange) && r.Points >= 400 {
					return true
				}
			case "text":
				if noteLike >= text && r.Points >= 300 {
					return true
				}
			case "name":
				if noteLike >= name && r.Points >= 600 {
					return true
				}
			}
		}
	}
	return false
}

// bare decides without a learned note to compare with, which alone would add up to 60:
// a text that claims the attack, or is answered in the dark, and hardly speaks as others
// do; or one that does nearly all that notes do, also where it lists what it stole
// ("patients, medical files").
func (s *scorer) bare(noteLike int) bool {
	if len(s.m.notes) > 0 {
		return false
	}
	return s.about < aboutSome && (s.claims && noteLike >= bareClaim || s.dark && noteLike >= bareDark) ||
		s.about <= aboutSure && s.claims && s.dark && s.said >= bareWhole
}

// mute takes clues of some kinds away: where a text does not speak like a note,
// names are what it speaks about.
func (s *scorer) mute(kinds ...string) {
	for f, reasons := range s.points {
		s.points[f] = slices.DeleteFunc(reasons, func(r Reason) bool { return slices.Contains(kinds, r.Kind) })
	}
}
