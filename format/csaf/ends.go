package csaf

import "ward"

// end is a version that stands for a run of affected ones: first_affected or
// last_affected (CSAF 2.0 section 3.2.3.9), "the first" and "the last versions
// known to be affected". Those between are listed nowhere.
type end struct {
	edge  int8  // -1 for the first, +1 for the last; 0 for a product that is listed as any other
	first int32 // of a last one: one more than the index of the product with the first version; 0 where none is stated
}

// ends finds them by vulnerability and product. Where known_affected lists
// versions of the same product, it lists them all, and there is no run.
func (d *Document) ends() map[[2]int32]end {
	var out map[[2]int32]end
	for i := range d.Vulnerabilities {
		v := &d.Vulnerabilities[i]
		first, last := d.versions(v, "first_affected"), d.versions(v, "last_affected")
		if len(first)+len(last) == 0 {
			continue
		}
		if out == nil {
			out = map[[2]int32]end{}
		}
		listed := d.versions(v, "known_affected")
		for at, list := range first {
			if len(listed[at]) == 0 && !(len(list) == 1 && len(last[at]) == 1) {
				d.mark(out, i, list, end{edge: -1})
			}
		}
		for at, list := range last {
			e := end{edge: 1}
			if len(list) == 1 && len(first[at]) == 1 {
				e.first = first[at][0] + 1
			}
			if len(listed[at]) == 0 && !(e.first > 0 && e.first == list[0]+1) { // one version that is both is no run
				d.mark(out, i, list, e)
			}
		}
	}
	return out
}

func (d *Document) mark(out map[[2]int32]end, vuln int, list []int32, e end) {
	for _, p := range list {
		out[[2]int32{int32(vuln), p}] = e
	}
}

// versions gives the product_version leaves in one list of a vulnerability's
// states, by the branch that they are versions of.
func (d *Document) versions(v *Vulnerability, word string) map[*node][]int32 {
	var out map[*node][]int32
	for _, s := range v.Statuses {
		if s.Word != word {
			continue
		}
		for _, id := range s.Products {
			i, ok := d.byID[id]
			if !ok || d.Products[i].node == nil || d.Products[i].node.Category != "product_version" {
				continue
			}
			if out == nil {
				out = map[*node][]int32{}
			}
			at := d.Products[i].node.parent
			out[at] = append(out[at], int32(i))
		}
	}
	return out
}

// run is what an end states beyond its own version. From the first to the last
// all are affected; of one end alone a person must judge how far the run goes.
func (d *Document) run(claim ward.Claim, e end) ward.Claim {
	switch {
	case e.first > 0:
		claim.Range = ">= " + d.Products[e.first-1].leaf().Version + " | <= " + claim.Version
	case e.edge > 0:
		claim.Range, claim.Status = "<= "+claim.Version, ward.StatusNone
	default:
		claim.Range, claim.Status = ">= "+claim.Version, ward.StatusNone
	}
	claim.Version = ""
	return claim
}
