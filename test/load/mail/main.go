// Command mail measures how fast mails are handed to a relay: the sender alone,
// and the whole way from a raised alert by the queue to the relay's answer.
//
//	go run ./test/load/mail -mails 15000
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"ward"
	"ward/kit/db"
	"ward/kit/mail"
	"ward/test/faults/house"
)

func main() {
	mails := flag.Int("mails", 15000, "mails, and organisations with one contact each")
	lines := flag.Int("connections", 4, "connections to the relay, which are kept open")
	flag.Parse()
	if err := run(*mails, *lines); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(mails, lines int) error {
	r, err := listen()
	if err != nil {
		return err
	}
	defer r.server.Close() //nolint:errcheck // the program ends
	sender, err := mail.NewSMTP(mail.Config{Host: "127.0.0.1", Port: r.port, TLS: mail.Plain, From: "Ward <alerts@ward.example>", HELO: "ward.example",
		Connections: lines, Clock: time.Now})
	if err != nil {
		return err
	}
	defer sender.Close()
	if err := alone(sender, r, mails, lines); err != nil {
		return err
	}
	return whole(sender, r, mails)
}

// relay takes everything and counts.
type relay struct {
	server   *smtp.Server
	port     int
	got      atomic.Int64
	sessions atomic.Int64
}

func listen() (*relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{port: l.Addr().(*net.TCPAddr).Port}
	r.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		r.sessions.Add(1)
		return session{r}, nil
	}))
	r.server.Domain = "relay.example"
	go r.server.Serve(l) //nolint:errcheck // ends with the program
	return r, nil
}

type session struct{ r *relay }

func (session) Mail(string, *smtp.MailOptions) error { return nil }
func (session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (session) Reset()                               {}
func (session) Logout() error                        { return nil }

func (s session) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	s.r.got.Add(1)
	return err
}

// alone sends letters of the usual size from as many senders as there are connections.
func alone(sender *mail.SMTP, r *relay, mails, lines int) error {
	text := ""
	for len(text) < 1200 {
		text += "What to do, and which devices: see the page of the alert.\n"
	}
	next, begin := atomic.Int64{}, time.Now()
	var failed atomic.Value
	var wait sync.WaitGroup
	for range lines {
		wait.Go(func() {
			for n := next.Add(1); n <= int64(mails); n = next.Add(1) {
				if err := sender.Send(context.Background(), mail.Message{ID: fmt.Sprint("load-", n), To: fmt.Sprintf("it%d@hospital.example", n),
					Subject: "Alert 1-1: High", Text: text, HTML: "<p>" + text + "</p>", ListID: "alerts.ward.example"}); err != nil {
					failed.Store(err)
				}
			}
		})
	}
	wait.Wait()
	if err, ok := failed.Load().(error); ok {
		return err
	}
	report("sender alone", r.got.Load(), r.sessions.Load(), time.Since(begin))
	return nil
}

func report(what string, got, sessions int64, took time.Duration) {
	fmt.Printf("%s: %d mails taken by the relay over %d connections in %.1f s, %.0f a second\n", what, got, sessions, took.Seconds(), float64(got)/took.Seconds())
}

// whole raises one alert for all organisations and waits for the last mail. The
// database is SQLite with synchronous=FULL; every mail is written as being sent
// before its first byte, and as sent after the answer.
func whole(sender *mail.SMTP, r *relay, mails int) error {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "ward-mail-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	d, err := db.Open(ctx, "sqlite:"+filepath.Join(folder, "ward.db"))
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // the program ends
	w := house.Europe(mails)
	w.Publish("adv-1", "Infusion pump takes commands from the network", ward.TLPClear, []string{"CVE-2026-1"},
		map[ward.ProductID]ward.Verdict{house.Pump: ward.Affected})
	h, err := house.Open(ctx, d, w, house.Options{Folder: folder, Mail: sender})
	if err != nil {
		return err
	}
	if err := h.Start(ctx); err != nil {
		return err
	}
	defer h.Stop() //nolint:errcheck // the program ends
	before, begin := r.got.Load(), time.Now()
	if err := h.Tell(ctx, ward.AdvisoryPublished{Advisory: "adv-1", Why: "new"}); err != nil {
		return err
	}
	for r.got.Load()-before < int64(mails) {
		if time.Since(begin) > 10*time.Minute {
			return fmt.Errorf("only %d of %d mails after ten minutes", r.got.Load()-before, mails)
		}
		time.Sleep(10 * time.Millisecond)
	}
	report("from the advisory to the relay", r.got.Load()-before, r.sessions.Load(), time.Since(begin))
	return nil
}
