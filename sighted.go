package ward

// Sighted is what other rooms need of an indicator or a rule that was seen.
type Sighted struct {
	Subject   string // its id
	Title     string
	Lang      Lang // of Title and Advice
	TLP       TLP
	Severity  Severity
	Withdrawn bool // its keeper took it back
	Summary   string
	Advice    string // what to do where it was seen; may be empty
}
