package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"ward"
	"ward/kit/i18n"
	"ward/kit/trace"
	"ward/kit/ui"
)

// chain puts the layers around the routes, outermost first.
func (s *Server) chain(h http.Handler) http.Handler {
	h = s.errorsOfMux(h)
	h = s.sameOrigin(h)
	h = s.identify(h)
	h = securityHeaders(h, s.cfg.Secure)
	h = compress(h)
	return s.observe(h)
}

// observe gives the request its id, counts it, and keeps a panic from the
// others: the client gets 500, the log the stack.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.cfg.Clock()
		rc := &request{id: s.cfg.IDs(), log: s.cfg.Log, closing: s.closing}
		w.Header().Set("X-Request-Id", rc.id)
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		ctx, span := trace.Start(r.Context(), trace.Request, r.Method)
		r = r.WithContext(context.WithValue(ctx, requestKey{}, rc))
		defer func() {
			p := recover()
			if p != nil && p != http.ErrAbortHandler {
				s.cfg.Log.Error("panic", slog.String("request", rc.id), slog.String("route", r.Pattern),
					slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
				if !rec.wrote {
					http.Error(rec, fmt.Sprintf("500, reference %s", rc.id), http.StatusInternalServerError)
				}
			}
			endSpan(span, r, rec.status)
			s.metrics.done(r, rec.status, s.cfg.Clock().Sub(start))
			if p == http.ErrAbortHandler { // a broken export must cut the line, or half a file looks whole
				panic(p)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// endSpan names the route, as the metrics do: a path carries ids.
func endSpan(s *trace.Span, r *http.Request, status int) {
	if s == nil {
		return
	}
	if r.Pattern != "" {
		s.Name(r.Pattern)
		s.Text("http.route", r.Pattern)
	}
	s.Text("http.request.method", r.Method)
	s.Number("http.response.status_code", status)
	var err error
	if status >= http.StatusInternalServerError {
		err = ward.Fail(ward.Internal, "")
	}
	s.End(err)
}

// recorder remembers the status.
type recorder struct {
	http.ResponseWriter
	status int
	wrote  bool
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	r.wrote = true
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController flush and set deadlines.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// identify finds the actor and the language.
func (s *Server) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rc := requestOf(r.Context())
		if !strings.HasPrefix(r.URL.Path, "/assets/") {
			rc.actor, rc.authErr = s.cfg.Authenticate(r)
		}
		rc.shown = rc.actor
		if rc.authErr != nil { // open doors look at the actor alone: there he is nobody
			rc.actor = ward.Actor{}
		}
		lang := s.cfg.Texts.FromRequest(r)
		if _, err := r.Cookie(i18n.CookieName); err != nil && rc.shown.Lang != "" && r.URL.Query().Get("lang") == "" {
			lang = rc.shown.Lang
		}
		rc.actor.Lang, rc.shown.Lang = lang, lang // what services say stands on a page of this language
		rc.printer = s.cfg.Texts.Printer(lang).Zone(s.zone(rc.shown))
		next.ServeHTTP(w, r)
	})
}

// zone is where a's times are shown: by his own wish, else by his country, else
// by the house.
func (s *Server) zone(a ward.Actor) *time.Location {
	if a.Zone != "" {
		if z, err := time.LoadLocation(a.Zone); err == nil {
			return z
		}
	}
	if a.Country != "" {
		return i18n.ZoneOf(a.Country)
	}
	return s.cfg.Zone
}

// sameOrigin refuses a form that another site makes a browser send. Requests
// with a bearer token carry no ambient right and are let through.
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuseAny(w, r, ward.Fail(ward.Forbidden, "error.cross_origin"))
	}))
	for _, p := range s.cfg.Pages {
		if p.SecretPath {
			guard.AddInsecureBypassPattern(p.Method + " " + p.Path)
		}
	}
	checked := guard.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
			next.ServeHTTP(w, r)
			return
		}
		checked.ServeHTTP(w, r)
	})
}

// refuseAny answers in the form that the path's readers expect.
func (s *Server) refuseAny(w http.ResponseWriter, r *http.Request, err error) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		writeProblem(w, problemFor(r.Context(), err))
		return
	}
	s.errorPage(s.call(w, r, 0), err)
}

// errorsOfMux replaces the router's plain 404 and 405 by our own.
func (s *Server) errorsOfMux(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := s.mux.Handler(r)
		if pattern != "" {
			next.ServeHTTP(w, r)
			return
		}
		err := ward.Fail(ward.NotFound, "error.not_found")
		said := refusal{}
		if h.ServeHTTP(said, r); said.Get("Allow") != "" {
			s.refuseAny(w, r, wrongMethod{err, said.Get("Allow")})
			return
		}
		s.refuseAny(w, r, err)
	})
}

// refusal hears what the router says instead of an answer, for its header.
type refusal http.Header

func (h refusal) Header() http.Header         { return http.Header(h) }
func (h refusal) Get(name string) string      { return http.Header(h).Get(name) }
func (h refusal) Write(b []byte) (int, error) { return len(b), nil }
func (h refusal) WriteHeader(int)             {}

// wrongMethod is an address at which something is, for other methods: the answer
// is 405 and names them (RFC 9110 section 15.5.6).
type wrongMethod struct {
	error
	allow string
}

func (e wrongMethod) Unwrap() error { return e.error }

func securityHeaders(next http.Handler, secure bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", ui.CSP)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store") // whatever says nothing else is somebody's own
		if secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// compress gzips what is worth it. Event streams must not wait in a buffer, and
// a random length hides the size of pages that mix secrets with input (BREACH).
func compress(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1024), gzhttp.RandomJitter(32, 0, false),
		gzhttp.ContentTypes([]string{"text/html", "text/css", "text/plain", "text/csv", "application/json",
			"application/problem+json", "application/openapi+json", "image/svg+xml", "text/javascript", "application/javascript"}))
	if err != nil { // only wrong options, which are constant
		panic(err)
	}
	zipped := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") == "text/event-stream" || strings.HasSuffix(r.URL.Path, "/stream") {
			next.ServeHTTP(w, r)
			return
		}
		zipped.ServeHTTP(w, r)
	})
}
