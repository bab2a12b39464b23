package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"
)

// made is one generated file.
type made struct {
	path string
	size int64
	sum  string
}

// file writes through a checksum.
func file(path string, write func(w *bufio.Writer)) (made, error) {
	f, err := os.Create(path)
	if err != nil {
		return made{}, err
	}
	defer f.Close() //nolint:errcheck // Sync below tells
	c := &counting{h: sha256.New()}
	w := bufio.NewWriterSize(io.MultiWriter(f, c), 1<<20)
	write(w)
	if err := w.Flush(); err != nil {
		return made{}, err
	}
	return made{path: path, size: c.n, sum: hex.EncodeToString(c.h.Sum(nil))}, f.Sync()
}

type counting struct {
	h hash.Hash
	n int64
}

// Write implements io.Writer.
func (c *counting) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return c.h.Write(p)
}

const letters = "abcdefghijklmnopqrstuvwxyz"

var endings = []string{"com", "net", "org", "de", "fr", "eu", "info", "co.uk", "com.br", "io"}

// word is a made-up label of 7 to 16 letters, so that two are hardly ever the same.
func word(r *rand.Rand) string {
	b := make([]byte, 7+r.IntN(10))
	for i := range b {
		b[i] = letters[r.IntN(26)]
	}
	return string(b)
}

func domain(r *rand.Rand) string {
	d := word(r) + "." + endings[r.IntN(len(endings))]
	if r.IntN(12) == 0 { // under a host that many share
		d = word(r) + "." + []string{"github.io", "duckdns.org", "blogspot.com"}[r.IntN(3)]
	}
	if r.IntN(3) == 0 {
		d = word(r) + "." + d
	}
	return d
}

// ipv4 is an address that lists take: none of 10/8 and 100.64/10, which mean
// something else in every network.
func ipv4(r *rand.Rand) string {
	return fmt.Sprintf("%d.%d.%d.%d", 11+r.IntN(89), r.IntN(256), r.IntN(256), 1+r.IntN(254))
}

func digest(r *rand.Rand, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "0123456789abcdef"[r.IntN(16)]
	}
	return string(b)
}

// indicator is one of the mix that lists have: a third domains, a quarter
// addresses, a fifth URLs, the rest hashes and mail addresses.
func indicator(r *rand.Rand) string {
	switch n := r.IntN(200); {
	case n < 70:
		return domain(r)
	case n < 121:
		return ipv4(r)
	case n < 161:
		return "http://" + domain(r) + "/" + word(r) + "/" + word(r) + ".php"
	case n < 181:
		return digest(r, 64)
	case n < 191:
		return digest(r, 32)
	case n < 195:
		return digest(r, 40)
	case n < 199:
		return word(r) + "@" + domain(r)
	}
	return fmt.Sprintf("2001:db8:%x:%x::%x", r.IntN(1<<16), r.IntN(1<<16), 1+r.IntN(1<<16))
}

// skewed prefers small numbers, as few hosts make most of the traffic.
func skewed(r *rand.Rand, n int) int { return int(math.Pow(float64(n), r.Float64())) - 1 }

// world is what the logs speak of.
type world struct {
	r         *rand.Rand
	hosts     []string
	addresses []string
	planted   []string
	share     float64
}

func (w *world) plant() bool { return w.r.Float64() < w.share }

func (w *world) host() string {
	if w.plant() {
		p := w.planted[w.r.IntN(len(w.planted))]
		if !strings.ContainsAny(p, "/@:") && strings.Contains(p, ".") {
			return p
		}
	}
	return w.hosts[skewed(w.r, len(w.hosts))]
}

func (w *world) address() string { return w.addresses[skewed(w.r, len(w.addresses))] }

// lines writes the five kinds of log in turn until size is reached.
func (w *world) lines(out *bufio.Writer, size int64) {
	var n int64
	for t := int64(1795953600000); n < size; t += int64(w.r.IntN(20)) {
		line := w.line(t, int(t)%5)
		if w.plant() {
			line += " ref=" + w.planted[w.r.IntN(len(w.planted))]
		}
		m, _ := out.WriteString(line + "\n") // Flush tells
		n += int64(m)
	}
}

func (w *world) line(t int64, kind int) string {
	r := w.r
	in := fmt.Sprintf("10.%d.%d.%d", r.IntN(4), r.IntN(256), r.IntN(256))
	switch kind {
	case 0: // Squid
		return fmt.Sprintf("%d.%03d %6d %s TCP_MISS/200 %d GET http://%s/%s/%s.html - HIER_DIRECT/%s text/html", t/1000, t%1000, r.IntN(900), in, r.IntN(90000), w.host(), word(r), word(r), w.address())
	case 1: // BIND
		return fmt.Sprintf("29-Nov-2026 12:%02d:%02d.%03d client @0x7f%010x %s#%d (%s): query: %s IN A +E(0)K (10.0.0.53)", t/60000%60, t/1000%60, t%1000, r.IntN(1<<32), in, 1024+r.IntN(60000), w.host(), w.host())
	case 2: // iptables
		return fmt.Sprintf("Nov 29 12:%02d:%02d fw1 kernel: [%d.%06d] FW-ACCEPT IN=eth0 OUT=eth1 MAC=00:16:3e:%02x:%02x:%02x:00:16:3e:5a:11:02:08:00 SRC=%s DST=%s LEN=60 TOS=0x00 TTL=63 ID=%d DF PROTO=TCP SPT=%d DPT=443 WINDOW=64240 SYN URGP=0",
			t/60000%60, t/1000%60, t/1000%1e6, r.IntN(1e6), r.IntN(256), r.IntN(256), r.IntN(256), in, w.address(), r.IntN(65536), 1024+r.IntN(60000))
	case 3: // Suricata EVE
		return fmt.Sprintf(`{"timestamp":"2026-11-29T12:%02d:%02d.%06d+0000","flow_id":%d,"event_type":"tls","src_ip":"%s","src_port":%d,"dest_ip":"%s","dest_port":443,"proto":"TCP","tls":{"subject":"CN=%s","sni":"%s","version":"TLS 1.3","ja3":{"hash":"%s"}}}`,
			t/60000%60, t/1000%60, r.IntN(1e6), r.Int64(), in, 1024+r.IntN(60000), w.address(), w.host(), w.host(), digest(r, 32))
	}
	return fmt.Sprintf("%d.%06d\tC%s\t%s\t%d\t%s\t80\ttcp\thttp\t%d.%06d\t%d\t%d\tSF\t-\t-\t0\tShADadFf\t%d\t%d\t%s", t/1000, r.IntN(1e6), word(r), in, 1024+r.IntN(60000), w.address(), r.IntN(60), r.IntN(1e6), r.IntN(9000), r.IntN(90000), r.IntN(40), r.IntN(4000), w.host())
}
