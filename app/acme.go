package app

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"ward"
	"ward/base/home"
)

// ACME (RFC 8555) by the challenge TLS-ALPN-01 (RFC 8737): the authority connects
// to port 443 of the name, so there is no second port to open. The challenges and
// certificates lie in the database: whichever replica the authority comes to
// can answer.

// acmeRetry is how long to wait after a failure: public authorities allow five an
// hour and name. acmeLook is how often a good certificate is looked at; the
// manager renews it 30 days before its end.
const (
	acmeRetry = 15 * time.Minute
	acmeLook  = 12 * time.Hour
)

// issuer asks an ACME authority for certificates of the house's names.
type issuer struct {
	manager *autocert.Manager
	domains []string
	door    *door
	app     *App
}

func (a *App) issuer() *issuer {
	c := a.cfg.TLS.ACME
	// The directory is the operator's own choice and may lie in the house's network,
	// so the guard of outgoing requests does not stand here; time is bounded.
	client := &acme.Client{DirectoryURL: c.Directory, UserAgent: "Ward/" + a.cfg.Version, HTTPClient: &http.Client{Timeout: 30 * time.Second}}
	return &issuer{domains: c.Domains, door: a.door, app: a, manager: &autocert.Manager{Prompt: autocert.AcceptTOS, Client: client, Email: c.Email,
		HostPolicy: autocert.HostWhitelist(c.Domains...), Cache: shelf{a.certificates}}}
}

// listen serves TLS on l and asks for certificates until ctx ends.
func (i *issuer) listen(ctx context.Context, l net.Listener) net.Listener {
	cfg := i.manager.TLSConfig()
	cfg.MinVersion, cfg.GetCertificate = tls.VersionTLS12, i.certificate
	go i.keep(ctx)
	return tls.NewListener(l, cfg)
}

func (i *issuer) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	pair, err := i.manager.GetCertificate(hello)
	// Scanners come without a name or with another: that says nothing about us. The
	// authority's own visit gets the answer to its challenge, which is no certificate.
	if slices.Contains(i.domains, hello.ServerName) && !slices.Equal(hello.SupportedProtos, []string{acme.ALPNProto}) && !waiting(err) {
		i.door.served(pair, err)
	}
	return pair, err
}

// waiting tells that err has no reason of its own: for a minute after a failure
// the manager asks nobody and says this to all who come. The operator goes on
// reading the reason.
func waiting(err error) bool {
	return err != nil && err.Error() == "acme/autocert: missing certificate"
}

// keep has a certificate before the first visitor comes, and again where it failed.
func (i *issuer) keep(ctx context.Context) {
	for wait := time.Duration(0); ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		wait = acmeLook
		for _, name := range i.domains {
			_, err := i.certificate(&tls.ClientHelloInfo{ServerName: name, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}})
			if err != nil && ctx.Err() == nil {
				i.app.cfg.Log.ErrorContext(ctx, "no certificate from the ACME authority", "name", name, "error", err)
				wait = acmeRetry
			}
		}
	}
}

// shelf is the store of certificates as autocert wants it.
type shelf struct{ *home.Certificates }

// Get implements autocert.Cache.
func (s shelf) Get(ctx context.Context, name string) ([]byte, error) {
	data, err := s.Certificates.Get(ctx, name)
	if ward.CodeOf(err) == ward.NotFound {
		return nil, autocert.ErrCacheMiss // compared with ==
	}
	return data, err
}
