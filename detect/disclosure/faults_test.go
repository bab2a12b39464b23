package disclosure

import (
	"testing"

	"ward/test/expect"
)

// A form is answered once: with every fault that it has.
func TestEveryFaultOfAForm(t *testing.T) {
	_, err := Report{Summary: Summary{CVEs: []string{"x"}}, Confidence: Confidence{Email: "x"}, Files: []Upload{{Name: "a.txt"}, {Name: "b.exe", Data: []byte("MZ")}}}.tidy()
	expect.Fields(t, "a report", err, "vendor product title impact cves files files source email")
}
