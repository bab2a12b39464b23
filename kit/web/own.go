package web

import (
	"embed"
	"io/fs"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ward/web"
)

//go:embed text
var texts embed.FS

// Texts are the messages of this package: errors and what all pages share.
func Texts() fs.FS { return texts }

// addOwn adds what the server answers itself.
func (s *Server) addOwn() {
	s.mux.Handle("GET /assets/", web.Handler())
	s.mux.Handle("POST /language", s.cfg.Texts.Choose(s.cfg.Secure))
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	s.mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.cfg.Ready(r.Context()); err != nil {
			plain(w, http.StatusServiceUnavailable, "not ready")
			return
		}
		plain(w, http.StatusOK, "ready")
	})
	s.mux.Handle("GET /metrics", localOnly(promhttp.HandlerFor(s.cfg.Metrics, promhttp.HandlerOpts{})))
	s.routes = append(s.routes, Route{"GET", "/healthz", Public, true}, Route{"GET", "/readyz", Public, true},
		Route{"POST", "/language", Public, false}, Route{"GET", "/api/openapi.json", Public, true})
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write([]byte(text + "\n")) //nolint:errcheck // the client went away
}

// localOnly keeps figures of the machine from the world: a scraper runs on the
// same host or behind the reverse proxy's own rule. A request that a proxy
// forwarded is not local.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		ip := net.ParseIP(host)
		if ip == nil || !ip.IsLoopback() || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
			plain(w, http.StatusForbidden, "metrics are answered on this machine only")
			return
		}
		next.ServeHTTP(w, r)
	})
}

type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMetrics(r *prometheus.Registry) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ward_http_requests_total",
			Help: "Answered requests by route and status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "ward_http_seconds",
			Help:    "Time until the answer was complete, in seconds, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"route"}),
	}
	r.MustRegister(m.requests, m.seconds)
	return m
}

// done counts by route pattern, never by path: paths carry ids.
func (m *metrics) done(r *http.Request, status int, took time.Duration) {
	route := r.Pattern
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}
