package watch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"ward/detect/sensor/agent/client"
	"ward/detect/sensor/agent/listen"
)

// listener keeps one listener of syslog open: what fails, at the start or later, is
// named in the status and tried again, and costs the others nothing.
type listener struct {
	w    *watcher
	set  *Syslog
	part string // in the status

	mu   sync.Mutex
	open *listen.Listener
	lost int64 // messages, by those that were open before
}

// run listens until ctx ends.
func (l *listener) run(ctx context.Context) {
	wait := client.Wait{Least: time.Second, Most: 5 * time.Minute}
	for {
		began := l.w.cfg.Now()
		err := l.once(ctx)
		if ctx.Err() != nil {
			return
		}
		if l.w.cfg.Now().Sub(began) > time.Minute {
			wait.OK()
		}
		l.w.fault(l.part, err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait.Failed(nil)):
		}
	}
}

// certEvery is how often a certificate is looked at: whether it was renewed on the
// disk, and whether it ran out.
const certEvery = 30 * time.Second

// once listens until it fails or ctx ends.
func (l *listener) once(ctx context.Context) error {
	c, err := l.set.certificate()
	if err != nil {
		return err
	}
	cfg := listen.Config{Address: l.set.Listen, Queue: l.w.queue}
	if c != nil {
		cfg.TLS = &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.now.Load(), nil }, MinVersion: tls.VersionTLS12}
	}
	x, err := listen.Open(ctx, cfg)
	if err != nil {
		return err
	}
	l.use(x)
	defer l.use(nil)
	l.w.say("listening on " + l.set.Listen + " (" + x.Addr().String() + ")")
	for {
		l.w.fault(l.part, c.trouble(l.w.cfg.Now()))
		select {
		case <-ctx.Done():
			return nil
		case err := <-x.Failed:
			return err
		case <-time.After(certEvery):
		}
	}
}

// use puts the open listener in place and closes the one before, if any.
func (l *listener) use(x *listen.Listener) {
	l.mu.Lock()
	old := l.open
	l.open = x
	l.mu.Unlock()
	if old != nil {
		_ = old.Close() // nothing is owed to a sender
		l.mu.Lock()
		l.lost += old.Counts.Dropped.Load()
		l.mu.Unlock()
	}
}

// dropped counts the messages that were lost to the bound of the queue.
func (l *listener) dropped() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open == nil {
		return l.lost
	}
	return l.lost + l.open.Counts.Dropped.Load()
}

// certificate is that of a listener with TLS, read again when it was renewed.
type certificate struct {
	set  *Syslog
	mark string
	now  atomic.Pointer[tls.Certificate]
}

// certificate reads the certificate of a listener; nil for the others.
func (x *Syslog) certificate() (*certificate, error) {
	scheme, _, err := listen.Check(x.Listen)
	if err != nil || scheme != "tls" {
		return nil, err
	}
	c := &certificate{set: x}
	return c, c.read()
}

func (c *certificate) read() error {
	mark := c.onDisk()
	pair, err := tls.LoadX509KeyPair(c.set.Cert, c.set.Key)
	if err != nil {
		return err
	}
	c.mark = mark
	c.now.Store(&pair)
	return nil
}

func (c *certificate) onDisk() (mark string) {
	for _, path := range []string{c.set.Cert, c.set.Key} {
		info, err := os.Stat(path)
		if err != nil {
			return err.Error()
		}
		mark += fmt.Sprintln(info.Size(), info.ModTime().UnixNano())
	}
	return mark
}

// trouble takes a renewed certificate in and says what is wrong with the one in use. It
// stays in use: many senders look at no dates, and a clock that jumped must cost nothing.
func (c *certificate) trouble(now time.Time) error {
	if c == nil {
		return nil
	}
	var err error
	if c.onDisk() != c.mark {
		err = c.read()
	}
	if leaf := c.now.Load().Leaf; leaf != nil && now.After(leaf.NotAfter) {
		err = errors.Join(err, errors.New("the certificate ran out at "+leaf.NotAfter.UTC().Format(stamp)+"; senders that look at dates send nothing"))
	}
	return err
}
