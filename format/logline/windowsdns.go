package logline

import (
	"bytes"
	"time"
)

// windowsDNS reads a packet in the debug log of Windows' DNS server ("Message logging
// key" at the head of each such log):
//
//	11/29/2026 10:00:00 AM 0FC8 PACKET  000000A1B2C3D4E0 UDP Rcv 10.0.0.5  a1b2 R Q [8081   DR  NOERROR] A  (3)www(7)example(3)com(0)
//
// Who asked the server, and whom it answers, is src_ip; what it asks in its turn is server.
func (d *dialects) windowsDNS(rec *Record, line []byte) Reason {
	rec.Format = WindowsDNS
	head, rest, ok := bytes.Cut(line, packetMark)
	thread := bytes.LastIndexByte(head, ' ')
	if !ok || thread < 0 {
		return Broken
	}
	flags, behind, closed := bytes.Cut(rest, []byte{']'})
	before, flags, opened := bytes.Cut(flags, []byte{'['})
	words := [7][]byte{} // packet, protocol, direction, peer, id, R of a response, kind of query
	n := 0
	for ; n < len(words) && len(before) > 0; before = bytes.TrimLeft(before, " ") {
		if words[n], before = word(before); len(words[n]) > 0 {
			n++
		}
	}
	if !closed || !opened || n < 6 || !isAddress(words[3]) {
		return Broken
	}
	rec.Time = d.serverTime(bytes.TrimSpace(head[:thread]))
	response := n == len(words)
	peer := "src_ip"
	if response == (string(words[2]) == "Rcv") {
		peer = "server"
	}
	rec.add(peer, words[3])
	rec.add("protocol", words[1])
	rec.add("direction", words[2])
	rec.add("id", words[4])
	rec.addSet("response_code", flags[bytes.LastIndexByte(flags, ' ')+1:])
	kind, name := word(bytes.TrimLeft(behind, " "))
	rec.addSet("record_type", kind)
	name = bytes.Trim(name, " .")
	at := len(rec.scratch)
	if text, n := DNSName(rec.scratch, name); n > 0 {
		rec.scratch = text
		name = text[at:len(text):len(text)]
	}
	rec.addSet("query", name)
	return ""
}

var packetMark = []byte(" PACKET ")

// looksWindowsDNS tells a packet by its place behind stamp and thread.
func looksWindowsDNS(line []byte) bool {
	at := bytes.Index(line[:min(len(line), 48)], packetMark)
	return at > 0 && (bytes.Contains(line[at:], []byte(" Rcv ")) || bytes.Contains(line[at:], []byte(" Snd ")))
}

// serverTime reads a stamp in the form of the server's country: those that count hours
// to twelve write the month first, the others the day.
func (d *dialects) serverTime(b []byte) (t time.Time) {
	if len(b) == 0 {
		return t
	}
	z := d.zones
	z.dayFirst = isDigit(b[len(b)-1])
	if _, at := number(b, 0); at < len(b) && (b[at] == '-' || b[at] == '.') { // 29-11-2026 and 29. 11. 2026
		b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("-"), []byte(".")), []byte(". "), []byte("."))
	}
	t, _ = z.any(b)
	return t
}

// DNSName spells out a name at the start of a text as Windows' DNS server writes it,
// each part behind its length: (3)www(7)example(3)com(0). It appends to to and gives
// how many bytes the name takes in the text, 0 if there is none.
func DNSName(to, text []byte) (name []byte, n int) {
	name = to
	for n < len(text) && text[n] == '(' {
		size, at := 0, n+1
		for ; at < len(text) && at < n+3 && isDigit(text[at]); at++ {
			size = 10*size + int(text[at]-'0')
		}
		if at == n+1 || at >= len(text) || text[at] != ')' || size > 63 || at+1+size > len(text) || len(name)-len(to) > 253 {
			break
		}
		if size == 0 {
			if len(name) == len(to) {
				break
			}
			return name, at + 1
		}
		if len(name) > len(to) {
			name = append(name, '.')
		}
		name = append(name, text[at+1:at+1+size]...)
		n = at + 1 + size
	}
	return to, 0
}
