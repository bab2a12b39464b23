package sigma

// sieve tells quickly that a text holds none of a few literals, by looking at
// pairs of bytes and leaping where no literal can end (Wu and Manber 1994). It
// stands before automata of few and not too short literals, such as those of
// keywords, which would otherwise walk every byte of every event.
type sieve struct {
	least int           // length of the shortest literal
	leap  [1 << 12]byte // by pair: how far the window may move
	head  [1 << 12]bool // pairs that begin a literal
}

// Bounds within which a sieve is worth its 8 kB.
const (
	sieveLiterals = 150
	sieveLeast    = 4
)

func newSieve(literals []find) *sieve {
	least := maxLiteral
	for _, n := range literals {
		least = min(least, len(n.text))
	}
	if len(literals) > sieveLiterals || least < sieveLeast {
		return nil
	}
	s := &sieve{least: least}
	for i := range s.leap {
		s.leap[i] = byte(least - 1)
	}
	for _, n := range literals {
		s.head[pair(n.text[0], n.text[1])] = true
		for j := 1; j < least; j++ {
			h := pair(n.text[j-1], n.text[j])
			s.leap[h] = min(s.leap[h], byte(least-1-j))
		}
	}
	return s
}

// pair mixes two bytes without regard to the case of ASCII letters.
func pair(a, b byte) uint16 {
	return (uint16(a|0x20)<<5 ^ uint16(b|0x20)) & (1<<12 - 1)
}

// may tells whether a literal may stand in the text.
func (s *sieve) may(text []byte) bool {
	for i := s.least - 1; i < len(text); {
		leap := int(s.leap[pair(text[i-1], text[i])])
		if leap == 0 {
			if start := i - s.least + 1; s.head[pair(text[start], text[start+1])] {
				return true
			}
			leap = 1
		}
		i += leap
	}
	return false
}
