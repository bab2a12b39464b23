// Package trace follows requests, jobs, database writes and outgoing fetches with
// OpenTelemetry, where the settings name a collector. It is off by default: a
// span then costs one look at a flag and allocates nothing.
//
// Names and attributes carry routes, kinds of jobs and hosts: never a path with
// its ids, a query, an address of a person or any content. A trace that a client
// brings along is not joined: who is outside does not decide what is kept.
package trace

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"

	"ward"
)

// Config of Open.
type Config struct {
	Endpoint string  // OTLP/HTTP, http://127.0.0.1:4318/v1/traces; empty: off
	Share    float64 // of the traces that are kept, 0 to 1
	Version  string
	Replica  string
	Log      *slog.Logger
}

// tracer is the one of this process; nil while tracing is off. Machinery of the
// kit that has no configuration of its own asks it.
var tracer atomic.Pointer[api.Tracer]

// Open begins to trace when an endpoint is named. stop sends what waits, and ends
// it; ctx bounds that. A collector that is away costs its spans and one log line.
func Open(ctx context.Context, cfg Config) (stop func(context.Context) error, err error) {
	if cfg.Endpoint == "" {
		return func(context.Context) error { return nil }, nil
	}
	out, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(cfg.Endpoint), otlptracehttp.WithTimeout(5*time.Second))
	if err != nil {
		return nil, ward.Wrap("open traces", err)
	}
	about := resource.NewSchemaless(attribute.String("service.name", "ward"), attribute.String("service.version", cfg.Version),
		attribute.String("service.instance.id", cfg.Replica))
	p := sdk.NewTracerProvider(sdk.WithBatcher(out), sdk.WithResource(about), sdk.WithSampler(sdk.ParentBased(sdk.TraceIDRatioBased(cfg.Share))))
	t := p.Tracer("ward")
	tracer.Store(&t)
	return func(ctx context.Context) error {
		tracer.CompareAndSwap(&t, nil)
		if err := p.Shutdown(ctx); err != nil {
			cfg.Log.Warn("the collector of traces did not take the last ones", "error", err)
		}
		return nil
	}, nil
}

// Kind is what a span stands for.
type Kind = api.SpanKind

// The kinds of the house.
const (
	Request  = api.SpanKindServer
	Job      = api.SpanKindConsumer
	Inside   = api.SpanKindInternal
	Outgoing = api.SpanKindClient
)

// Span is a piece of work under way; nil, as Start gives it while tracing is off,
// does nothing.
type Span struct{ span api.Span }

// Start begins a span under the one of ctx.
func Start(ctx context.Context, kind Kind, name string) (context.Context, *Span) {
	t := tracer.Load()
	if t == nil {
		return ctx, nil
	}
	ctx, s := (*t).Start(ctx, name, api.WithSpanKind(kind))
	return ctx, &Span{s}
}

// Name gives the span its name when that is known late: the route of a request.
func (s *Span) Name(name string) {
	if s != nil {
		s.span.SetName(name)
	}
}

// Text and Number set an attribute.
func (s *Span) Text(key, value string) {
	if s != nil {
		s.span.SetAttributes(attribute.String(key, value))
	}
}

// Number sets an attribute.
func (s *Span) Number(key string, value int) {
	if s != nil {
		s.span.SetAttributes(attribute.Int(key, value))
	}
}

// End ends the span. Of an error only that there was one is kept, and its code:
// its text may name people.
func (s *Span) End(err error) {
	if s == nil {
		return
	}
	if err != nil {
		s.span.SetStatus(codes.Error, string(ward.CodeOf(err)))
	}
	s.span.End()
}
