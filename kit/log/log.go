// Package log sets up the one logger of the house: to a terminal as text, to
// everything else as JSON; with the id of the request that a line belongs to,
// and without what is nobody's business.
package log

import (
	"context"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/trace"
	"golang.org/x/term"
)

// New makes a logger on w. format is text, json or auto: text if w is a
// terminal; level is debug, info, warn or error. An unknown word counts as auto
// and info: conf refuses it before.
func New(w io.Writer, format, level string) *slog.Logger {
	o := &slog.HandlerOptions{Level: levelOf(level), ReplaceAttr: hide}
	var h slog.Handler
	if format == "text" || format != "json" && terminal(w) {
		h = slog.NewTextHandler(w, o)
	} else {
		h = slog.NewJSONHandler(w, o)
	}
	return slog.New(handler{h})
}

func levelOf(s string) slog.Level {
	var l slog.Level
	if l.UnmarshalText([]byte(s)) != nil {
		return slog.LevelInfo
	}
	return l
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

type requestKey struct{}

// WithRequest gives the lines logged with the context the id of a request.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// Request is the id that WithRequest gave, or "".
func Request(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// handler adds the request's id, and that of its trace, to each line.
type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	if id := Request(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	if s := trace.SpanContextFromContext(ctx); s.HasTraceID() {
		r.AddAttrs(slog.String("trace", s.TraceID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h handler) WithAttrs(a []slog.Attr) slog.Handler { return handler{h.Handler.WithAttrs(a)} }
func (h handler) WithGroup(name string) slog.Handler   { return handler{h.Handler.WithGroup(name)} }

// hidden are words in the names of attributes whose values never are logged.
var hidden = [...]string{"password", "secret", "token", "authorization", "cookie", "api_key", "private_key"}

// hide is the last net under the rule that nobody logs such things: it takes
// values of telling names, and Redacts texts and errors.
func hide(_ []string, a slog.Attr) slog.Attr {
	name := strings.ToLower(a.Key)
	for _, w := range hidden {
		if strings.HasSuffix(name, w) {
			return slog.String(a.Key, "[hidden]")
		}
	}
	switch v := a.Value.Any().(type) {
	case string:
		return slog.String(a.Key, Redact(v))
	case error:
		return slog.String(a.Key, Redact(v.Error()))
	}
	return a
}

// What Redact finds. Addresses of people keep their domain, which is needed to
// find a fault with a receiver's server.
var (
	mailShape  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\pL\pN._%+'-]+@([\pL\pN-]+\.[\pL\pN.-]+)`) })
	userShape  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(\w+://)[^\s/@]+@`) })
	queryShape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(https?://[^\s?"']+)\?[^\s"']+`) })
	longShape  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b[A-Za-z0-9_-]{40,}\b`) })
)

// Redact takes out of a text what must not be kept: mail addresses but for
// their domain, user and query of web addresses, and long random words.
func Redact(s string) string {
	s = userShape().ReplaceAllString(s, "$1…@")
	s = queryShape().ReplaceAllString(s, "$1?…")
	s = mailShape().ReplaceAllString(s, "…@$1")
	return longShape().ReplaceAllString(s, "…")
}
