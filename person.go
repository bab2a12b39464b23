package ward

// Person is what rooms tell each other of a human being. Email is the sign-in
// name: lower case, unique among people; empty only until the first operator
// has named himself.
type Person struct {
	ID    PersonID
	Name  string
	Email string
	Lang  Lang
	Zone  string // IANA name of the time zone that times are shown in; empty means the house's own
}

// Seat is a person in an organisation, under the hat that he wears there.
type Seat struct {
	Hat    string // id of the affiliation
	Person PersonID
	Name   string
	Role   Role
}
