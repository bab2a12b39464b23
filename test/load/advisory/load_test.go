// Package advisory measures the intake of advisories against the promises of
// the house. Run it with
//
//	go test ./test/load/advisory -run xxx -bench . -benchtime 1x
package advisory

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ward"
	"ward/detect/advisory"
	"ward/detect/advisory/harvest"
	"ward/kit/audit"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/db"
	"ward/kit/event"
	"ward/kit/fetch"
	"ward/kit/id"
	"ward/kit/job"
	"ward/test/database"
	"ward/test/shared"
)

var system = ward.Actor{System: true}

func open(b *testing.B) *advisory.Service {
	b.Helper()
	d := database.Open(b, database.SQLite)
	now := clock.System()
	ids := id.New(now)
	guard, err := auth.New()
	fail(b, err)
	log, err := audit.New(audit.Config{DB: d, Clock: now})
	fail(b, err)
	svc, err := advisory.New(advisory.Config{DB: d, Clock: now, IDs: ids, Guard: guard, Bus: &event.Bus{Clock: now, IDs: ids}, Audit: log,
		Log: slog.New(slog.DiscardHandler), Fetch: fetch.New(fetch.Config{AllowLoopback: true}),
		Enqueue: func(context.Context, *db.Tx, ...job.Args) error { return nil }})
	fail(b, err)
	fail(b, d.Migrate(context.Background(), now(), []db.Migrations{audit.Migrations(), {Owner: "advisory", Files: svc.Parts().Migrations}}))
	return svc
}

func fail(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// peak is the most memory that this process had resident, in MB, since the last
// call of forget.
func peak(b *testing.B) float64 {
	b.Helper()
	f, err := os.Open("/proc/self/status")
	fail(b, err)
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if kb, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			var n float64
			fmt.Sscan(kb, &n) //nolint:errcheck // the kernel's own form
			return n / 1024
		}
	}
	b.Skip("left out: this system does not tell the memory of a process")
	return 0
}

func forget() {
	debug.FreeOSMemory()
	os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) //nolint:errcheck // then the peak is higher, not lower
}

// BenchmarkCorpus parses, validates and stores every document of the corpus and
// then matches 10,000 assets against them.
func BenchmarkCorpus(b *testing.B) {
	path := shared.Path(b, "advisories/cisa-csaf/icsa-bulk.tar.gz")
	for range b.N {
		svc := open(b)
		f, err := os.Open(path)
		fail(b, err)
		forget()
		start := time.Now()
		white := ward.TLPClear
		out, err := svc.Accept(context.Background(), system, advisory.Delivery{Name: "bulk.tar.gz", Body: f, Unmarked: &white})
		fail(b, err)
		stored := time.Since(start)
		concerns, err := svc.Concerning(context.Background(), assets(b, svc, 10_000))
		fail(b, err)
		b.ReportMetric(stored.Seconds(), "store-s")
		b.ReportMetric(time.Since(start).Seconds(), "all-s")
		b.ReportMetric(float64(out.New), "documents")
		b.ReportMetric(float64(out.Refused), "refused")
		b.ReportMetric(float64(len(concerns)), "concerns")
		b.ReportMetric(peak(b), "peak-MB")
		f.Close()
	}
}

// assets are made of the stored claims: half of them are in some advisory.
func assets(b *testing.B, svc *advisory.Service, n int) map[ward.ProductID]ward.ProductRef {
	b.Helper()
	ctx := context.Background()
	ids, err := svc.After(ctx, "", 5000)
	fail(b, err)
	out := map[ward.ProductID]ward.ProductRef{}
	for i := 0; len(out) < n; i++ {
		claims, err := svc.Claims(ctx, ids[i%len(ids)])
		fail(b, err)
		ref := ward.ProductRef{Vendor: "Nobody", Name: fmt.Sprintf("Thing %d", i), Version: "1.0"}
		if len(claims) > 0 && i%2 == 0 {
			c := claims[i/len(ids)%len(claims)]
			ref = ward.ProductRef{Vendor: c.Vendor, Name: strings.Join(c.Names, " "), Version: fmt.Sprintf("%d.%d", i%7, i%5)}
		}
		out[ward.ProductID(len(out)+1)] = ref
	}
	return out
}

// entries and fetched are the size of the feed, and how many of its documents
// are fetched before the measure ends.
const (
	entries = 200_000
	fetched = 2000
)

// BenchmarkHugeFeed reads a feed of 200,000 entries and fetches its newest
// documents; the peak holds the small server that makes them, too.
func BenchmarkHugeFeed(b *testing.B) {
	for range b.N {
		svc := open(b)
		ctx, stop := context.WithCancel(context.Background())
		var got atomic.Int64
		var listed atomic.Int64
		start := time.Now()
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "provider-metadata.json"):
				fmt.Fprintf(w, metadata, "http://"+r.Host)
			case r.URL.Path == "/feed.json":
				feed(w, "http://"+r.Host)
			default:
				listed.CompareAndSwap(0, int64(time.Since(start)))
				if got.Add(1) == fetched {
					stop()
				}
				fmt.Fprintf(w, document, strings.TrimPrefix(r.URL.Path, "/"))
			}
		}))
		src, err := svc.Sources().Add(ctx, system, harvest.Source{Kind: harvest.Provider, URL: server.URL, Unmarked: ward.TLPClear})
		fail(b, err)
		forget()
		svc.Sources().FetchHere(ctx, system, src.ID) //nolint:errcheck // it is stopped on purpose
		v, err := svc.Sources().ByID(context.Background(), system, src.ID)
		fail(b, err)
		if n := v.Source.Pending + v.Source.Done; n != entries {
			b.Fatalf("got %d entries, want %d: %s", n, entries, v.Source.Problem)
		}
		b.ReportMetric(time.Duration(listed.Load()).Seconds(), "listing-s")
		b.ReportMetric(time.Since(start).Seconds(), "all-s")
		b.ReportMetric(peak(b), "peak-MB")
		server.Close()
		stop()
	}
}

const metadata = `{"canonical_url":"%[1]s/provider-metadata.json","metadata_version":"2.0","role":"csaf_publisher","last_updated":"2026-11-22T00:00:00Z",
"list_on_CSAF_aggregators":true,"mirror_on_CSAF_aggregators":true,"publisher":{"category":"vendor","name":"Huge","namespace":"https://huge.example"},
"distributions":[{"rolie":{"feeds":[{"tlp_label":"WHITE","url":"%[1]s/feed.json"}]}}]}`

const document = `{"document":{"category":"csaf_base","csaf_version":"2.0","title":"Huge","publisher":{"category":"vendor","name":"Huge","namespace":"https://huge.example"},
"distribution":{"tlp":{"label":"WHITE"}},"tracking":{"id":%q,"status":"final","version":"1","initial_release_date":"2026-11-01T00:00:00Z",
"current_release_date":"2026-11-01T00:00:00Z","revision_history":[{"number":"1","date":"2026-11-01T00:00:00Z","summary":"first"}]}}}`

// feed writes the entries one by one; each has the size of a real one.
func feed(w io.Writer, host string) {
	out := bufio.NewWriter(w)
	defer out.Flush()
	fmt.Fprintf(out, `{"feed":{"id":"huge","title":"Huge","updated":"2026-11-22T00:00:00Z","link":[],"entry":[`)
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for i := range entries {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(out, `{"id":"H-%[1]d","title":"Huge advisory number %[1]d about something","published":"%[2]s","updated":"%[2]s",
"link":[{"rel":"self","href":"%[3]s/H-%[1]d.json"}],"content":{"type":"application/json","src":"%[3]s/H-%[1]d.json"},
"format":{"schema":"https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json","version":"2.0"},"category":[{"scheme":"urn:ietf:params:rolie:category:information-type","term":"csaf"}]}`,
			i, at.Add(-time.Duration(i)*time.Minute).Format(time.RFC3339), host)
	}
	fmt.Fprint(out, `]}}`)
}
