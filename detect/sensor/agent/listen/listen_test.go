package listen

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

func opened(t *testing.T, address string, size int) (*Listener, chan []byte) {
	t.Helper()
	q := make(chan []byte, size)
	l, err := Open(context.Background(), Config{Address: address, Queue: q, Conns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l, q
}

func got(t *testing.T, q chan []byte, n int) (out []string) {
	t.Helper()
	for range n {
		select {
		case m := <-q:
			out = append(out, strings.TrimSuffix(string(m), "\n"))
		case <-time.After(20 * time.Second):
			t.Fatalf("only %q came", out)
		}
	}
	return out
}

func send(t *testing.T, network string, l *Listener, text string) {
	t.Helper()
	c, err := net.Dial(network, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

func TestFraming(t *testing.T) {
	l, q := opened(t, "tcp://127.0.0.1:0", 100)
	send(t, "tcp", l, "9 <13>a\nb c<14>second\r\n<15>third\n7 <16>x\n\n<17>last")
	want := []string{"<13>a b c", "<14>second", "<15>third", "<16>x", "<17>last"}
	if out := got(t, q, 5); fmt.Sprint(out) != fmt.Sprint(want) {
		t.Errorf("got %q", out)
	}
}

func TestDatagrams(t *testing.T) {
	l, q := opened(t, "udp://127.0.0.1:0", 10)
	send(t, "udp", l, "<13>one\nline")
	if out := got(t, q, 1); out[0] != "<13>one line" {
		t.Errorf("got %q", out)
	}
}

// TestFullQueueDrops: nobody waits, and what is lost is counted.
func TestFullQueueDrops(t *testing.T) {
	l, q := opened(t, "tcp://127.0.0.1:0", 3)
	send(t, "tcp", l, strings.Repeat("<13>x\n", 50))
	for l.Counts.Taken.Load()+l.Counts.Dropped.Load() < 50 {
		time.Sleep(time.Millisecond)
	}
	if len(q) != 3 || l.Counts.Dropped.Load() != 47 {
		t.Errorf("%d waiting, %d dropped", len(q), l.Counts.Dropped.Load())
	}
}

// TestHostileFrames: lengths without bound end the connection, long lines are cut.
func TestHostileFrames(t *testing.T) {
	l, q := opened(t, "tcp://127.0.0.1:0", 100)
	send(t, "tcp", l, "99999999999 <13>x")
	send(t, "tcp", l, "<13>"+strings.Repeat("y", 3*maxMessage)+"\n<13>after\n")
	if out := got(t, q, 2); len(out[0]) != maxMessage || out[1] != "<13>after" {
		t.Errorf("%d bytes, then %q", len(out[0]), out[1])
	}
	for l.Counts.Broken.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	if _, err := Open(context.Background(), Config{Address: "http://x"}); err == nil {
		t.Error("any scheme was taken")
	}
	if _, err := Open(context.Background(), Config{Address: "tls://127.0.0.1:0"}); err == nil {
		t.Error("tls without a certificate was taken")
	}
}

// FuzzNext: any stream comes to its end, and no message is longer than its bound.
func FuzzNext(f *testing.F) {
	f.Add([]byte("5 <13>x<13>y\n12 "))
	f.Add([]byte("1234567890"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReaderSize(bytes.NewReader(data), maxMessage)
		for range len(data) + 2 {
			m, err := next(r)
			if len(m) > maxMessage {
				t.Fatalf("%d bytes", len(m))
			}
			if err != nil && err != errCut {
				return
			}
		}
		t.Error("no end")
	})
}

// TestASocketThatFailsForGoodIsTold: errors are borne for a while, and forgotten when it
// goes well; who opened it is told the one that is too many.
func TestASocketThatFailsForGoodIsTold(t *testing.T) {
	l := &Listener{Failed: make(chan error, 1)}
	fault := errors.New("no more sockets")
	failed := patienceTries - 2
	if l.broken(&failed, fault) || l.broken(&failed, nil) || failed != 0 || len(l.Failed) != 0 {
		t.Error("given up too early")
	}
	failed = patienceTries - 1
	if !l.broken(&failed, fault) || <-l.Failed != fault {
		t.Error("borne for ever")
	}
}
