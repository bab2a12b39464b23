// Package weakness says which advisories speak of one real-world weakness, an issue,
// and what people see of it when they are taken together. It knows no database.
package weakness

import "ward"

// Face is what people see of an issue: one real-world weakness, or the set of them
// that one advisory brought.
type Face struct {
	No        int64
	Title     string
	Lang      ward.Lang // of Title, empty when unknown
	Severity  ward.Severity
	Score     float64
	Exploited ward.Exploitation
	TLP       ward.TLP
	Withdrawn bool // all its advisories are
	CVEs      []string
}

// same reports whether an advisory with the CVEs other speaks of the issue
// that was founded with the CVEs founding: they share at least half of the
// smaller set. One shared CVE of a bundle of thirty is not the same issue; a
// maker's notice on the one CVE that a CSIRT's bundle names is. The founding
// set never grows, so that issues do not melt together in a chain.
func same(founding, other []string) bool {
	smaller := min(len(founding), len(other))
	if smaller == 0 {
		return false
	}
	has := map[string]bool{}
	for _, c := range founding {
		has[c] = true
	}
	shared := 0
	for _, c := range other {
		if has[c] {
			shared++
		}
	}
	return shared > 0 && 2*shared >= smaller
}

// Best picks among candidates the one that shares most; ties go to the
// older. Zero means none.
func Best(candidates map[int64][]string, cves []string) int64 {
	var best, most = int64(0), 0
	for no, founding := range candidates {
		if !same(founding, cves) {
			continue
		}
		shared := 0
		for _, c := range founding {
			for _, d := range cves {
				if c == d {
					shared++
				}
			}
		}
		if shared > most || shared == most && no < best {
			best, most = no, shared
		}
	}
	return best
}

// Fold makes the face of an issue of its advisories: the worst of each, and the
// title that the Centre gave it, else that of the worst. TLP is the narrowest, as an alert shows text of all.
func Fold(heads []ward.AdvisoryHead) Face {
	i := Face{TLP: ward.TLPClear, Exploited: ward.ExploitationNone, Withdrawn: len(heads) > 0}
	own := false
	for _, h := range heads {
		i.TLP = min(i.TLP, h.TLP)
		i.Withdrawn = i.Withdrawn && h.Withdrawn
		if h.Withdrawn && len(heads) > 1 {
			continue
		}
		worse := i.Title == "" || h.Score > i.Score || h.Severity > i.Severity
		if h.Own && !own || worse && !own {
			i.Title, i.Lang = h.Title, h.Lang
		}
		own = own || h.Own
		i.Severity, i.Score = max(h.Severity, i.Severity), max(h.Score, i.Score)
		if Rank(h.Exploited) > Rank(i.Exploited) {
			i.Exploited = h.Exploited
		}
	}
	return i
}

// Shows reports whether people see the same of both.
func (i Face) Shows(o Face) bool {
	return i.Title == o.Title && i.Severity == o.Severity && i.Score == o.Score && i.Exploited == o.Exploited && i.TLP == o.TLP && i.Withdrawn == o.Withdrawn
}

// Rank orders exploitation: the worst is the highest.
func Rank(x ward.Exploitation) int { return rank[x] }

var rank = map[ward.Exploitation]int{ward.ExploitationNone: 0, ward.ExploitationProof: 1,
	ward.ExploitationExploited: 2, ward.ExploitationRansomware: 3}
