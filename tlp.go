package ward

import "strings"

// TLP is a marking of the Traffic Light Protocol 2.0 (FIRST, August 2022),
// ordered from the widest to the narrowest audience. The zero value is RED:
// what carries no marking that we understood is shown to nobody by mistake.
type TLP int8

const (
	TLPRed         TLP = iota // named recipients only
	TLPAmberStrict            // the recipient's organisation only
	TLPAmber                  // the organisation and its clients, need to know
	TLPGreen                  // the community
	TLPClear                  // everybody
)

var tlpNames = [...]string{"RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"}

// String gives the label without the "TLP:" prefix.
func (t TLP) String() string {
	if t < 0 || int(t) >= len(tlpNames) {
		return "RED"
	}
	return tlpNames[t]
}

// ParseTLP reads a label of TLP 1.0 or 2.0 with or without "TLP:", in any
// case. WHITE is CLEAR (CSAF 2.0 still says WHITE). ok is false for any other
// text, and the value is then RED.
func ParseTLP(s string) (t TLP, ok bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, "TLP:")
	if s == "WHITE" {
		return TLPClear, true
	}
	for i, n := range tlpNames {
		if s == n {
			return TLP(i), true
		}
	}
	return TLPRed, false
}

// Within reports whether something marked t may go to a place cleared for
// clearance: a GREEN item may go to an AMBER place, not the other way.
func (t TLP) Within(clearance TLP) bool { return t >= clearance }
