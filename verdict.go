package ward

// Verdict is the answer to "does this advisory concern this asset?". There are
// three answers, never two; the zero value is Review, so that what nobody
// decided is looked at by a person.
type Verdict int8

const (
	// Review: a person must look; the reason says why.
	Review Verdict = iota
	// Affected: identity and version are both read and inside the statement.
	Affected
	// NotAffected: identity is read and the version is outside, or is stated as fixed or not affected.
	NotAffected
)

var verdictNames = [...]string{"review", "affected", "not_affected"}

// String gives "review", "affected" or "not_affected".
func (v Verdict) String() string {
	if v < 0 || int(v) >= len(verdictNames) {
		return "review"
	}
	return verdictNames[v]
}

// ParseVerdict reads what String gives; ok is false for another text, and the
// value is then Review.
func ParseVerdict(s string) (v Verdict, ok bool) {
	for i, n := range verdictNames {
		if n == s {
			return Verdict(i), true
		}
	}
	return Review, false
}

// ProductStatus is what an advisory states of a product, CSAF 2.0 section
// 3.2.3.9 folded to the four VEX states.
type ProductStatus int8

const (
	// StatusNone: the document names the product and says nothing of it (290 leaves of real CISA documents).
	StatusNone ProductStatus = iota
	// StatusAffected: known_affected, first_affected, last_affected.
	StatusAffected
	// StatusFixed: fixed, first_fixed, recommended.
	StatusFixed
	// StatusNotAffected: known_not_affected.
	StatusNotAffected
	// StatusInvestigated: under_investigation.
	StatusInvestigated
)

var statusNames = [...]string{"none", "affected", "fixed", "not_affected", "under_investigation"}

// String gives the VEX name of the state.
func (s ProductStatus) String() string {
	if s < 0 || int(s) >= len(statusNames) {
		return "none"
	}
	return statusNames[s]
}
