package csaf

import (
	_ "embed"
	"strings"
	"sync"

	"ward/format/problem/shape"
)

//go:embed rules/clauses.txt
var clauseRules string

// Where OASIS publishes the two editions: the standard itself, and the newest
// stage of the one that is still being made.
const (
	text20 = "https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html"
	text21 = "https://docs.oasis-open.org/csaf/csaf/v2.1/csaf-v2.1.html"
)

// clauseAnchors are the labels by section, and titles of 2.0 by "2.0 6.1.1".
var clauseAnchors = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, line := range shape.Lines(clauseRules, "") {
		if at := strings.LastIndexByte(line, ' '); at > 0 {
			out[line[:at]] = line[at+1:]
		}
	}
	return out
})

// Clause is the address of a section of the standard ("6.1.8", "6.2", "9.1.14")
// in the text of an edition. "schema" and "syntax" lead to the text as a whole:
// the schema is said all over chapter 3.
func Clause(edition, section string) string {
	base := text20
	if edition == edition21 {
		base = text21
	}
	anchors := clauseAnchors()
	for at := section; at != ""; at = parent(at) {
		label, ok := anchors[at]
		if edition != edition21 {
			if own, differs := anchors[edition20+" "+at]; differs {
				label = own
			}
			label = strings.ReplaceAll(at, ".", "") + "-" + label
		}
		if ok {
			return base + "#" + label
		}
	}
	return base
}

// parent is the section around one: "6.1" of "6.1.8".
func parent(section string) string {
	at := strings.LastIndexByte(section, '.')
	return section[:max(at, 0)]
}
