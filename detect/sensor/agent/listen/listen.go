// Package listen takes syslog messages in over UDP, TCP and TLS. A queue that is
// full drops messages and counts them: a sender is never made to wait, since what
// sends here are the hospital's own systems at work.
package listen

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"ward/format/plain"
)

// Config of Open.
type Config struct {
	// Address is udp://HOST:PORT, tcp://… or tls://… (RFC 5426, 6587, 5425).
	Address string
	TLS     *tls.Config // for tls://
	// Queue gets each message as one line with its end. It is never waited for.
	Queue chan<- []byte
	Conns int           // at the same time; zero means 256
	Idle  time.Duration // after which a silent connection is closed; zero means an hour
}

// Counts say what became of messages.
type Counts struct{ Taken, Dropped, Broken, Refused atomic.Int64 }

// maxMessage bounds one message; RFC 5425 asks for 8,192 bytes at least.
const maxMessage = 64 << 10

// Listener takes messages in until it is closed.
type Listener struct {
	Counts Counts
	// Failed gives the reason when nothing can be taken in any more. The listener is
	// to be closed then.
	Failed chan error
	cfg    Config
	packet net.PacketConn
	stream net.Listener
	wait   sync.WaitGroup
	slots  chan struct{}
	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
}

// ErrAddress says how an address is written.
var ErrAddress = errors.New("want udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT")

// Check reads an address without opening it.
func Check(address string) (scheme, host string, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Port() == "" || u.Path != "" || u.Scheme != "udp" && u.Scheme != "tcp" && u.Scheme != "tls" {
		return "", "", fmt.Errorf("%q: %w", address, ErrAddress)
	}
	return u.Scheme, u.Host, nil
}

// Open begins to listen.
func Open(ctx context.Context, cfg Config) (*Listener, error) {
	scheme, host, err := Check(cfg.Address)
	if err != nil {
		return nil, err
	}
	if cfg.Conns == 0 {
		cfg.Conns = 256
	}
	if cfg.Idle == 0 {
		cfg.Idle = time.Hour
	}
	l := &Listener{Failed: make(chan error, 1), cfg: cfg, slots: make(chan struct{}, cfg.Conns), conns: map[net.Conn]bool{}}
	var lc net.ListenConfig
	if scheme == "udp" {
		if l.packet, err = lc.ListenPacket(ctx, "udp", host); err != nil {
			return nil, err
		}
		l.wait.Go(l.packets)
		return l, nil
	}
	if l.stream, err = lc.Listen(ctx, "tcp", host); err != nil {
		return nil, err
	}
	if scheme == "tls" {
		if cfg.TLS == nil {
			return nil, errors.Join(errors.New("tls:// needs a certificate"), l.stream.Close())
		}
		l.stream = tls.NewListener(l.stream, cfg.TLS)
	}
	l.wait.Go(l.accept)
	return l, nil
}

// Addr is where it listens.
func (l *Listener) Addr() net.Addr {
	if l.packet != nil {
		return l.packet.LocalAddr()
	}
	return l.stream.Addr()
}

// Close ends all connections and waits for what was taken in.
func (l *Listener) Close() error {
	l.mu.Lock()
	l.closed = true
	var err error
	if l.packet != nil {
		err = l.packet.Close()
	} else {
		err = l.stream.Close()
	}
	for c := range l.conns {
		_ = c.Close() // nothing is owed to a sender of syslog
	}
	l.mu.Unlock()
	l.wait.Wait()
	return err
}

func (l *Listener) packets() {
	buf, failed := make([]byte, maxMessage), 0
	for {
		n, _, err := l.packet.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if l.broken(&failed, err) {
			return
		}
		if err == nil {
			l.take(buf[:n])
		}
	}
}

const (
	// patienceTries and breath are how long errors of a socket may last, 10 seconds in
	// all: out of files for a moment is no reason to close it.
	patienceTries = 100
	breath        = 100 * time.Millisecond
)

// broken counts errors that follow one another and tells the last one that is borne.
func (l *Listener) broken(failed *int, err error) bool {
	if err == nil {
		*failed = 0
		return false
	}
	if *failed++; *failed >= patienceTries {
		l.Failed <- err
		return true
	}
	time.Sleep(breath)
	return false
}

func (l *Listener) accept() {
	failed := 0
	for {
		c, err := l.stream.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if l.broken(&failed, err) {
			return
		}
		if err != nil {
			continue
		}
		select {
		case l.slots <- struct{}{}:
		default:
			l.Counts.Refused.Add(1)
			_ = c.Close() // one too many
			continue
		}
		l.mu.Lock()
		if l.conns[c] = true; l.closed {
			_ = c.Close() // came in the last moment
		}
		l.mu.Unlock()
		l.wait.Go(func() {
			l.serve(c)
			_ = c.Close() // the sender is done
			l.mu.Lock()
			delete(l.conns, c)
			l.mu.Unlock()
			<-l.slots
		})
	}
}

// serve reads the messages of one connection.
func (l *Listener) serve(c net.Conn) {
	r := bufio.NewReaderSize(&patient{c, l.cfg.Idle}, maxMessage)
	for {
		m, err := next(r)
		if len(m) > 0 {
			l.take(m)
		}
		if errors.Is(err, errCut) {
			l.Counts.Broken.Add(1)
			continue
		}
		if err != nil {
			if errors.Is(err, errFrame) {
				l.Counts.Broken.Add(1) // where the next message begins is not known any more
			}
			return
		}
	}
}

// patient ends reading from a silent sender.
type patient struct {
	net.Conn
	idle time.Duration
}

// Read implements io.Reader; the deadline runs anew with each.
func (p *patient) Read(b []byte) (int, error) {
	timer := time.AfterFunc(p.idle, func() { _ = p.Conn.Close() }) // that ends the read
	defer timer.Stop()
	return p.Conn.Read(b)
}

// take puts a message into the queue as one line.
func (l *Listener) take(m []byte) {
	m = bytes.Trim(m, "\r\n\x00")
	if len(m) == 0 {
		return
	}
	line := append(bytes.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, []byte(plain.Decoded(string(m)))), '\n')
	select {
	case l.cfg.Queue <- line:
		l.Counts.Taken.Add(1)
	default:
		l.Counts.Dropped.Add(1)
	}
}

var (
	errFrame = errors.New("the length of a message is out of bounds")
	errCut   = errors.New("a message is longer than 64 KiB")
)

// next reads one message of a stream: "123 <…" counts its octets, anything else
// ends with a line feed (RFC 6587, 3.4). The message is valid until the next call.
func next(r *bufio.Reader) ([]byte, error) {
	head, err := r.Peek(1)
	if err != nil {
		return nil, err
	}
	if head[0] < '1' || head[0] > '9' {
		return line(r)
	}
	n := 0
	for i := 1; i <= 8; i++ {
		head, err = r.Peek(i)
		if err != nil {
			return line(r) // too short for a count; what is there is the message
		}
		c := head[i-1]
		if c == ' ' {
			if n > maxMessage-9 {
				return nil, errFrame
			}
			if _, err := r.Discard(i); err != nil {
				return nil, err
			}
			m, err := r.Peek(n)
			_, _ = r.Discard(len(m)) // they are in the buffer
			return m, err
		}
		if c < '0' || c > '9' {
			return line(r)
		}
		n = n*10 + int(c-'0')
	}
	return nil, errFrame
}

func line(r *bufio.Reader) ([]byte, error) {
	m, err := r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		if errors.Is(err, io.EOF) && len(m) > 0 {
			err = nil
		}
		return m, err
	}
	m = bytes.Clone(m)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	if err == nil {
		err = errCut
	}
	return m, err
}
