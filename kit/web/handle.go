package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
)

// request is what the middleware learnt; it travels in the context between the
// middleware and the adapters of this package only.
type request struct {
	id      string
	actor   ward.Actor
	shown   ward.Actor // whose menu a page shows though he is nobody there: he lacks his second factor
	authErr error
	printer *i18n.Printer
	log     *slog.Logger
	closing <-chan struct{}
}

type requestKey struct{}

func requestOf(ctx context.Context) *request { return ctx.Value(requestKey{}).(*request) }

// Closing is closed when the house stops, for an operation that waits: its
// context goes on until the answer is out. Outside of a request it is never closed.
func Closing(ctx context.Context) <-chan struct{} {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r.closing
	}
	return nil
}

func actorOf(ctx context.Context) ward.Actor { return requestOf(ctx).actor }

// page adapts a Page: rights first, then the handler, then any error as a page.
func (s *Server) page(p Page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r, p.MaxBody)
		if p.Permission != Public {
			if err := s.admit(c.Actor, p.Permission, requestOf(r.Context()).authErr); err != nil {
				s.refuse(c, err)
				return
			}
		}
		if err := p.Handle(c); err != nil {
			s.errorPage(c, err)
		}
	})
}

func (s *Server) call(w http.ResponseWriter, r *http.Request, maxBody int64) *Call {
	if maxBody == 0 {
		maxBody = DefaultBody
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	rc := requestOf(r.Context())
	return &Call{W: w, R: r, Actor: rc.actor, Printer: rc.printer, ID: rc.id, shown: rc.shown, server: s}
}

// stream adapts a streaming operation: errors are problem+json.
func (s *Server) stream(o Operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.call(w, r, o.raw.MaxBody)
		body := &measured{ReadCloser: c.R.Body, most: o.raw.MaxBody}
		c.R.Body = body
		err := error(nil)
		if o.Permission != Public {
			err = s.admit(c.Actor, o.Permission, requestOf(r.Context()).authErr)
		}
		if err == nil {
			err = o.raw.Handle(c)
		}
		if err != nil {
			writeProblem(w, body.sized(problemFor(r.Context(), tooLarge(err))))
		}
	})
}

// measured tells whether a body was as long as a route takes, or longer.
type measured struct {
	io.ReadCloser
	n, most int64
}

// Read implements io.Reader.
func (m *measured) Read(b []byte) (int, error) {
	n, err := m.ReadCloser.Read(b)
	m.n += int64(n)
	return n, err
}

// sized gives what is wrong with a body of too many bytes the status that says
// so (RFC 9110 section 15.5.14), in the words of the service.
func (m *measured) sized(p *problem) *problem {
	if p.Status == http.StatusUnprocessableEntity && m.most > 0 && m.n >= m.most {
		p.Status = http.StatusRequestEntityTooLarge
	}
	return p
}

// tooLarge puts the reader's own error, which no service spoke of, into words.
func tooLarge(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) && ward.CodeOf(err) == ward.Internal {
		return ward.Fail(ward.Invalid, "error.too_large").Because(err)
	}
	return err
}

// challenge says how to come in: a 401 must (RFC 9110 section 15.5.2).
const challenge = `Bearer realm="ward"`

func writeProblem(w http.ResponseWriter, p *problem) {
	w.Header().Set("Content-Type", problemType)
	retryAfter(w.Header(), p.wait)
	if p.allow != "" {
		w.Header().Set("Allow", p.allow)
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p) //nolint:errcheck // the client went away
}

// errSignIn means: nobody is signed in, and somebody must be.
var errSignIn = ward.Fail(ward.Forbidden, "error.sign_in")

// admit is the first look at a route: is there anything the actor may do here?
func (s *Server) admit(a ward.Actor, p ward.Permission, authErr error) error {
	if authErr != nil {
		return authErr
	}
	if a.Nobody() {
		return errSignIn
	}
	if !s.cfg.Guard.May(a, p) {
		return ward.Fail(ward.Forbidden, "error.forbidden")
	}
	return nil
}

// allow is admit as a middleware of the API.
func (s *Server) allow(p ward.Permission) func(huma.Context, func(huma.Context)) {
	return func(hc huma.Context, next func(huma.Context)) {
		rc := requestOf(hc.Context())
		if p != Public {
			if err := s.admit(rc.actor, p, rc.authErr); err != nil {
				pr := problemFor(hc.Context(), err)
				hc.SetHeader("Content-Type", problemType)
				if pr.Status == http.StatusUnauthorized {
					hc.SetHeader("WWW-Authenticate", challenge)
				}
				hc.SetStatus(pr.Status)                     // sends the headers: last
				json.NewEncoder(hc.BodyWriter()).Encode(pr) //nolint:errcheck // the client went away
				return
			}
		}
		next(hc)
	}
}

// problemFor is problemOf with 401 where signing in would help.
func problemFor(ctx context.Context, err error) *problem {
	p := problemOf(ctx, err)
	if errors.Is(err, errSignIn) || requestOf(ctx).authErr != nil {
		p.Status = http.StatusUnauthorized
	}
	return p
}

// refuse sends a visitor to the sign-in page, with the way back, and tells
// anybody else what is missing.
func (s *Server) refuse(c *Call, err error) {
	if errors.Is(err, errSignIn) && (c.R.Method == http.MethodGet || c.R.Method == http.MethodHead) {
		http.Redirect(c.W, c.R, "/signin?next="+url.QueryEscape(c.R.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	s.errorPage(c, err)
}

// errorPage shows any error as a page with its reference and one next step.
func (s *Server) errorPage(c *Call, err error) {
	err = tooLarge(err)
	code := ward.CodeOf(err)
	if code == ward.Internal {
		s.cfg.Log.ErrorContext(c.Context(), "page failed", slog.String("request", c.ID), slog.String("route", c.R.Pattern), slog.Any("error", err))
	}
	status := c.statusOf(err)
	shell := ui.Shell{Title: c.T(i18n.Key("error.title." + string(code))), Error: true}
	others := s.otherHats(c, code, &shell)
	if e := c.Render(status, shell, errorBody(c.Printer, errorText(c.Printer, err), c.ID, others, c.R.URL.RequestURI())); e != nil {
		http.Error(c.W, http.StatusText(status), status)
	}
}

// otherHats are the hats that a reader does not wear, where another might show
// what he asked for: the link of a mail does not know which one he wears now.
func (s *Server) otherHats(c *Call, code ward.Code, shell *ui.Shell) []ui.Hat {
	asked := c.R.Method == http.MethodGet && c.R.Pattern != "" && (code == ward.NotFound || code == ward.Forbidden)
	if !asked || c.Actor.Nobody() || s.cfg.UserMenu == nil {
		return nil
	}
	if shell.User = s.cfg.UserMenu(c); shell.User == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(shell.User.Hats), func(h ui.Hat) bool { return h.Current })
}

func escapeFlash(s string) string { return url.QueryEscape(strings.ToValidUTF8(s, "")) }

func unescapeFlash(s string) string {
	t, err := url.QueryUnescape(s)
	if err != nil {
		return ""
	}
	return t
}
