package ransom

// wordMost is the longest word that counts; what is longer is a key or an address.
const wordMost = 24

// wordsMost is how many words of a text are looked at; the longest known notes
// have under 2,000.
const wordsMost = 5000

// fold lowers a letter and tells letters and digits (true) from everything else.
// Only the alphabets that notes are written in are lowered.
func fold(r rune) (rune, bool) {
	switch {
	case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
		return r, true
	case r >= 'A' && r <= 'Z':
		return r + 32, true
	case r < 0xC0 || r == 0xD7 || r == 0xF7:
		return r, false
	case r <= 0xDE: // Latin-1
		return r + 32, true
	case r >= 0x391 && r <= 0x3A9, r >= 0x410 && r <= 0x42F: // Greek, Cyrillic
		return r + 32, true
	case r >= 0x400 && r <= 0x40F:
		return r + 80, true
	case r >= 0x2000 && r <= 0x2BFF, r >= 0x3000 && r <= 0x303F, r >= 0xFE00 && r <= 0xFE0F, r >= 0xFF00 && r <= 0xFF0F, r == 0xFFFD, r >= 0x1F000:
		return r, false // punctuation, signs, drawing, pictures
	}
	return r, true
}

// ideograph reports a script that writes no blanks: each sign is a word.
func ideograph(r rune) bool { return r >= 0x3040 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7A3 }

// words splits a text that holds no addresses any more.
func words(s string) []string {
	var out []string
	var cur []rune
	flush := func() {
		if n := len(cur); n > 0 && n <= wordMost && !allDigits(cur) {
			out = append(out, string(cur))
		}
		cur = cur[:0]
	}
	for _, r := range s {
		f, ok := fold(r)
		switch {
		case r == '\'' || r == 0x2019: // don't, don’t
			continue
		case !ok:
			flush()
		case ideograph(r):
			flush()
			out = append(out, string(r))
		default:
			cur = append(cur, f)
		}
	}
	flush()
	return joinSpaced(out)
}

// allDigits: sums, dates and identifiers differ between victims. Up to two
// digits count: "24 hours" is a family's habit.
func allDigits(r []rune) bool {
	if len(r) <= 2 {
		return false
	}
	for _, c := range r {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// joinSpaced adds, behind a run of four or more single letters, the word that
// they spell: notes write their names like "R A G N A R".
func joinSpaced(in []string) []string {
	out := make([]string, 0, len(in))
	run := ""
	for _, w := range in {
		if len(w) == 1 && letter(w[0]) {
			run += w
			out = append(out, w)
			continue
		}
		if len(run) >= 4 {
			out = append(out, run)
		}
		run = ""
		out = append(out, w)
	}
	if len(run) >= 4 {
		out = append(out, run)
	}
	return out
}

// key is a name as it is compared: letters and digits, lowered, without the
// word that every second entry of a catalogue carries.
func key(name string) string {
	var out []rune
	for _, r := range name {
		if f, ok := fold(r); ok {
			out = append(out, f)
		}
	}
	k := string(out)
	for _, tail := range []string{"ransomware", "ransomeware"} {
		if n := len(k) - len(tail); n >= 2 && k[n:] == tail {
			return k[:n]
		}
	}
	return k
}

// hash is FNV-1a with 32 bits over UTF-8: few lines in every language.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// clueKey is a hash of 53 bits, the whole numbers that a script has: a long
// text asks about tens of thousands of phrases, and with 32 bits one in ten
// such texts would meet a clue by chance.
func clueKey(s string) uint64 { return uint64(hash(s))<<21 | uint64(hash("~"+s)>>11) }
