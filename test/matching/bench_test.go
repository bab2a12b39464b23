package matching

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"ward"
	"ward/format/match"
)

// The sizes of the product's goals: 50,000 advisories of three claims against
// 2,000 new items; one advisory of 30 products against 20,000 identities of 224
// versions each. Names are made up in the manner of real ones: a maker of 400,
// a family of 3,000 and a model number.
const (
	advisories = 50_000
	products   = 20_000
	versions   = 224
)

// word makes up a name of n syllables; with 1,200 syllables names are as far
// apart as real ones.
func word(r *rand.Rand, n int) string {
	var b []byte
	for range n {
		b = append(b, "bcdfghjklmnprstvwxyz"[r.IntN(20)], "aeiouy"[r.IntN(6)], "bdfklmnrst"[r.IntN(10)])
	}
	return string(b)
}

func catalogue(r *rand.Rand, n int) []ward.ProductRef {
	makers, families := make([]string, 400), make([]string, 3000)
	for i := range makers {
		makers[i] = word(r, 3) + " Medical"
	}
	for i := range families {
		families[i] = word(r, 3)
	}
	out := make([]ward.ProductRef, n)
	for i := range out {
		f := r.IntN(len(families))
		out[i] = ward.ProductRef{Vendor: makers[f%len(makers)], Name: fmt.Sprintf("%s %s%d", families[f], string(rune('A'+r.IntN(26))), 100+r.IntN(9900)), Version: fmt.Sprintf("V%d.%d.%d", 1+r.IntN(8), r.IntN(10), r.IntN(10))}
	}
	return out
}

func claimOf(r *rand.Rand, id int, p ward.ProductRef) ward.Claim {
	return ward.Claim{Advisory: ward.AdvisoryID(fmt.Sprintf("A-%06d", id)), Leaf: "L", Path: p.Vendor + " / " + p.Name, Vendor: p.Vendor, Names: []string{p.Name},
		Range: fmt.Sprintf("< V%d.%d", 1+r.IntN(8), r.IntN(10)), Status: ward.StatusAffected, CVEs: []string{"CVE-2024-0001"}}
}

// BenchmarkItems matches 2,000 new items against 50,000 advisories on two
// cores: goal 50 ms. One core alone takes about twice as long.
func BenchmarkItems(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	all := catalogue(r, 3*products)
	claims := make([]ward.Claim, 0, 3*advisories)
	for i := range advisories {
		for range 3 {
			claims = append(claims, claimOf(r, i, all[r.IntN(len(all))]))
		}
	}
	c := match.Compile(claims)
	items := all[:2000]
	b.ReportAllocs()
	var found atomic.Int64
	for b.Loop() {
		found.Store(0)
		var halves sync.WaitGroup
		for half := range slices.Chunk(items, len(items)/2) {
			halves.Go(func() {
				for _, p := range half {
					found.Add(int64(len(c.Match(p, nil))))
				}
			})
		}
		halves.Wait()
	}
	b.ReportMetric(float64(found.Load()), "findings")
}

// live is the memory in use, in bytes.
func live() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkCompile indexes 150,000 claims; live-MB is what the index keeps.
func BenchmarkCompile(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	all := catalogue(r, 3*products)
	claims := make([]ward.Claim, 0, 3*advisories)
	for i := range advisories {
		for range 3 {
			claims = append(claims, claimOf(r, i, all[r.IntN(len(all))]))
		}
	}
	before := live()
	var c *match.Claims
	b.ReportAllocs()
	for b.Loop() {
		c = match.Compile(claims)
	}
	b.ReportMetric(float64(live()-before)/1e6, "live-MB")
	runtime.KeepAlive(c)
}

// advisory makes up the identities, the claims of one advisory and the version
// texts of all identities.
func advisory() (all []ward.ProductRef, claims []ward.Claim, texts []string) {
	r := rand.New(rand.NewPCG(1, 2))
	all = catalogue(r, products)
	for range 30 {
		claims = append(claims, claimOf(r, 1, all[r.IntN(len(all))]))
	}
	for i := range versions {
		texts = append(texts, fmt.Sprintf("V%d.%d.%d", 1+i/32, i/4%8, i%4))
	}
	return all, claims, texts
}

// BenchmarkAdvisory finds the identities that one advisory of 30 products
// concerns and judges 224 versions of each: goal 2 ms.
func BenchmarkAdvisory(b *testing.B) {
	all, claims, texts := advisory()
	x := match.NewIndex()
	for i, p := range all {
		x.Add(uint32(i+1), p)
	}
	b.ReportAllocs()
	judged := 0
	for b.Loop() {
		judged = 0
		found := x.Candidates(match.Compile(claims), nil)
		for i := range found {
			for _, v := range texts {
				if _, _, ok := found[i].Brief(v, ""); ok {
					judged++
				}
			}
		}
	}
	b.ReportMetric(float64(judged), "verdicts")
}

// BenchmarkFanout gives every version of the products that one advisory of 30
// products concerns its finding with evidence.
func BenchmarkFanout(b *testing.B) {
	all, claims, texts := advisory()
	x := match.NewIndex()
	for i, p := range all {
		x.Add(uint32(i+1), p)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		found := x.Candidates(match.Compile(claims), nil)
		var room []match.Result
		n = 0
		for i := range found {
			for _, v := range texts {
				room = found[i].AppendVerdict(room[:0], v, "")
				n += len(room)
			}
		}
	}
	b.ReportMetric(float64(n), "findings")
}

// BenchmarkIndex builds the index of 20,000 identities.
func BenchmarkIndex(b *testing.B) {
	all := catalogue(rand.New(rand.NewPCG(1, 2)), products)
	b.ReportAllocs()
	for b.Loop() {
		x := match.NewIndex()
		for i, p := range all {
			x.Add(uint32(i+1), p)
		}
	}
}
