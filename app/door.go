package app

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"ward/base/home"
)

// door knows how the house is reached and with which certificate: for the page
// of the operator and for the metrics.
type door struct {
	source  home.TLSSource
	address string
	asked   []string

	mu    sync.Mutex
	leaf  *x509.Certificate
	fault string
}

func newDoor(cfg Config) *door {
	d := &door{source: home.TLSNone, address: cfg.URL}
	switch {
	case cfg.TLS.Cert != "":
		d.source = home.TLSOwn
	case len(cfg.TLS.ACME.Domains) > 0 && !cfg.Demo: // a training house asks nobody outside
		d.source, d.asked = home.TLSACME, cfg.TLS.ACME.Domains
	case strings.HasPrefix(cfg.URL, "https://"):
		d.source = home.TLSProxy
	}
	return d
}

// served notes the certificate that is given to readers, or why there is none. A
// failure leaves the former one in place.
func (d *door) served(pair *tls.Certificate, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = ""
	if err != nil {
		d.fault = err.Error()
		return
	}
	if pair.Leaf == nil {
		pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0])
	}
	if err == nil {
		d.leaf = pair.Leaf
	}
}

// look is the state for the operator.
func (d *door) look() home.TLS {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := home.TLS{Source: d.source, Address: d.address, Asked: d.asked, Fault: d.fault}
	if d.leaf != nil {
		t.Subject, t.Issuer = d.leaf.Subject.String(), d.leaf.Issuer.String()
		t.Names, t.Starts, t.Ends = d.leaf.DNSNames, d.leaf.NotBefore, d.leaf.NotAfter
	}
	return t
}

// register gives the end of the certificate to the metrics: an alarm on it does
// not depend on /readyz, as a house whose certificate ends soon is ready.
func (d *door) register(r *prometheus.Registry) error {
	return r.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ward_tls_certificate_end_seconds",
		Help: "When the certificate that is served ends, in seconds since 1970; 0 when the house serves none itself."}, func() float64 {
		if ends := d.look().Ends; !ends.IsZero() {
			return float64(ends.Unix())
		}
		return 0
	}))
}
