package bulletin

import (
	"strings"
	"testing"

	"ward"
	"ward/test/expect"
)

// A form is answered once: with every fault that it has.
func TestEveryFaultOfAForm(t *testing.T) {
	long := strings.Repeat("a", maxText+1)
	c := Content{Text: ward.Guidance{Title: long, IT: long}, Weaknesses: []Weakness{{CVE: "x"}}, Products: []Product{{}}, References: []Reference{{}}}
	expect.Fields(t, "a draft", c.check(), "title it tlp cves products references")
	expect.Fields(t, "an empty one", Content{}.complete(2), "title summary change it devices practice countries")
	g := ward.Guidance{Title: "[product]", Summary: "s", IT: "[what]", Devices: "d", Practice: "p"}
	expect.Fields(t, "blanks of a template", Content{Text: g, Audience: ward.Audience{All: true}}.complete(1), "title it")
}
