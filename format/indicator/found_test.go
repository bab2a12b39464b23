package indicator

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestNoFilterLosesAny: of many indicators, more than fit into a few words of the
// filters, each is found where it stands alone, below a further label where it
// covers that, in capitals, and in the middle of a line.
func TestNoFilterLosesAny(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	label := func(most int) string {
		b := make([]byte, 1+r.IntN(most))
		for i := range b {
			b[i] = "abcdefghijklmnopqrstuvwxyz0123456789"[r.IntN(36)]
		}
		return string(b)
	}
	var b Builder
	var list []Indicator
	for len(list) < 30_000 {
		n := 1 + r.IntN(3)
		name := ""
		for range n {
			name += label([]int{3, 12, 12, 40, 63}[r.IntN(5)]) + "."
		}
		name += []string{"com", "de", "example", "co.uk", "github.io"}[r.IntN(5)]
		if len(name) > 200 {
			continue
		}
		value := name
		switch r.IntN(8) {
		case 0:
			value = "http://" + name + "/" + label(20) + ".php"
		case 1:
			value = label(8) + "@" + name
		case 2:
			value = fmt.Sprintf("%d.%d.%d.%d", 11+r.IntN(80), r.IntN(256), r.IntN(256), r.IntN(256))
		case 3:
			value = fmt.Sprintf("http://%d.%d.%d.%d/", 11+r.IntN(80), r.IntN(256), r.IntN(256), r.IntN(256)) + label(9)
		case 4:
			value = fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())
		}
		i, err := Parse(value)
		if err != nil {
			continue // a label of digits alone before a suffix, and the like
		}
		if err := b.Add(i); err != nil {
			t.Fatal(err)
		}
		list = append(list, i)
	}
	x, err := Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	s := x.NewScanner()
	for _, i := range list {
		forms := []string{i.Value, "GET \"" + i.Value + "\"; x"}
		if i.Type == Domain {
			forms = append(forms, strings.ToUpper(i.Value), "www."+i.Value+".", "a.b.c."+i.Value+":443")
		}
		for _, form := range forms {
			buf := []byte(strings.Repeat("\n", Pad) + form + "\n" + strings.Repeat("\n", Pad+64))
			found := false
			for _, h := range s.Scan(buf, Pad, Pad+len(form)+1) {
				found = found || x.Indicator(h).Value == i.Value
			}
			if !found {
				t.Fatalf("%s %q is not found in %q", i.Type, i.Value, form)
			}
		}
	}
}
