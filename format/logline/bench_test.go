package logline

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkReader reads the golden log of each format over and over, 8 MB of it.
func BenchmarkReader(b *testing.B) {
	for _, name := range []string{"text", "eve", "zeek", "zeek-json", "windows-json", "windows-xml", "squid", "bind", "dnsmasq", "syslog", "cef", "leef", "access", "netfilter", "auditd", "csv", "w3c", "atna"} {
		text, err := os.ReadFile(filepath.Join("testdata", name+".log"))
		if err != nil {
			b.Fatal(err)
		}
		text = bytes.TrimSuffix(text, []byte("\n"))
		text = []byte(strings.Repeat(string(text)+"\n", 8<<20/len(text)))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				reader, err := NewReader(Auto, bytes.NewReader(text), Options{Reference: reference})
				if err != nil {
					b.Fatal(err)
				}
				for err == nil {
					_, err = reader.Next()
				}
				if err != io.EOF {
					b.Fatal(err)
				}
			}
		})
	}
}
