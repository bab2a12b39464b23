package follow

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"ward/detect/sensor/agent"
)

// utf16Of writes a text as Windows does.
func utf16Of(s string, order binary.AppendByteOrder) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

// TestUTF16IsFollowed: a log with a mark, CRLF and characters of two units, written in
// pieces that part lines and units, renamed, packed, cut, and read by a process that is
// killed: each line once.
func TestUTF16IsFollowed(t *testing.T) {
	for name, order := range map[string]binary.AppendByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "app.log")
			w.start()
			rnd := rand.New(rand.NewPCG(3, 4))
			n := 0
			var want []string
			var rest string // a part that is not written yet
			add := func(k int, begins bool) {
				text := rest
				if begins {
					text += utf16Of("\ufeff", order)
				}
				for range k {
					line := fmt.Sprintf("line %d of größe 𝄞 which is long enough to be one", n)
					want = append(want, line+"\r")
					text += utf16Of(line+"\r\n", order)
					n++
				}
				part := rnd.IntN(len(text) + 1)
				w.write("app.log", text[:part])
				rest = text[part:]
			}
			flush := func() { w.write("app.log", rest); rest = "" }
			add(40, true)
			for round := range 8 {
				for range 6 {
					w.steps(1)
					add(20, false)
				}
				switch round % 4 {
				case 0:
					w.kill()
				case 1:
					flush()
					w.steps(1)
					w.shift()
					w.rename("app.log", "app.log.1")
					tick()
					add(30, true)
				case 2:
					flush()
					w.steps(1)
					w.shift()
					w.copyTruncate("app.log", "app.log.1")
					tick()
					add(30, true)
				}
			}
			flush()
			w.skew += time.Minute
			w.steps(20)
			w.kill()
			w.steps(3)
			w.want(want...)
		})
	}
}

func TestUTF16FromItsEnd(t *testing.T) {
	w := newWorld(t, "*.log")
	w.fromEnd = true
	w.write("app.log", utf16Of("\ufeffold\r\nbegun ", binary.LittleEndian))
	w.start()
	w.steps(2)
	w.write("app.log", utf16Of("before\r\nnew\r\n", binary.LittleEndian))
	w.steps(2)
	w.want("before\r", "new\r")
}

// TestUTF16LineThatDoesNotFit: it comes in pieces, all of it.
func TestUTF16LineThatDoesNotFit(t *testing.T) {
	w := newWorld(t, "app.log")
	w.start()
	long := strings.Repeat("größe𝄞", 60_000)
	w.write("app.log", utf16Of("\ufeffa\n"+long+"\nb\n", binary.LittleEndian))
	w.steps(3)
	if got := strings.Join(w.got, ""); got != "a"+long+"b" {
		t.Errorf("%d bytes, want %d", len(got), len(long)+2)
	}
}

// TestEventLogsAreLeftToTheirReader: also one that is empty when it is met first.
func TestEventLogsAreLeftToTheirReader(t *testing.T) {
	w := newWorld(t, "*")
	w.write("a.evtx", "")
	w.write("b.log", "ElfFile\x00 and more\n")
	w.start()
	w.steps(2)
	w.write("a.evtx", "ElfFile\x00 and\nmore\n")
	w.steps(4)
	w.want()
	if s := w.f.Stats(); s.Files != 0 || !strings.Contains(s.Fault, "b.log") {
		t.Errorf("%+v", s)
	}
}

// FuzzWide: whatever bytes, pieces fit together again, cut at whole units, and what is
// looked at is UTF-8 that fits.
func FuzzWide(f *testing.F) {
	f.Add([]byte("\xff\xfea\x00\n\x00b\x00"), uint8(1))
	f.Add([]byte("\xfe\xff\x00a\xd8\x34\xdd\x1e"), uint8(2))
	f.Fuzz(func(t *testing.T, data []byte, order uint8) {
		w := wide(order % 3)
		if first, last := w.firstLine(data), w.lastLine(data); first > last || last > len(data) || w != narrow && (first%2 != 0 || last%2 != 0) {
			t.Errorf("lines end at %d and %d", first, last)
		}
		if w == narrow {
			return
		}
		whole := w.text(data, false)
		if !utf8.Valid(whole) || len(data) <= w.room() && len(whole) > agent.Room {
			t.Errorf("%d bytes become %d", len(data), len(whole))
		}
		rest := data[:len(data)&^1]
		whole = w.text(rest, false)
		var pieces []byte
		for len(rest) > 4 {
			to := w.whole(rest)
			if to <= 0 || to > len(rest) || to%2 != 0 {
				t.Fatalf("cut at %d of %d", to, len(rest))
			}
			pieces = append(pieces, w.text(rest[:to], false)...)
			rest = rest[to:]
		}
		if pieces = append(pieces, w.text(rest, false)...); !bytes.Equal(pieces, whole) {
			t.Errorf("the pieces are %q, the whole is %q", pieces, whole)
		}
	})
}
