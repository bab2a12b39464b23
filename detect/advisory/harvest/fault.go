package harvest

import (
	"strings"
	"time"

	"ward/format/plain"
	"ward/format/problem"
)

// MaxDetail bounds the evidence kept of one fault, in bytes.
const MaxDetail = 4000

// FaultOf is a fault with the first problem's place and the evidence of all of them.
func FaultOf(subject, kind string, problems []problem.Problem, now time.Time) Fault {
	f := Fault{Subject: subject, Kind: kind, First: now, Last: now, Tries: 1}
	var details []string
	for i, p := range problems {
		if i == 0 {
			f.Place = p.Place
		}
		details = append(details, p.Error())
	}
	f.Detail = plain.Cut(strings.Join(details, "\n"), MaxDetail)
	return f
}
