package logline

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestDescribe: a line read alone gives what it gives in its order, in all
// formats of one line for each entry.
func TestDescribe(t *testing.T) {
	for _, name := range []string{"text", "eve", "zeek", "zeek-json", "squid", "bind", "dnsmasq", "cef", "leef", "access", "web-error", "netfilter", "windows-json", "sysmon-linux", "m365"} {
		text, err := os.ReadFile(filepath.Join("testdata", name+".log"))
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Reference: reference}
		reader, err := NewReader(Auto, bytes.NewReader(text), o)
		if err != nil {
			t.Fatal(err)
		}
		x := NewDescriber(Auto, text, o)
		seen := 0
		for {
			rec, err := reader.Next()
			if err == io.EOF {
				break
			}
			got := x.Describe(bytes.Clone(rec.Raw))
			if got == nil || !got.Time.Equal(rec.Time) || len(got.Fields) != len(rec.Fields) || got.Format != rec.Format {
				t.Fatalf("%s line %d: got %v, want %v", name, rec.Line, got, rec)
			}
			for i := range got.Fields {
				if got.Fields[i].Name != rec.Fields[i].Name || !bytes.Equal(got.Fields[i].Value, rec.Fields[i].Value) {
					t.Errorf("%s line %d: got %v, want %v", name, rec.Line, got.Fields[i], rec.Fields[i])
				}
			}
			seen++
		}
		if seen == 0 || x.Format() != reader.Format() {
			t.Errorf("%s: %d records, described as %s", name, seen, x.Format())
		}
	}
}

// TestDescribeColumns: the heading of a table is learnt from the head of the log.
func TestDescribeColumns(t *testing.T) {
	csv := []byte("\xef\xbb\xbftime,src_ip,user\r\n2026-11-29T10:00:00Z,192.0.2.1,anna\r\n")
	rec := NewDescriber(Auto, csv, Options{}).Describe([]byte("2026-11-29T10:00:01Z,192.0.2.9,bert"))
	if rec == nil || string(rec.Normal(SrcIP)) != "192.0.2.9" || rec.Time.IsZero() {
		t.Errorf("CSV: got %v", rec)
	}
	iis := []byte("#Software: IIS\n#Fields: date time c-ip cs-username\n2026-11-29 10:00:00 192.0.2.1 -\n")
	rec = NewDescriber(Auto, iis, Options{}).Describe([]byte("2026-11-29 10:00:01 192.0.2.9 anna"))
	if rec == nil || string(rec.Normal(User)) != "anna" || rec.Time.IsZero() {
		t.Errorf("W3C: got %v", rec)
	}
	excel := []byte("sep=;\r\nTime;src_ip;user\r\n2026-11-29 10:00:00;192.0.2.1;anna\r\n")
	rec = NewDescriber(Auto, excel, Options{}).Describe([]byte("2026-11-29 10:00:01;192.0.2.9;bert"))
	if rec == nil || string(rec.Normal(SrcIP)) != "192.0.2.9" || rec.Time.IsZero() {
		t.Errorf("CSV for Excel: got %v", rec)
	}
	list := []byte("[\n{\"time\":\"2026-11-29T10:00:00Z\",\"src_ip\":\"192.0.2.1\"},\n")
	rec = NewDescriber(Auto, list, Options{}).Describe([]byte(` {"time":"2026-11-29T10:00:01Z","src_ip":"192.0.2.9"},`))
	if rec == nil || string(rec.Normal(SrcIP)) != "192.0.2.9" || rec.Time.IsZero() {
		t.Errorf("a list of JSON: got %v", rec)
	}
	if got := NewDescriber(Auto, csv, Options{}).Describe([]byte("too,few")); got != nil {
		t.Errorf("a broken line: got %v", got)
	}
	if got := NewDescriber(Auto, []byte("ElfFile\x00"), Options{}).Describe([]byte("\x00\x01x")); got != nil {
		t.Errorf("EVTX: got %v", got)
	}
}

func FuzzDescribe(f *testing.F) {
	f.Add([]byte("#separator \\x09\n#fields\tts\tx\n"), []byte("1\t2"))
	f.Add([]byte("a,b,c\n1,2,3\n"), []byte("\"x\",,"))
	f.Fuzz(func(t *testing.T, head, line []byte) {
		if rec := NewDescriber(Auto, head, Options{Reference: reference}).Describe(line); rec != nil {
			for _, n := range Normals {
				rec.Normal(n)
			}
		}
	})
}
