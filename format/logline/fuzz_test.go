package logline

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// seeds adds the golden logs of the given formats, cut in half as well.
func seeds(f *testing.F, names ...string) {
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("testdata", name+".log"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		f.Add(text[:len(text)/2])
	}
}

// drain reads everything and holds what every reader promises: an end, values
// within bounds, offsets that rise and lie in the text, and the same records
// whatever the pieces in which the text comes.
func drain(t *testing.T, format Format, text []byte) {
	o := Options{Reference: reference, MaxLine: 4096}
	reader, err := NewReader(format, bytes.NewReader(text), o)
	if err != nil {
		t.Fatal(err)
	}
	slow, err := NewReader(format, iotest.OneByteReader(bytes.NewReader(text)), o)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		a, errA := reader.Next()
		b, errB := slow.Next()
		if errA != errB {
			t.Fatalf("record %d: %v, in single bytes %v", n, errA, errB)
		}
		if errA == io.EOF {
			break
		}
		if errA != nil || n > len(text)+1 {
			t.Fatalf("record %d: %v", n, errA)
		}
		if len(a.Fields) != len(b.Fields) || !a.Time.Equal(b.Time) || a.Format != b.Format || a.Offset != b.Offset || a.Line != b.Line || !bytes.Equal(a.Raw, b.Raw) {
			t.Fatalf("record %d differs when read in single bytes", n)
		}
		if len(a.Fields) > maxFields || len(a.Raw) > 4096*documentTimes {
			t.Fatalf("record %d is out of bounds", n)
		}
		for i := range a.Fields {
			if len(a.Fields[i].Name) > maxName || !bytes.Equal(a.Fields[i].Value, b.Fields[i].Value) {
				t.Fatalf("record %d: field %q", n, a.Fields[i].Name)
			}
		}
		for _, normal := range Normals {
			a.Normal(normal)
		}
		a.Source()
	}
}

func fuzz(f *testing.F, format Format, names ...string) {
	seeds(f, names...)
	f.Fuzz(func(t *testing.T, text []byte) { drain(t, format, text) })
}

func FuzzAuto(f *testing.F) {
	fuzz(f, Auto, "eve", "syslog", "csv", "windows-xml", "text", "json-document")
}
func FuzzJSON(f *testing.F)    { fuzz(f, JSON, "eve", "json-document", "cloudtrail", "m365") }
func FuzzWindows(f *testing.F) { fuzz(f, WindowsJSON, "windows-json") }
func FuzzZeek(f *testing.F)    { fuzz(f, Zeek, "zeek") }
func FuzzW3C(f *testing.F)     { fuzz(f, W3C, "w3c") }
func FuzzSyslog(f *testing.F) {
	fuzz(f, Syslog, "syslog", "syslog-framed", "sysmon-linux", "dnsmasq", "netfilter", "atna")
}
func FuzzCEF(f *testing.F)        { fuzz(f, CEF, "cef") }
func FuzzLEEF(f *testing.F)       { fuzz(f, LEEF, "leef") }
func FuzzAccess(f *testing.F)     { fuzz(f, Access, "access") }
func FuzzWebError(f *testing.F)   { fuzz(f, WebError, "web-error") }
func FuzzSquid(f *testing.F)      { fuzz(f, Squid, "squid") }
func FuzzBIND(f *testing.F)       { fuzz(f, BIND, "bind") }
func FuzzWindowsDNS(f *testing.F) { fuzz(f, WindowsDNS, "windows-dns") }
func FuzzKeyValue(f *testing.F)   { fuzz(f, KeyValue, "key-value") }
func FuzzNetfilter(f *testing.F)  { fuzz(f, Netfilter, "netfilter") }
func FuzzAuditd(f *testing.F)     { fuzz(f, Auditd, "auditd", "ausearch", "ausearch-raw") }
func FuzzJournal(f *testing.F)    { fuzz(f, Journal, "journal", "journal-json") }
func FuzzCSV(f *testing.F)        { fuzz(f, CSV, "csv") }
func FuzzWindowsXML(f *testing.F) { fuzz(f, WindowsXML, "windows-xml") }
func FuzzATNA(f *testing.F)       { fuzz(f, ATNA, "atna") }

// FuzzDecode: UTF-16 becomes valid UTF-8 whatever the pieces.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xff\xfea\x00\x3d\xd8\x00\xde"))
	f.Add([]byte("\xfe\xff\x00a\xd8\x3d"))
	f.Add([]byte("\xef\xbb\xbfabc"))
	f.Fuzz(func(t *testing.T, text []byte) {
		whole, err := io.ReadAll(Decode(bytes.NewReader(text)))
		pieces, err2 := io.ReadAll(Decode(iotest.OneByteReader(bytes.NewReader(text))))
		if err != nil || err2 != nil || !bytes.Equal(whole, pieces) {
			t.Errorf("got %q %v, in pieces %q %v", whole, err, pieces, err2)
		}
		if utf16 := bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")); utf16 && strings.ToValidUTF8(string(whole), "?") != string(whole) {
			t.Errorf("not UTF-8: %q", whole)
		}
	})
}
