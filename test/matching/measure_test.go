package matching

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"ward"
	"ward/format/match"
)

// answer of the engine for one pair: a verdict, or nothing in common.
type answer struct {
	listed bool
	match.Result
}

func ask(c *match.Claims, p pair) answer {
	for _, r := range c.Match(p.ref, nil) {
		if r.Advisory == p.about {
			return answer{true, r}
		}
	}
	return answer{}
}

// tally counts the answers of one kind.
type tally struct{ n, affected, review, notAffected, none int }

func (t *tally) add(a answer) {
	t.n++
	switch {
	case !a.listed:
		t.none++
	case a.Verdict == ward.Affected:
		t.affected++
	case a.Verdict == ward.Review:
		t.review++
	default:
		t.notAffected++
	}
}

func (t tally) share(n int) float64 { return float64(n) / float64(max(t.n, 1)) }

var kinds = []kind{kindAffected, kindNoVersion, kindFixed, kindOther, kindSibling, kindNamesake, kindStranger}

// TestGoals measures the engine on the generated pairs and fails under the
// goals. WARD_MATCH_SHOW=kind prints the pairs of that kind that were answered
// wrongly; WARD_MATCH_SPLIT=held-out measures the held-out advisories.
func TestGoals(t *testing.T) {
	all := claims(t)
	compiled := match.Compile(all)
	pairs := pairsOf(all)
	for _, split := range []string{"development", "held-out"} {
		tallies := map[kind]*tally{}
		mess := map[string]*tally{}
		for _, p := range pairs {
			if p.heldOut != (split == "held-out") {
				continue
			}
			a := ask(compiled, p)
			count(tallies, p.kind, a)
			if p.kind == kindAffected {
				count(mess, p.mess, a)
			}
			show(t, split, p, a)
		}
		report(t, split, tallies)
		for m, x := range mess {
			t.Logf("  %-12s %-18s n=%4d affected %.3f review %.3f none %.3f not %.3f", split, m, x.n, x.share(x.affected), x.share(x.review), x.share(x.none), x.share(x.notAffected))
		}
		check(t, split, tallies)
	}
}

func count[K comparable](m map[K]*tally, k K, a answer) {
	if m[k] == nil {
		m[k] = &tally{}
	}
	m[k].add(a)
}

func report(t *testing.T, split string, m map[kind]*tally) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s advisories\n%-18s %6s %9s %9s %9s %9s\n", split, "pairs", "n", "affected", "review", "not aff.", "no match")
	for _, k := range kinds {
		if x := m[k]; x != nil {
			fmt.Fprintf(&b, "%-18s %6d %8.1f%% %8.1f%% %8.1f%% %8.1f%%\n", k, x.n, 100*x.share(x.affected), 100*x.share(x.review), 100*x.share(x.notAffected), 100*x.share(x.none))
		}
	}
	t.Log(b.String())
}

// The goals of the product on data not seen.
const (
	goalRecall  = 0.97 // truly affected pairs that come out as affected or review
	goalDecided = 0.85 // readable pairs that are decided, and rightly
)

func check(t *testing.T, split string, m map[kind]*tally) {
	for _, k := range []kind{kindFixed, kindOther, kindSibling, kindNamesake, kindStranger} {
		if x := m[k]; x.affected > 0 {
			t.Errorf("%s: %d of %d pairs %q are affected, want none", split, x.affected, x.n, k)
		}
	}
	in, none, fixed := m[kindAffected], m[kindNoVersion], m[kindFixed]
	if got := 1 - float64(in.notAffected+in.none+none.notAffected+none.none)/float64(in.n+none.n); got < goalRecall {
		t.Errorf("%s: %.3f of the affected pairs come out as affected or review, want %.2f", split, got, goalRecall)
	}
	if got := float64(in.affected+fixed.notAffected) / float64(in.n+fixed.n); got < goalDecided {
		t.Errorf("%s: %.3f of the readable pairs are decided rightly, want %.2f", split, got, goalDecided)
	}
}

// show prints wrong or undecided answers of the kind that is asked for.
func show(t *testing.T, split string, p pair, a answer) {
	want := os.Getenv("WARD_MATCH_SHOW")
	if want == "" || want != string(p.kind) || split == "held-out" && os.Getenv("WARD_MATCH_SPLIT") != split {
		return
	}
	good := a.listed && (p.kind == kindAffected && a.Verdict == ward.Affected || p.kind == kindFixed && a.Verdict == ward.NotAffected) ||
		p.kind == kindNoVersion && a.listed && a.Verdict != ward.NotAffected || !a.listed && p.kind != kindAffected && p.kind != kindFixed && p.kind != kindNoVersion
	if good {
		return
	}
	verdict := "none"
	if a.listed {
		verdict = a.Verdict.String() + " " + string(a.Reason) + " [" + a.Identity + "]"
	}
	t.Logf("%s: %s | %s | %q / %q / %q / %q -> %s | %s | %s", p.kind, p.mess, p.about, p.ref.Vendor, p.ref.Name, p.ref.Model, p.ref.Version, verdict, a.Path, a.Detail)
}
