package ward

// Desk is the response team of a country and how it is called when nothing but
// a phone works.
type Desk struct {
	Country Country
	Team    string
	Numbers []DeskNumber // none: not known, and never guessed
}

// DeskNumber is one number with how sure it is.
type DeskNumber struct {
	Number string
	// Sure is "team" for a number that the team itself keeps here, else the
	// confidence of the directory: H, M or L.
	Sure string
}
