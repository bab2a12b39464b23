package pages

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ward"
	"ward/detect/provider"
	"ward/kit/web"
)

// csafDNS is what section 7.1.10 puts before a domain; the address itself serves
// the metadata, without a path and without a redirect.
const csafDNS = "csaf.data.security."

// fileRoutes are the addresses that other houses' clients ask. They are open;
// the service decides on each file.
func (h handler) fileRoutes(address string) []web.Page {
	list := []web.Page{
		web.Get("/.well-known/csaf/{path...}", web.Public, h.file(h.svc.Provider)),
		web.Get("/.well-known/csaf-aggregator/{path...}", web.Public, h.file(h.svc.Aggregator)),
		web.Get("/.well-known/security.txt", web.Public, h.securityTxt),
		web.Get("/security.txt", web.Public, h.securityTxt), // where it was before RFC 9116
	}
	u, err := url.Parse(address)
	if err != nil || net.ParseIP(u.Hostname()) != nil || !strings.Contains(u.Hostname(), ".") {
		return list // a number has no names below it
	}
	return append(list, web.Get(csafDNS+u.Hostname()+"/{$}", web.Public, h.byName))
}

type opener func(context.Context, ward.Actor, string) (*provider.File, error)

func (h handler) file(open opener) func(*web.Call) error {
	return func(c *web.Call) error {
		f, err := open(c.Context(), c.Actor, c.Path("path"))
		return answer(c, f, err)
	}
}

func (h handler) byName(c *web.Call) error {
	f, err := h.svc.Provider(c.Context(), c.Actor, "provider-metadata.json")
	return answer(c, f, err)
}

func (h handler) securityTxt(c *web.Call) error {
	f, err := h.svc.SecurityTxt(c.Context())
	return answer(c, f, err)
}

// answer sends a file, or 304 to who has it. A program reads the errors: they
// are plain, and say nothing of what is there. What is ours to mend is an error.
func answer(c *web.Call, f *provider.File, err error) error {
	head := c.W.Header()
	switch ward.CodeOf(err) {
	case "":
	case ward.NotFound:
		return plain(c, http.StatusNotFound)
	case ward.Forbidden:
		head.Add("WWW-Authenticate", `Bearer realm="ward"`)
		head.Add("WWW-Authenticate", `Basic realm="ward", charset="UTF-8"`)
		return plain(c, http.StatusUnauthorized)
	default:
		return err
	}
	if err != nil {
		return err
	}
	head.Set("Content-Type", f.Type)
	// Weak: the same content may leave compressed (RFC 9110 section 8.8.1).
	head.Set("ETag", `W/"`+f.Tag+`"`)
	if !f.Modified.IsZero() {
		head.Set("Last-Modified", f.Modified.UTC().Format(http.TimeFormat))
	}
	head.Set("Accept-Ranges", "none") // listings are made while they are sent
	caching(head, f)
	switch {
	case changed(c.R, f):
		return plain(c, http.StatusPreconditionFailed)
	case had(c.R, f):
		head.Del("Content-Type") // of a body that does not come
		c.W.WriteHeader(http.StatusNotModified)
		return nil
	}
	if c.R.Method == http.MethodHead {
		return nil
	}
	return write(c, f)
}

// caching lets shared caches keep what is for everybody, for a minute: a
// withdrawal must not wait behind one.
func caching(head http.Header, f *provider.File) {
	switch {
	case !f.Open:
		head.Set("Cache-Control", "private, no-cache")
	case f.Varies:
		head.Set("Cache-Control", "no-cache")
	default:
		head.Set("Cache-Control", "public, max-age=60")
	}
	if !f.Open || f.Varies {
		head.Add("Vary", "Authorization, Cookie")
	}
	if f.Open { // viewers in a browser may read what everybody may
		head.Set("Access-Control-Allow-Origin", "*")
		head.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
}

// changed is the first half of RFC 9110 section 13.2.2: what must not be answered
// because the file is not the one that was meant. If-Match compares strongly and
// our tags are weak, so only "*" holds; without it If-Unmodified-Since counts.
func changed(r *http.Request, f *provider.File) bool {
	if tags := r.Header.Values("If-Match"); len(tags) > 0 {
		return strings.TrimSpace(strings.Join(tags, ",")) != "*"
	}
	since, err := http.ParseTime(r.Header.Get("If-Unmodified-Since"))
	return err == nil && !f.Modified.IsZero() && f.Modified.Truncate(time.Second).After(since)
}

// had is the second half: If-None-Match counts, and only without it
// If-Modified-Since.
func had(r *http.Request, f *provider.File) bool {
	if tags := r.Header.Values("If-None-Match"); len(tags) > 0 {
		for _, tag := range strings.Split(strings.Join(tags, ","), ",") {
			tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
			if tag == "*" || tag == `"`+f.Tag+`"` {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !f.Modified.IsZero() && !f.Modified.Truncate(time.Second).After(since)
}

// write sends the content. A listing that breaks off half-way cuts the line:
// half of it must not look whole.
func write(c *web.Call, f *provider.File) error {
	w := &counted{Writer: c.W}
	err := f.Write(c.Context(), w)
	switch {
	case err == nil:
		return nil
	case w.n > 0:
		panic(http.ErrAbortHandler)
	}
	for _, name := range []string{"ETag", "Last-Modified", "Access-Control-Allow-Origin"} {
		c.W.Header().Del(name)
	}
	if ward.CodeOf(err) == ward.NotFound { // taken away since it was found
		return plain(c, http.StatusNotFound)
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

type counted struct {
	io.Writer
	n int
}

func (w *counted) Write(b []byte) (int, error) {
	n, err := w.Writer.Write(b)
	w.n += n
	return n, err
}

func plain(c *web.Call, status int) error {
	head := c.W.Header()
	head.Set("Content-Type", "text/plain; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	c.W.WriteHeader(status)
	_, err := io.WriteString(c.W, http.StatusText(status)+"\n")
	return err
}
