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
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	api "go.opentelemetry.io/otel/trace"

	"ward"
)

// tracer is the one of this process; nil while tracing is off. Machinery of the
// kit that has no configuration of its own asks it.
var tracer atomic.Pointer[api.Tracer]

// Use makes t the tracer of this process; the answer takes it away again.
func Use(t api.Tracer) (stop func()) {
	tracer.Store(&t)
	return func() { tracer.CompareAndSwap(&t, nil) }
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
