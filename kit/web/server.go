package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/prometheus/client_golang/prometheus"

	"ward"
	"ward/kit/auth"
	"ward/kit/clock"
	"ward/kit/i18n"
	"ward/kit/ui"
)

// SessionCookie names the cookie that holds a session's secret.
const SessionCookie = "session"

// Config of New. All fields without a default are needed.
type Config struct {
	Log      *slog.Logger
	Clock    clock.Clock
	Texts    *i18n.Catalogue
	Guard    *auth.Guard
	IDs      func() string // request ids
	Version  string
	Training bool // banner on every page
	Secure   bool // served over TLS: cookies are Secure, HSTS is sent
	Zone     *time.Location
	// Authenticate reads the session cookie or the bearer token. Nobody is the
	// zero Actor and no error; a wrong token is Forbidden.
	Authenticate func(*http.Request) (ward.Actor, error)
	// UserMenu is the menu of a signed-in person; nil shows none.
	UserMenu func(*Call) *ui.UserMenu
	// Ready reports whether the house can work (database, migrations).
	Ready func(context.Context) error
	// Metrics is where everybody registers; nil makes a new one.
	Metrics *prometheus.Registry
	Menu    []MenuItem
	Pages   []Page
	API     []Operation
	// Static are handlers outside pages and API: assets, feeds. Pattern to handler.
	Static map[string]http.Handler
}

// Server is the HTTP face of the house.
type Server struct {
	cfg     Config
	mux     *http.ServeMux
	api     huma.API
	metrics *metrics
	handler http.Handler
	routes  []Route
	streams sync.WaitGroup
	closing chan struct{} // closed when the house stops: streams end, requests go on
}

// Route is one line of the site's table.
type Route struct {
	Method, Path string
	Permission   ward.Permission
	API          bool
}

// New builds the server; a route with an unknown permission is an error.
func New(cfg Config) (*Server, error) {
	if cfg.Metrics == nil {
		cfg.Metrics = prometheus.NewRegistry()
	}
	s := &Server{cfg: cfg, mux: http.NewServeMux(), metrics: newMetrics(cfg.Metrics), closing: make(chan struct{})}
	sort.SliceStable(s.cfg.Menu, func(i, j int) bool { return s.cfg.Menu[i].Order < s.cfg.Menu[j].Order })
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError { return &problem{Status: status} } // its shape, for the document
	huma.NewErrorWithContext = newProblem
	s.api = humago.New(s.mux, apiConfig(cfg.Version))
	if err := errors.Join(s.addPages(), s.addAPI()); err != nil {
		return nil, ward.Wrap("new server", err)
	}
	s.addOwn()
	for pattern, h := range cfg.Static {
		s.mux.Handle(pattern, h)
	}
	s.handler = s.chain(s.mux)
	return s, nil
}

// Handler is the whole site.
func (s *Server) Handler() http.Handler { return s.handler }

// Routes is the table of all pages and operations.
func (s *Server) Routes() []Route { return s.routes }

func (s *Server) addPages() error {
	var faults []error
	for _, p := range s.cfg.Pages {
		faults = append(faults, s.known(p.Permission, p.Path))
		s.routes = append(s.routes, Route{Method: p.Method, Path: p.Path, Permission: p.Permission})
		s.mux.Handle(p.Method+" "+p.Path, s.page(p))
	}
	return errors.Join(faults...)
}

func (s *Server) addAPI() error {
	var faults []error
	for _, o := range s.cfg.API {
		faults = append(faults, s.known(o.Permission, o.Path))
		s.routes = append(s.routes, Route{Method: o.Method, Path: o.Path, Permission: o.Permission, API: true})
		if o.raw != nil {
			o.addStream(s.api.OpenAPI())
			s.mux.Handle(o.Method+" "+o.Path, s.stream(o))
			continue
		}
		op := o.describe()
		op.Middlewares = huma.Middlewares{s.allow(o.Permission)}
		o.register(s.api, op)
	}
	addProblems(s.api.OpenAPI())
	return errors.Join(faults...)
}

// known refuses a route that no policy could ever allow.
func (s *Server) known(p ward.Permission, path string) error {
	if p == Public {
		return nil
	}
	for _, k := range auth.Permissions() {
		if k == p {
			return nil
		}
	}
	return fmt.Errorf("route %s has permission %q, which no policy knows", path, p)
}

// Serve answers on l until ctx ends, then lets requests under way finish for
// up to drain: they do not see ctx end. It is called once.
func (s *Server) Serve(ctx context.Context, l net.Listener, drain time.Duration) error {
	srv := &http.Server{Handler: s.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) }}
	srv.RegisterOnShutdown(func() { close(s.closing) })
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return ward.Wrap("serve", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		return errors.Join(err, srv.Close())
	}
	s.streams.Wait() // each ends at once, or with the write that it is in
	return nil
}

// nav is the navigation of the reader: what the policies let him open.
func (s *Server) nav(c *Call) []ui.NavItem {
	if c.Actor.Nobody() {
		return nil
	}
	var out []ui.NavItem
	for _, m := range s.cfg.Menu {
		if m.Permission == SignedIn || s.cfg.Guard.May(c.Actor, m.Permission) {
			path := c.R.URL.Path
			current := path == m.Path || m.Path != "/" && strings.HasPrefix(path, m.Path+"/")
			out = append(out, ui.NavItem{Text: c.Printer.T(m.Text), Href: m.Path, Current: current})
		}
	}
	return out
}
