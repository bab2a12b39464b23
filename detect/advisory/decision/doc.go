// Package decision keeps what analysts settled once for all hospitals: that two
// names mean one product or do not, what a range of versions means, and notes. Who
// may decide, and what is matched again then, is for the service to say.
package decision
