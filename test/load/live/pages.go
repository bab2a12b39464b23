package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"time"
)

// watch is the readers' side: one connection for each page.
type watch struct {
	pages  int
	ready  chan struct{}
	told   chan time.Time
	failed chan error
}

// dialers open pages at the same time.
const dialers = 64

func open(address string, pages int) *watch {
	w := &watch{pages: pages, ready: make(chan struct{}, pages), told: make(chan time.Time, 4*pages), failed: make(chan error, pages)}
	next := make(chan int)
	go func() {
		for i := range pages {
			next <- i
		}
		close(next)
	}()
	for range dialers {
		go func() {
			for i := range next {
				w.page(address, i)
			}
		}()
	}
	return w
}

func (w *watch) allOpen() error {
	for range w.pages {
		select {
		case <-w.ready:
		case err := <-w.failed:
			return err
		}
	}
	return nil
}

// page asks as hospital i and hands the connection over to a reader once the
// server has begun to answer.
func (w *watch) page(address string, i int) {
	c, err := net.Dial("tcp", address)
	if err == nil {
		_, err = fmt.Fprintf(c, "GET /alerts/stream HTTP/1.1\r\nHost: ward\r\nAccept: text/event-stream\r\nCookie: hospital=%d\r\n\r\n", i)
	}
	if err != nil {
		w.failed <- err
		return
	}
	r := bufio.NewReaderSize(c, 512)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			w.failed <- fmt.Errorf("page %d: %w", i, err)
			return
		}
		if strings.HasPrefix(line, "HTTP/1.1") && !strings.Contains(line, " 200 ") {
			w.failed <- fmt.Errorf("page %d: %s", i, line)
			return
		}
		if strings.HasPrefix(line, "retry:") {
			break
		}
	}
	w.ready <- struct{}{}
	go func() {
		defer c.Close()
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				w.failed <- fmt.Errorf("page %d: %w", i, err)
				return
			}
			if strings.HasPrefix(line, "id:") { // a message, not a ping
				w.told <- time.Now()
			}
		}
	}()
}
