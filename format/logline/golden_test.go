package logline

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files")

var reference = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// render writes the records and counts of a log, as the golden files hold them.
func render(t testing.TB, f Format, r io.Reader) string {
	reader, err := NewReader(f, r, Options{Reference: reference})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for {
		rec, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		stamp := "unknown time"
		if !rec.Time.IsZero() {
			stamp = rec.Time.Format("2006-01-02T15:04:05.999999999Z07:00")
		}
		fmt.Fprintf(&b, "%d@%d %s %s\n", rec.Line, rec.Offset, rec.Format, stamp)
		for _, f := range rec.Fields {
			if f.Value == nil {
				fmt.Fprintf(&b, "\t%s null\n", f.Name)
				continue
			}
			fmt.Fprintf(&b, "\t%s = %q\n", f.Name, f.Value)
		}
		for _, n := range Normals {
			if v := rec.Normal(n); v != nil {
				fmt.Fprintf(&b, "\t-> %s %s\n", n, v)
			}
		}
	}
	c := reader.Counts()
	fmt.Fprintf(&b, "%s: %d records, %d timed, %d of other formats, %d lines\n", reader.Format(), c.Records, c.Timed, c.Other, c.Lines)
	var refused []string
	for why, n := range c.Refused {
		refused = append(refused, fmt.Sprintf("%d %s\n", n, why))
	}
	slices.Sort(refused)
	return b.String() + strings.Join(refused, "")
}

// TestGolden reads one log of each format, recognised by itself and named. They
// are made from the formats' own documents: Suricata user guide 17, Zeek "Zeek
// Log Formats", Squid "access.log", BIND 9 ARM "Query log", dnsmasq(8), RFC 3164,
// RFC 5424 6.5, RFC 6587, ArcSight CEF 26, IBM LEEF 2, Apache "Log Files", Linux
// "audit" field dictionary, RFC 4180, W3C WD-logfile, DICOM PS3.15 A.5.
func TestGolden(t *testing.T) {
	logs, err := filepath.Glob("testdata/*.log")
	if err != nil || len(logs) == 0 {
		t.Fatal("no logs", err)
	}
	for _, log := range logs {
		name := strings.TrimSuffix(filepath.Base(log), ".log")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			got := render(t, Auto, bytes.NewReader(text))
			file := strings.TrimSuffix(log, ".log") + ".golden"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("records differ from %s (renew with -update):\n%s", file, got)
			}
			if Recognise(text) == Format(name) { // what comes in syslog is recognised as syslog
				if named := render(t, Format(name), bytes.NewReader(text)); named != got {
					t.Errorf("read as %s it gives\n%s\nand by itself\n%s", name, named, got)
				}
			}
		})
	}
}
