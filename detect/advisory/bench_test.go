package advisory

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"ward"
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

// vocabulary is every word of four letters or more in the names of the claims.
func vocabulary(all [][]ward.Claim) []string {
	seen := map[string]bool{}
	var out []string
	for _, claims := range all {
		for _, c := range claims {
			for _, w := range strings.Fields(c.Vendor + " " + strings.Join(c.Names, " ")) {
				if len(w) >= 4 && !seen[w] {
					seen[w] = true
					out = append(out, w)
				}
			}
		}
	}
	return out
}

// renamed writes other words of the vocabulary for those of a name, the same
// for the same word and copy: as many words as in the real names, as often.
func renamed(name string, copy int, words []string) string {
	if copy == 0 {
		return name
	}
	parts := strings.Fields(name)
	for i, w := range parts {
		if len(w) >= 4 {
			h := fnv.New32a()
			fmt.Fprint(h, copy, w)
			parts[i] = words[int(h.Sum32())%len(words)]
		}
	}
	return strings.Join(parts, " ")
}

func copied(claims []ward.Claim, id ward.AdvisoryID, copy int, words []string) []ward.Claim {
	out := make([]ward.Claim, len(claims))
	for i, c := range claims {
		c.Advisory, c.Vendor = id, renamed(c.Vendor, copy, words)
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
func stock(t testing.TB, h *house, n int) (all [][]ward.Claim, words []string) {
	t.Helper()
	all = realClaims(t)
	words = vocabulary(all)
	ctx := context.Background()
	for from := 0; from < n; from += 1000 {
		err := h.db.Write(ctx, func(tx *db.Tx) error {
			change, err := nextChange(ctx, tx, changeIndex)
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
				if err := putIndex(ctx, tx, id, "r", change, h.pack.writeClaims(claims), h.pack.pack([]byte("{}"))); err != nil {
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

// upload is what a hospital brings: a quarter of it is in some advisory, the
// rest is made of the same words and in none on purpose.
func upload(all [][]ward.Claim, words []string, n int) map[ward.ProductID]ward.ProductRef {
	out := map[ward.ProductID]ward.ProductRef{}
	for i := range n {
		claims := all[(i*7919)%len(all)]
		copy := i % 31
		ref := ward.ProductRef{Vendor: "Unknown", Name: "Nothing", Version: fmt.Sprintf("%d.%d", i%9, i%13)}
		if len(claims) > 0 {
			c := claims[i%len(claims)]
			ref.Vendor, ref.Name = renamed(c.Vendor, copy, words), renamed(strings.Join(c.Names, " "), copy, words)
		}
		if i%4 != 0 {
			ref.Name = renamed(ref.Name, 1000+i, words)
		}
		out[ward.ProductID(i+1)] = ref
	}
	return out
}

// BenchmarkConcerning asks for an upload of 2,000 products against 50,000
// advisories; the first question, which loads the index, is reported apart.
func BenchmarkConcerning(b *testing.B) {
	h := openHouse(b, database.Open(b, database.SQLite), nil)
	all, words := stock(b, h, 50_000)
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
	for _, p := range h.index.state.Load().parts {
		claims += p.claims.Len()
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
