package app

import (
	"context"
	"crypto/tls"
	"net"
	"os"
	"sync"
	"time"

	"ward"
	"ward/base/home"
	"ward/kit/clock"
)

// certificateLook is how often the files of the certificate are looked at. Who
// renews it writes new files and does nothing else.
const certificateLook = time.Minute

// certificate is the house's own, kept in memory between two looks.
type certificate struct {
	cert, key string // files
	now       clock.Clock

	mu     sync.Mutex
	pair   *tls.Certificate
	looked time.Time
	stamp  [2]time.Time // when the files were written
}

// secured wraps l when the settings name a certificate. It fails at once where
// the files are not one: better no start than one that nobody can reach.
func (a *App) secured(ctx context.Context, l net.Listener) (net.Listener, error) {
	switch a.door.source {
	case home.TLSACME:
		return a.issuer().listen(ctx, l), nil
	case home.TLSNone, home.TLSProxy:
		return l, nil
	}
	c := &certificate{cert: a.cfg.TLS.Cert, key: a.cfg.TLS.Key, now: a.cfg.Clock}
	if err := c.load(); err != nil {
		return nil, ward.Wrap("certificate", err)
	}
	a.door.served(c.pair, nil)
	get := func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return c.current(func(pair *tls.Certificate, err error) {
			a.door.served(pair, err)
			if err != nil {
				a.cfg.Log.Error("the renewed certificate cannot be read; the former one stays", "error", err)
			}
		}), nil
	}
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}, GetCertificate: get}), nil
}

// current is the certificate, read again when its files were replaced: told hears
// what came of it. A pair that does not fit, as in the moment between two writes,
// changes nothing.
func (c *certificate) current(told func(*tls.Certificate, error)) *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at := c.now(); at.Sub(c.looked) >= certificateLook {
		c.looked = at
		if stamp := c.written(); stamp != c.stamp {
			err := c.load()
			told(c.pair, err)
		}
	}
	return c.pair
}

// load reads both files.
func (c *certificate) load() error {
	stamp := c.written()
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return err
	}
	c.pair, c.stamp, c.looked = &pair, stamp, c.now()
	return nil
}

// written is when the files were; zero for one that is away.
func (c *certificate) written() (out [2]time.Time) {
	for i, path := range []string{c.cert, c.key} {
		if info, err := os.Stat(path); err == nil {
			out[i] = info.ModTime()
		}
	}
	return out
}
