// Package link keeps which reports belong together, as the response team said. It
// owns incident_link, and reads of the reports what a link shows.
package link

import "time"

// Kind is how two reports belong together.
type Kind string

// Kinds. Of duplicates the later report is the one that does not count.
const (
	Related   Kind = "related"
	Duplicate Kind = "duplicate"
)

// Link is what an analyst said of two reports.
type Link struct {
	Other  string // id of the other report
	Number string
	Name   string // of its hospital
	Kind   Kind
	By     string // name
	At     time.Time
}
