package matching

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"ward"
	"ward/format/match"
)

// handRow is one line of testdata/byhand.csv or hard.csv.
type handRow struct {
	about ward.AdvisoryID
	ref   ward.ProductRef
	truth string
	line  int
}

func handRows(t *testing.T, name string) []handRow {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []handRow
	n := 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		n++
		c := strings.Split(sc.Text(), ";")
		if strings.HasPrefix(sc.Text(), "#") || c[0] == "advisory" {
			continue
		}
		if len(c) != 6 {
			t.Fatalf("line %d has %d columns, want 6", n, len(c))
		}
		out = append(out, handRow{ward.AdvisoryID(c[0]), ward.ProductRef{Vendor: c[1], Name: c[2], Model: c[3], Version: c[4]}, c[5], n})
	}
	return out
}

// TestByHand holds the engine to rows that were labelled by a person from the
// product trees: no wrong affected, and the same goals as for generated pairs.
func TestByHand(t *testing.T) { byHand(t, "byhand.csv", goalRecall, goalDecided) }

// TestHard does so with rows that were chosen to be hard: they show what is still
// missed, and the shares may not fall.
func TestHard(t *testing.T) { byHand(t, "hard.csv", 0.88, 0.69) }

func byHand(t *testing.T, name string, recall, decided float64) {
	t.Helper()
	all := claims(t)
	compiled := match.Compile(all)
	byTruth := map[string]*tally{}
	for _, r := range handRows(t, name) {
		a := ask(compiled, pair{ref: r.ref, about: r.about})
		count(byTruth, r.truth, a)
		if wrong, why := handFault(r, a); wrong {
			t.Errorf("line %d: %s %q/%q/%q/%q: %s (%s, %s, %s)", r.line, r.about, r.ref.Vendor, r.ref.Name, r.ref.Model, r.ref.Version, why, a.Reason, a.Path, a.Detail)
		} else if why != "" {
			t.Logf("line %d: %s %q/%q/%q/%q: %s (%s, %s, %s)", r.line, r.about, r.ref.Vendor, r.ref.Name, r.ref.Model, r.ref.Version, why, a.Reason, a.Path, a.Detail)
		}
	}
	for _, k := range []string{"affected", "not_affected", "open", "none"} {
		x := byTruth[k]
		t.Logf("%-13s n=%3d affected %.3f review %.3f not affected %.3f no match %.3f", k, x.n, x.share(x.affected), x.share(x.review), x.share(x.notAffected), x.share(x.none))
	}
	in, out, open := byTruth["affected"], byTruth["not_affected"], byTruth["open"]
	if got := 1 - float64(in.notAffected+in.none+open.notAffected+open.none)/float64(in.n+open.n); got < recall {
		t.Errorf("%.3f of the affected rows come out as affected or review, want %.2f", got, recall)
	} else {
		t.Logf("%.3f of the affected rows come out as affected or review", got)
	}
	if got := float64(in.affected+out.notAffected) / float64(in.n+out.n); got < decided {
		t.Errorf("%.3f of the readable rows are decided rightly, want %.2f", got, decided)
	} else {
		t.Logf("%.3f of the readable rows are decided rightly", got)
	}
}

// handFault tells what is wrong with an answer: an error where it is false, a
// remark where it is only undecided.
func handFault(r handRow, a answer) (wrong bool, why string) {
	switch {
	case (r.truth == "none" || r.truth == "not_affected") && a.listed && a.Verdict == ward.Affected:
		return true, "affected, which is false"
	case r.truth == "none" && a.listed && a.Verdict == ward.Review:
		return false, "review of another product"
	case (r.truth == "affected" || r.truth == "open") && !a.listed:
		return false, "not found"
	case (r.truth == "affected" || r.truth == "open") && a.Verdict == ward.NotAffected:
		return true, "not affected, which is false"
	case r.truth == "affected" && a.Verdict == ward.Review, r.truth == "not_affected" && (!a.listed || a.Verdict != ward.NotAffected):
		return false, "undecided"
	}
	return false, ""
}
