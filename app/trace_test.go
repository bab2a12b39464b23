package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	otlp "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	wire "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"ward/kit/db"
	"ward/kit/fetch"
	"ward/kit/log"
	"ward/kit/trace"
	"ward/kit/trace/collector"
	"ward/test/database"
)

// box is a collector's stand-in: it keeps the spans that are sent to it.
type box struct {
	mu    sync.Mutex
	spans []*wire.Span
	raw   bytes.Buffer
}

func (b *box) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	var in otlp.ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(text, &in) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.raw.Write(text)
	for _, r := range in.ResourceSpans {
		for _, s := range r.ScopeSpans {
			b.spans = append(b.spans, s.Spans...)
		}
	}
}

func (b *box) find(t *testing.T, name string) *wire.Span {
	t.Helper()
	for _, s := range b.spans {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no span %q in %v", name, b.spans)
	return nil
}

// A request's write and fetch hang under it, the log line names its trace, and
// what was in the query or the error leaves for nowhere.
func TestSpansReachTheCollector(t *testing.T) {
	b := &box{}
	srv := httptest.NewServer(b)
	defer srv.Close()
	peer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }))
	defer peer.Close()
	ctx := context.Background()
	stop, err := collector.Open(ctx, collector.Config{Endpoint: srv.URL + "/v1/traces", Share: 1, Version: "test", Replica: "one", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	var lines bytes.Buffer
	ctx, span := trace.Start(ctx, trace.Request, "GET")
	span.Name("GET /alerts/{id}")
	log.New(&lines, "json", "info").InfoContext(ctx, "hello")
	d := database.Open(t, database.SQLite)
	err = d.Write(ctx, func(*db.Tx) error { return errors.New("ann@hospital.example was refused") })
	if err == nil {
		t.Fatal("the write did not fail")
	}
	res, err := fetch.New(fetch.Config{AllowLoopback: true}).Get(ctx, peer.URL+"/secret-path?token=hunter2", fetch.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	span.End(nil)
	if err := stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	parent := b.find(t, "GET /alerts/{id}")
	for _, name := range []string{"database write", "GET"} {
		if s := b.find(t, name); !bytes.Equal(s.ParentSpanId, parent.SpanId) || !bytes.Equal(s.TraceId, parent.TraceId) {
			t.Errorf("%s does not hang under the request", name)
		}
	}
	if s := b.find(t, "database write"); s.Status.GetCode() != wire.Status_STATUS_CODE_ERROR {
		t.Errorf("the failed write: got status %v", s.Status)
	}
	for _, secret := range []string{"hunter2", "secret-path", "ann@"} {
		if strings.Contains(b.raw.String(), secret) {
			t.Errorf("%q was sent to the collector", secret)
		}
	}
	var line struct{ Trace string }
	if err := json.Unmarshal(lines.Bytes(), &line); err != nil || len(line.Trace) != 32 {
		t.Errorf("log line: got %s, %v, want a trace id", lines.String(), err)
	}
}

// Off, a span costs nothing that a benchmark could see.
func TestOffCostsNothing(t *testing.T) {
	stop, err := collector.Open(context.Background(), collector.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer stop(context.Background())
	ctx := context.Background()
	allocs := testing.AllocsPerRun(100, func() {
		_, s := trace.Start(ctx, trace.Inside, "x")
		s.Text("k", "v")
		s.End(nil)
	})
	if allocs != 0 {
		t.Errorf("got %.0f allocations, want none", allocs)
	}
}

// A collector that is away holds nothing up for longer than its bound.
func TestCollectorIsAway(t *testing.T) {
	stop, err := collector.Open(context.Background(), collector.Config{Endpoint: "http://127.0.0.1:1/v1/traces", Share: 1, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	_, s := trace.Start(context.Background(), trace.Inside, "x")
	s.End(nil)
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	if err := stop(ctx); err != nil || time.Since(began) > 3*time.Second {
		t.Errorf("got %v after %v", err, time.Since(began))
	}
}
