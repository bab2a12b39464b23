package mail

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// relay is a mail server that refuses by the receiver's name.
type relay struct {
	mu       sync.Mutex
	sessions int
	open     []*smtp.Conn
	got      []string // receivers of what was taken over
}

func (r *relay) NewSession(c *smtp.Conn) (smtp.Session, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sessions++
	r.open = append(r.open, c)
	return &session{relay: r}, nil
}

// hangUp ends all connections, as relays do with idle ones.
func (r *relay) hangUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.open {
		c.Conn().Close()
	}
	r.open = nil
}

func (r *relay) state() (sessions int, got []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sessions, append([]string(nil), r.got...)
}

type session struct {
	relay *relay
	to    string
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if strings.HasPrefix(from, "strange@") {
		return &smtp.SMTPError{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "sender address rejected: not owned by user"}
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	switch name, _, _ := strings.Cut(to, "@"); name {
	case "nobody":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	case "full":
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full"}
	case "signin":
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "authentication required"}
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	if strings.HasPrefix(s.to, "spam@") {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "looks like spam"}
	}
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	s.relay.got = append(s.relay.got, s.to)
	return nil
}

// start runs a relay and gives a configuration for it.
func start(t *testing.T, mode TLS) (*relay, Config) {
	t.Helper()
	cert := httptest.NewTLSServer(nil)
	t.Cleanup(cert.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{}
	server := smtp.NewServer(r)
	server.Domain = "relay.example"
	if mode != Plain {
		server.TLSConfig = &tls.Config{Certificates: cert.TLS.Certificates}
	}
	port := l.Addr().(*net.TCPAddr).Port
	if mode == Implicit {
		l = tls.NewListener(l, server.TLSConfig)
	}
	ended := make(chan bool)
	go func() { defer close(ended); _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close(); <-ended })
	transport, _ := cert.Client().Transport.(*http.Transport)
	return r, Config{Host: "127.0.0.1", Port: port, TLS: mode, From: "alerts@ward.example", HELO: "ward.example", Clock: time.Now,
		TLSConfig: &tls.Config{RootCAs: transport.TLSClientConfig.RootCAs, ServerName: "127.0.0.1"}}
}

func sender(t *testing.T, cfg Config) *SMTP {
	t.Helper()
	s, err := NewSMTP(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func to(n int, address string) Message {
	m := message()
	m.ID, m.To = fmt.Sprint("d-", n), address
	return m
}

func TestConnectionIsUsedAgain(t *testing.T) {
	for _, mode := range []TLS{Plain, StartTLS, Implicit} {
		t.Run(string(mode), func(t *testing.T) {
			r, cfg := start(t, mode)
			s := sender(t, cfg)
			for n := range 5 {
				if err := s.Send(ctx, to(n, "it@hospital.example")); err != nil {
					t.Fatal(err)
				}
			}
			sessions, got := r.state()
			if sessions < 1 || sessions > 2 || len(got) != 5 { // STARTTLS begins its session anew
				t.Errorf("got %d messages over %d sessions, want 5 over one connection", len(got), sessions)
			}
			r.hangUp()
			if err := s.Send(ctx, to(6, "it@hospital.example")); err != nil {
				t.Errorf("after the relay hung up: %v", err)
			}
			if _, got := r.state(); len(got) != 6 {
				t.Errorf("got %d messages, want 6", len(got))
			}
		})
	}
}

func TestErrorsAreClassified(t *testing.T) {
	r, cfg := start(t, Plain)
	s := sender(t, cfg)
	for n, tt := range []struct {
		to        string
		permanent bool
		code      int
	}{{"nobody@x.example", true, 550}, {"full@x.example", false, 452}, {"spam@x.example", true, 554}, {"signin@x.example", false, 530}} {
		err := s.Send(ctx, to(n, tt.to))
		var e *Error
		if !errors.As(err, &e) || e.Permanent != tt.permanent || e.Code != tt.code {
			t.Errorf("%s: got %v, want permanent %v, code %d", tt.to, err, tt.permanent, tt.code)
		}
		if err := s.Send(ctx, to(100+n, "it@hospital.example")); err != nil {
			t.Errorf("the message after %s: %v", tt.to, err)
		}
	}
	if sessions, got := r.state(); sessions != 1 || len(got) != 4 {
		t.Errorf("got %d messages over %d sessions, want 4 over 1", len(got), sessions)
	}
}

// A relay that does not take our sender takes no mail of the house: none of them
// is given up for it.
func TestRefusedSenderIsNoReceiversFault(t *testing.T) {
	_, cfg := start(t, Plain)
	cfg.From = "strange@ward.example"
	err := sender(t, cfg).Send(ctx, to(1, "it@hospital.example"))
	var e *Error
	if !errors.As(err, &e) || e.Permanent || e.Code != 553 {
		t.Errorf("got %v, want a temporary error with code 553", err)
	}
}

func TestNoServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	s := sender(t, Config{Host: "127.0.0.1", Port: port, TLS: Plain, From: "a@b.example", Clock: time.Now, Timeout: time.Second})
	if err := s.Send(ctx, message()); err == nil || Permanent(err) {
		t.Errorf("got %v, want a temporary error", err)
	}
}

func TestPlainTextIsNotFallenBackTo(t *testing.T) {
	_, cfg := start(t, Plain)
	cfg.TLS = StartTLS
	if err := sender(t, cfg).Send(ctx, message()); err == nil || Permanent(err) {
		t.Errorf("a relay without STARTTLS: got %v, want a temporary error", err)
	}
	if _, err := NewSMTP(Config{Host: "x", From: "a@b.example", TLS: "maybe"}); err == nil {
		t.Error("an unknown mode: got no error")
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	r, cfg := start(t, Plain)
	cfg.Connections = 2
	s := sender(t, cfg)
	var all sync.WaitGroup
	for n := range 40 {
		all.Go(func() {
			if err := s.Send(ctx, to(n, "it@hospital.example")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if sessions, got := r.state(); sessions > 2 || len(got) != 40 {
		t.Errorf("got %d messages over %d sessions, want 40 over at most 2", len(got), sessions)
	}
}
