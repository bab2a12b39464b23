package rule

// Truth is one of three answers. The zero value is Unknown.
type Truth int8

// The answers.
const (
	Unknown Truth = iota
	No
	Yes
)

// String is "unknown", "no" or "yes".
func (t Truth) String() string { return [...]string{"unknown", "no", "yes"}[t] }

// MarshalText writes String into JSON.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// TruthOf makes an answer of a decided one.
func TruthOf(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// both is the answer to "a and b".
func both(a, b Truth) Truth {
	switch {
	case a == No || b == No:
		return No
	case a == Yes && b == Yes:
		return Yes
	}
	return Unknown
}
