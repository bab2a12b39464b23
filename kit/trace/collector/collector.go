// Package collector sends what kit/trace follows to a collector of OpenTelemetry.
// It stands by itself so that programs that only may be traced do not carry it.
package collector

import (
	"context"
	"log/slog"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"

	"ward"
	"ward/kit/trace"
)

// Config of Open.
type Config struct {
	Endpoint string  // OTLP/HTTP, http://127.0.0.1:4318/v1/traces; empty: off
	Share    float64 // of the traces that are kept, 0 to 1
	Version  string
	Replica  string
	Log      *slog.Logger
}

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
	done := trace.Use(p.Tracer("ward"))
	return func(ctx context.Context) error {
		done()
		if err := p.Shutdown(ctx); err != nil {
			cfg.Log.Warn("the collector of traces did not take the last ones", "error", err)
		}
		return nil
	}, nil
}
