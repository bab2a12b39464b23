package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"ward/kit/clock"
)

// TLS is how the connection to the mail server is protected.
type TLS string

// The modes. StartTLS does not fall back to plain text.
const (
	StartTLS TLS = "starttls" // port 587; the default
	Implicit TLS = "tls"      // port 465
	Plain    TLS = "none"     // port 25: only for a relay on the same machine or a wire of one's own
)

// Config of NewSMTP.
type Config struct {
	Host     string // of the relay
	Port     int    // 0 means the port of the mode
	TLS      TLS    // empty means StartTLS
	User     string // empty means no sign-in
	Password string
	From     string // "Ward <alerts@ward.example>"
	HELO     string // our name to the relay; empty means the machine's
	// Connections at a time; 0 means 4.
	Connections int
	// Idle is how long a connection is kept for the next message; 0 means 30 s.
	Idle time.Duration
	// Timeout of one message; 0 means 30 s.
	Timeout time.Duration
	Clock   clock.Clock
	// TLSConfig is for tests; nil means the system's roots.
	TLSConfig *tls.Config
}

// SMTP sends through a relay over connections that it uses again. Safe for
// concurrent use.
type SMTP struct {
	envelope
	cfg    Config
	client *gomail.Client
	slots  chan struct{}

	mu   sync.Mutex
	idle []line // last used at the end
}

// line is an open connection that waits for its next message.
type line struct {
	conn *smtp.Client
	used time.Time
}

// NewSMTP checks the configuration; it does not connect.
func NewSMTP(cfg Config) (*SMTP, error) {
	e, err := newEnvelope(cfg.From, cfg.Clock)
	if err != nil {
		return nil, err
	}
	cfg.TLS = orElse(cfg.TLS, StartTLS)
	cfg.Connections, cfg.Idle, cfg.Timeout = orElse(cfg.Connections, 4), orElse(cfg.Idle, 30*time.Second), orElse(cfg.Timeout, 30*time.Second)
	options, err := cfg.options()
	if err != nil {
		return nil, err
	}
	client, err := gomail.NewClient(cfg.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return &SMTP{envelope: e, cfg: cfg, client: client, slots: make(chan struct{}, cfg.Connections)}, nil
}

// orElse is the default of a setting that was left out.
func orElse[T comparable](v, fallback T) T {
	var zero T
	if v == zero {
		return fallback
	}
	return v
}

// options turns the configuration into the library's; a mode that we do not know
// is an error and not plain text.
func (cfg Config) options() ([]gomail.Option, error) {
	out := []gomail.Option{gomail.WithTimeout(cfg.Timeout)}
	port := cfg.Port
	switch cfg.TLS {
	case StartTLS:
		port, out = orElse(port, 587), append(out, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Implicit:
		port, out = orElse(port, 465), append(out, gomail.WithSSL())
	case Plain:
		port, out = orElse(port, 25), append(out, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return nil, fmt.Errorf("mail TLS mode %q: want starttls, tls or none", cfg.TLS)
	}
	out = append(out, gomail.WithPort(port))
	if cfg.TLSConfig != nil {
		out = append(out, gomail.WithTLSConfig(cfg.TLSConfig))
	}
	if cfg.HELO != "" {
		out = append(out, gomail.WithHELO(cfg.HELO))
	}
	if cfg.User != "" { // never without encryption, but to this machine: the library refuses
		out = append(out, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(cfg.User), gomail.WithPassword(cfg.Password))
	}
	return out, nil
}

// Send hands m to the relay. It waits for a free connection.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := s.build(m)
	if err != nil {
		return err
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return &Error{Err: ctx.Err()}
	}
	conn, fresh, err := s.take(ctx)
	if err != nil {
		return classify(err)
	}
	err = s.client.SendWithSMTPClient(conn, msg)
	if !fresh && hungUp(err) {
		_ = s.client.CloseWithSMTPClient(conn)
		if conn, err = s.client.DialToSMTPClientWithContext(ctx); err == nil {
			err = s.client.SendWithSMTPClient(conn, msg)
		}
	}
	s.give(conn, err)
	if msg.IsDelivered() { // whatever came after it
		return nil
	}
	return classify(err)
}

// hungUp says that the relay had closed the waiting connection before anything
// of the message was handed over: only then is a second try no second message.
func hungUp(err error) bool {
	var e *gomail.SendError
	return errors.As(err, &e) && e.Reason == gomail.ErrConnCheck
}

// take gives a waiting connection or a fresh one.
func (s *SMTP) take(ctx context.Context) (conn *smtp.Client, fresh bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.idle) > 0 {
		l := s.idle[len(s.idle)-1]
		s.idle = s.idle[:len(s.idle)-1]
		if s.now().Sub(l.used) < s.cfg.Idle {
			return l.conn, false, nil
		}
		_ = s.client.CloseWithSMTPClient(l.conn)
	}
	s.mu.Unlock()
	defer s.mu.Lock()
	conn, err = s.client.DialToSMTPClientWithContext(ctx)
	return conn, true, err
}

// give keeps a connection on which all went well, or only this message was refused.
func (s *SMTP) give(conn *smtp.Client, err error) {
	if conn == nil {
		return
	}
	if err != nil && (replyCode(err) == 0 || s.client.ResetWithSMTPClient(conn) != nil) {
		_ = s.client.CloseWithSMTPClient(conn)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle = append(s.idle, line{conn, s.now()})
}

// Close ends the waiting connections.
func (s *SMTP) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.idle {
		_ = s.client.CloseWithSMTPClient(l.conn)
	}
	s.idle = nil
}

// replyCode is the relay's answer in err, 0 for none.
func replyCode(err error) int {
	var e *gomail.SendError
	if errors.As(err, &e) {
		return e.ErrorCode()
	}
	return 0
}

// classify takes a 5xx about this message for permanent. That we cannot connect
// or sign in, or that the relay does not take our sender, is a matter of the house,
// the same for all mails: it will be mended and tried again.
func classify(err error) error {
	if err == nil {
		return nil
	}
	code := replyCode(err)
	about := code >= 500 && code != 530 && code != 535 && code != 538 // RFC 4954: sign-in needed or refused
	if e := (*gomail.SendError)(nil); errors.As(err, &e) && e.Reason == gomail.ErrSMTPMailFrom {
		about = false // RFC 5321, 4.1.1.2: the receiver was not named yet
	}
	return &Error{Permanent: about, Code: code, Err: err}
}
