package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"

	"ward"
	"ward/kit/i18n"
	"ward/kit/ui"
)

// Call is one request to a page: who asks, in which language, and how to
// answer. It lives as long as its handler.
type Call struct {
	W       http.ResponseWriter
	R       *http.Request
	Actor   ward.Actor // nobody on public pages of visitors
	Printer *i18n.Printer
	ID      string     // reference of the request, shown on error pages
	shown   ward.Actor // as in request
	server  *Server
}

// Context ends when the client goes or the house stops.
func (c *Call) Context() context.Context { return c.R.Context() }

// Path is the path value of name ("id" of /alerts/{id}).
func (c *Call) Path(name string) string { return c.R.PathValue(name) }

// Query is the first query value of name, trimmed.
func (c *Call) Query(name string) string { return strings.TrimSpace(c.R.URL.Query().Get(name)) }

// Form is the first form value of name, trimmed; the body is bounded before.
func (c *Call) Form(name string) string { return strings.TrimSpace(c.R.PostFormValue(name)) }

// T gives a message in the reader's language.
func (c *Call) T(key i18n.Key, args ...string) i18n.Text { return c.Printer.T(key, args...) }

// Zone is where the reader's times are typed: the one in which pages show them.
func (c *Call) Zone() *time.Location { return c.server.zone(c.Actor) }

// Languages tells how far each language is, in the Union's order.
func (c *Call) Languages() []i18n.Status {
	var out []i18n.Status
	for _, l := range ward.Languages() {
		out = append(out, c.server.cfg.Texts.Status(l))
	}
	return out
}

// Render answers with a page: s gets what every page shares. Content is made
// in full before the first byte leaves, so an error is still an error page.
func (c *Call) Render(status int, s ui.Shell, body templ.Component) error {
	c.dress(&s)
	var b bytes.Buffer
	if err := ui.Page(s, body).Render(c.Context(), &b); err != nil {
		return ward.Wrap("render", err)
	}
	h := c.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	c.W.WriteHeader(status)
	_, err := c.W.Write(b.Bytes())
	if err != nil {
		c.server.cfg.Log.DebugContext(c.Context(), "client went away", slog.String("request", c.ID))
	}
	return nil
}

// Fault renders a form again with what was wrong with it: 422, or the status of
// the error's code where browsers and proxies know what it means (429).
func (c *Call) Fault(err error, s ui.Shell, body templ.Component) error {
	status := http.StatusUnprocessableEntity
	if ward.CodeOf(err) == ward.Throttled {
		status = c.statusOf(err)
	}
	return c.Render(status, s, body)
}

// InForm reports a fault that a form shows beside its fields, so that what was
// typed is not lost; others are pages of their own.
func InForm(err error) bool {
	code := ward.CodeOf(err)
	return code == ward.Invalid || code == ward.Conflict || code == ward.Throttled
}

// FormStatus is the status of a page with a form: that of its fault, or OK for none.
func FormStatus(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return statusOf[ward.CodeOf(err)]
}

// statusOf is the status of an error's code; it also sets what belongs to it in
// the header.
func (c *Call) statusOf(err error) int {
	var e *ward.Error
	if errors.As(err, &e) {
		retryAfter(c.W.Header(), e.Wait)
	}
	if m := (wrongMethod{}); errors.As(err, &m) {
		c.W.Header().Set("Allow", m.allow)
		return http.StatusMethodNotAllowed
	}
	if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
		return http.StatusRequestEntityTooLarge
	}
	return statusOf[ward.CodeOf(err)]
}

// OK renders with status 200.
func (c *Call) OK(s ui.Shell, body templ.Component) error { return c.Render(http.StatusOK, s, body) }

// dress fills in what the page did not say itself.
func (c *Call) dress(s *ui.Shell) {
	s.Printer = c.Printer
	s.Path = c.R.URL.RequestURI()
	s.Training = c.server.cfg.Training
	if !c.Actor.Emergency.IsZero() {
		s.Until = c.Printer.Clock(c.Actor.Emergency)
	}
	s.Nav = c.server.nav(c)
	if s.Flash == nil {
		s.Flash = c.takeFlash()
	}
	owner := *c
	if c.Actor.Nobody() {
		owner.Actor = c.shown
	}
	if s.User == nil && !owner.Actor.Nobody() && c.server.cfg.UserMenu != nil {
		s.User = c.server.cfg.UserMenu(&owner)
	}
}

// See answers a form with 303 to path; the message of key, which is one of what
// was done (Key.Done), is shown there once. An empty key shows nothing. path is
// one of ours, never a client's text.
func (c *Call) See(path string, key i18n.Key, args ...string) error {
	if key != "" {
		c.setFlash(key, args)
	}
	http.Redirect(c.W, c.R, path, http.StatusSeeOther)
	return nil
}

const flashCookie = "flash"

// setFlash keeps a message key for the next page. The cookie holds a key and
// short values only, read back as a key: nothing in it is trusted as words.
func (c *Call) setFlash(key i18n.Key, args []string) {
	parts := append([]string{string(key)}, args...)
	for i := range parts {
		parts[i] = escapeFlash(parts[i])
	}
	http.SetCookie(c.W, &http.Cookie{Name: flashCookie, Value: strings.Join(parts, "&"), Path: "/", MaxAge: 60,
		HttpOnly: true, Secure: c.server.cfg.Secure, SameSite: http.SameSiteLaxMode})
}

func (c *Call) takeFlash() *ui.Notice {
	k, err := c.R.Cookie(flashCookie)
	if err != nil || k.Value == "" || len(k.Value) > 1024 {
		return nil
	}
	http.SetCookie(c.W, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: c.server.cfg.Secure})
	parts := strings.Split(k.Value, "&")
	for i := range parts {
		parts[i] = unescapeFlash(parts[i])
	}
	key := i18n.Key(parts[0])
	if !key.Done() || !c.Printer.Has(key) { // a forged cookie shows no other message
		return nil
	}
	return &ui.Notice{Tone: ui.Success, Title: c.Printer.T(key, parts[1:]...)}
}
