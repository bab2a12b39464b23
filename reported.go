package ward

// Reported is what may be published of a weakness that somebody reported to the
// Centre, as an analyst left it. Who reported it, how it is shown, and what was
// written about it have no place in this type.
type Reported struct {
	Case                             string // id of the case
	Title                            string
	Vendor, Product, Versions, Fixed string // Versions and Fixed as people write them
	CVEs                             []string
	Severity                         Severity
	Exploited                        Exploitation
	Impact, Patients, Mitigation     string
	Credit                           string // the name that the reporter wishes to be thanked under; empty for none
}
