package advisory

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"ward"
	"ward/detect/advisory/claim"
	"ward/format/csaf"
	"ward/format/pack"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/shared"

	"io"
)

// realClaims are those of the whole corpus, one list per document.
func realClaims(t testing.TB) [][]ward.Claim {
	t.Helper()
	f, err := os.Open(shared.Path(t, "advisories/cisa-csaf/icsa-bulk.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out [][]ward.Claim
	err = pack.Stream("bulk.tar.gz", f, pack.Limits{}, func(_ string, r io.Reader) error {
		body, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		doc, err := csaf.Parse(body, csaf.Limits{})
		if err != nil {
			return nil // a companion file
		}
		out = append(out, doc.Claims())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// common are the words that the names of eight or more documents hold: makers,
// "Series", "Controller". They stay in every copy; all others name a product.
func common(all [][]ward.Claim) map[string]bool {
	in := map[string]int{}
	for _, claims := range all {
		seen := map[string]bool{}
		for _, c := range claims {
			for _, w := range strings.Fields(c.Vendor + " " + strings.Join(c.Names, " ")) {
				seen[w] = true
			}
		}
		for w := range seen {
			in[w]++
		}
	}
	out := map[string]bool{}
	for w, n := range in {
		out[w] = n >= 8
	}
	return out
}

// renamed gives the words that name a product another spelling in each copy, as
// new advisories bring new products of the same makers. A name of common words
// only gets one word changed.
func renamed(name string, copy int, stays map[string]bool) string {
	if copy == 0 {
		return name
	}
	parts := strings.Fields(name)
	changed := false
	for i, w := range parts {
		if !stays[w] || i == len(parts)-1 && !changed {
			parts[i] = w + string(rune('a'+copy%26)) + string(rune('a'+copy/26%26)) + "or"
			changed = true
		}
	}
	return strings.Join(parts, " ")
}

func copied(claims []ward.Claim, id ward.AdvisoryID, copy int, words map[string]bool) []ward.Claim {
	out := make([]ward.Claim, len(claims))
	for i, c := range claims {
		c.Advisory = id
		names := make([]string, len(c.Names))
		for j, n := range c.Names {
			names[j] = renamed(n, copy, words)
		}
		c.Names = names
		c.Path = strings.Join(append([]string{c.Vendor}, append(names, c.Range+c.Version)...), " / ")
		if copy > 0 {
			c.Models, c.CPE = nil, ""
		}
		out[i] = c
	}
	return out
}

// stock fills the stored index with n advisories made of the real claims.
func stock(t testing.TB, h *house, n int) (all [][]ward.Claim, words map[string]bool) {
	t.Helper()
	all = realClaims(t)
	words = common(all)
	ctx := context.Background()
	for from := 0; from < n; from += 1000 {
		err := h.db.Write(ctx, func(tx *db.Tx) error {
			change, err := claim.Changes.Next(ctx, tx)
			if err != nil {
				return err
			}
			for i := from; i < min(n, from+1000); i++ {
				id := IDOf("bench", fmt.Sprint(i))
				a := Advisory{AdvisoryHead: ward.AdvisoryHead{ID: id, Tracking: fmt.Sprint(i), Exploited: ward.ExploitationNone,
					Published: h.clock.Now(), FetchedAt: h.clock.Now(), StoredAt: h.clock.Now()}, Namespace: "bench", own: ward.ExploitationNone}
				if err := putHead(ctx, tx, &a); err != nil {
					return err
				}
				claims := copied(all[i%len(all)], id, i/len(all), words)
				if err := claim.Put(ctx, tx, id, "r", change, h.pack.Claims(claims), h.pack.Pack([]byte("{}"))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all, words
}

// upload is what a hospital brings: a quarter of it is in some advisory, a
// quarter are other products of the same makers, half is of makers that no
// advisory names.
func upload(all [][]ward.Claim, words map[string]bool, n int) map[ward.ProductID]ward.ProductRef {
	out := map[ward.ProductID]ward.ProductRef{}
	for i := range n {
		claims, copy := all[(i*7919)%len(all)], i%30
		ref := ward.ProductRef{Vendor: fmt.Sprintf("Maker%d", i%400), Name: fmt.Sprintf("Device%d Mark %d", i, i%5), Version: fmt.Sprintf("%d.%d", i%9, i%13)}
		if len(claims) > 0 && i%2 == 0 {
			c := claims[i%len(claims)]
			if i%4 != 0 {
				copy = 100 + i // names that stand in no advisory
			}
			ref.Vendor, ref.Name = c.Vendor, renamed(strings.Join(c.Names, " "), copy, words)
		}
		out[ward.ProductID(i+1)] = ref
	}
	return out
}

// BenchmarkConcerning asks for an upload of 2,000 products against 50,000
// advisories; the first question, which loads the index, is reported apart.
func BenchmarkConcerning(b *testing.B) {
	h := openHouse(b, database.Open(b, database.SQLite), nil)
	all, words := stock(b, h, benchStock())
	products := upload(all, words, 2000)
	ctx := context.Background()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	found, err := h.Concerning(ctx, products)
	if err != nil {
		b.Fatal(err)
	}
	load := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	claims := 0
	for i := range benchStock() {
		claims += len(all[i%len(all)])
	}
	for b.Loop() {
		if _, err := h.Concerning(ctx, products); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(load.Seconds(), "load-s")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "index-MB")
	b.ReportMetric(float64(claims), "claims")
	b.ReportMetric(float64(len(found)), "concerns")
}

// benchStock is how many advisories the benchmark holds; WARD_BENCH_STOCK lessens it.
func benchStock() int {
	n := 50_000
	fmt.Sscan(os.Getenv("WARD_BENCH_STOCK"), &n) //nolint:errcheck // empty leaves the default
	return n
}
