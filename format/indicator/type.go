package indicator

// Type is the kind of thing that an indicator names.
type Type uint8

// The types; the zero value is none.
const (
	IPv4 Type = iota + 1
	IPv6
	CIDR
	Domain
	URL
	Email
	MD5
	SHA1
	SHA256
	FileName
)

var typeNames = [...]string{"", "ipv4", "ipv6", "cidr", "domain", "url", "email", "md5", "sha1", "sha256", "filename"}

// Types are all types in their order.
func Types() []Type {
	return []Type{IPv4, IPv6, CIDR, Domain, URL, Email, MD5, SHA1, SHA256, FileName}
}

// String is the name in bundles and output, as "ipv4".
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return ""
}

// TypeOf is the type of that name; ok is false for any other text.
func TypeOf(name string) (t Type, ok bool) {
	for i, n := range typeNames {
		if n == name && i > 0 {
			return Type(i), true
		}
	}
	return 0, false
}

// Indicator is one value to look for.
type Indicator struct {
	Type Type
	// Value is canonical: lower case where case does not count, IDNs as A-labels,
	// addresses as RFC 5952 writes them, URLs as URLOf gives them.
	Value string
	// Exact keeps a domain from covering its subdomains and a URL from covering
	// what lies below it. The other types are always exact.
	Exact bool
	// Source is the list that it stands in; Ref is its id or title there, if any.
	Source, Ref string
	// Benign is the warning list that knows the value as harmless, if any.
	Benign string
	// Note says what of the list's statement is not compared ("port 443").
	Note string
	// All holds the parts of a pattern joined by AND, all of which must stand in
	// the same line. Then Type and Exact are those of the first, and Value is the pattern.
	All []Indicator
}

// Refused is a line or object of a list that gives no indicator.
type Refused struct {
	Source string `json:"source"`
	Line   int    `json:"line,omitempty"` // from 1; 0 where lines mean nothing
	Ref    string `json:"ref,omitempty"`  // id of the object
	Text   string `json:"text"`           // shortened
	Reason string `json:"reason"`
}
