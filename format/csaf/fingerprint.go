package csaf

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// RemediationFingerprint is equal in two revisions where nothing changed that
// a holder of the product must act upon: its version text, the states it is in
// and what can be done about it. A newer revision with an equal fingerprint is
// no new match (CSAF 2.0 section 9.1.13, fourth requirement). Renumbered
// product_ids, other order, other blanks and re-stamped dates do not change it,
// nor does a further vulnerability with the same advice; Compare shows that
// one. It is 32 hexadecimal digits, empty for an unknown product.
func (d *Document) RemediationFingerprint(leaf string) string {
	p := d.Product(leaf)
	if p == nil {
		return ""
	}
	c := d.identity(p)
	lines := []string{"version " + c.Version, "range " + c.Range}
	for status := range d.States(leaf) {
		lines = append(lines, "status "+status.String())
	}
	for _, r := range d.Remedies(leaf) {
		lines = append(lines, "remedy "+r.print())
	}
	slices.Sort(lines)
	h := sha256.New()
	for _, line := range slices.Compact(lines) {
		fmt.Fprintf(h, "%d:", len(line))
		io.WriteString(h, line)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// print is what makes two remediations the same advice.
func (r *Remediation) print() string {
	return strings.Join([]string{r.Category, strings.Join(strings.Fields(r.Details), " "), r.URL, r.Restart}, "\x00")
}
