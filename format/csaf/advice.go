package csaf

import (
	"slices"

	"ward"
	"ward/format/cvss"
)

// Remedy is one remediation with all vulnerabilities of which it is stated:
// publishers repeat the same words under each.
type Remedy struct {
	Remediation
	CVEs []string // names of the vulnerabilities, in document order
}

// Remedies lists what can be done about a product, in document order, the same
// advice once. An empty leaf asks for the whole document.
func (d *Document) Remedies(leaf string) []Remedy {
	var out []Remedy
	at := map[string]int{}
	for _, r := range d.items(leaf, refRemediation) {
		v := &d.Vulnerabilities[r.vuln]
		rem := v.Remediations[r.item]
		key := rem.print()
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, Remedy{Remediation: rem})
		}
		out[i].CVEs = appendNext(out[i].CVEs, v.Name())
	}
	return out
}

// Known is one threat with all vulnerabilities of which it is stated.
type Known struct {
	Threat
	CVEs []string
}

// Threats lists what is known of exploitation and impact for a product, the
// same words once. An empty leaf asks for the whole document.
func (d *Document) Threats(leaf string) []Known {
	var out []Known
	at := map[[2]string]int{}
	for _, r := range d.items(leaf, refThreat) {
		v := &d.Vulnerabilities[r.vuln]
		t := v.Threats[r.item]
		key := [2]string{t.Category, t.Details}
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, Known{Threat: t})
		}
		out[i].CVEs = appendNext(out[i].CVEs, v.Name())
	}
	return out
}

// Score is the rating of a product: of all its scores the one with the newest
// CVSS version and then the highest base score (CSAF 2.0 section 9.1.11). An
// empty leaf asks for the whole document; the zero Score means not rated.
func (d *Document) Score(leaf string) cvss.Score {
	var best cvss.Score
	for _, r := range d.items(leaf, refScore) {
		if s := d.Vulnerabilities[r.vuln].Scores[r.item].Rate(); cvss.Compare(s, best) > 0 {
			best = s
		}
	}
	return best
}

// Rate computes the score from the vector; the number beside it is used only
// where there is no readable vector, because where they disagree the vector is
// right (section 9.1.11).
func (s Score) Rate() cvss.Score {
	if rated, err := cvss.Parse(s.Vector); err == nil {
		return rated
	}
	return cvss.Stated(s.Version, s.Base)
}

// Rate is the preferred score of a vulnerability over all products.
func (v *Vulnerability) Rate() cvss.Score {
	var best cvss.Score
	for _, s := range v.Scores {
		if rated := s.Rate(); cvss.Compare(rated, best) > 0 {
			best = rated
		}
	}
	return best
}

// States lists the folded states that a product is in, each with its
// vulnerabilities: its claims without identity.
func (d *Document) States(leaf string) map[ward.ProductStatus][]string {
	out := map[ward.ProductStatus][]string{}
	for _, s := range d.statementsOf(leaf) {
		out[s.status] = appendNext(out[s.status], d.Vulnerabilities[s.vuln].Name())
	}
	return out
}

// statementsOf is the run of statements about one product.
func (d *Document) statementsOf(leaf string) []statement {
	i, ok := d.byID[leaf]
	if !ok {
		return nil
	}
	from, _ := slices.BinarySearchFunc(d.statements, int32(i), func(s statement, i int32) int { return int(s.product) - int(i) })
	to := from
	for to < len(d.statements) && int(d.statements[to].product) == i {
		to++
	}
	return d.statements[from:to:to]
}

// items is about, or everything of that kind for an empty leaf.
func (d *Document) items(leaf string, kind refKind) []ref {
	if leaf != "" {
		return d.about(leaf, kind)
	}
	var out []ref
	for v := range d.Vulnerabilities {
		n := len(d.Vulnerabilities[v].Scores)
		switch kind {
		case refRemediation:
			n = len(d.Vulnerabilities[v].Remediations)
		case refThreat:
			n = len(d.Vulnerabilities[v].Threats)
		case refFlag:
			n = len(d.Vulnerabilities[v].Flags)
		}
		for i := range n {
			out = append(out, ref{vuln: int32(v), item: int32(i), kind: kind})
		}
	}
	return out
}

// appendNext appends s unless it is the last already: items come in the order
// of vulnerabilities, so that equal names stand together.
func appendNext(list []string, s string) []string {
	if s == "" || (len(list) > 0 && list[len(list)-1] == s) {
		return list
	}
	return append(list, s)
}
