package logline

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward/format/pack"
	"ward/test/shared"
)

// walk opens every file under a folder or archive of the shared data.
func walk(t *testing.T, rel string, fn func(name string, r io.Reader) error) {
	t.Helper()
	err := filepath.Walk(shared.Path(t, rel), func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return pack.Walk(path, f, info.Size(), pack.Limits{}, func(entry string, r io.Reader) error {
			if info.Name() != entry && !strings.HasPrefix(info.Name(), entry) {
				entry = info.Name() + "/" + entry
			}
			return fn(entry, r)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// countAll reads a log to its end.
func countAll(t *testing.T, name string, r io.Reader) (Format, Counts) {
	reader, err := NewReader(Auto, r, Options{Reference: reference})
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := reader.Next(); err == io.EOF {
			return reader.Format(), reader.Counts()
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// TestSharedLogs reads real logs of which every entry is good: each is
// recognised, nothing is refused.
func TestSharedLogs(t *testing.T) {
	for rel, want := range map[string]Format{"logs/zeek-wrccdc-json": ZeekJSON, "logs/zeek-wrccdc-tsv": Zeek, "logs/zeek-rita": Zeek,
		"logs/otrf-windows-json": WindowsJSON, "logs/sigma-regression-evtx": EVTX, "logs/suricata-eve-expected": EVE} {
		records, wrong := 0, 0
		walk(t, rel, func(name string, r io.Reader) error {
			f, c := countAll(t, name, r)
			records += c.Records
			if f != want {
				wrong++ // one kind of Zeek log has no name that only Zeek uses
			}
			if len(c.Refused) > 0 || c.Cut > 0 {
				t.Errorf("%s: refused %v, cut %d", name, c.Refused, c.Cut)
			}
			return nil
		})
		if records == 0 || wrong > 1 {
			t.Errorf("%s: %d records, %d files not recognised as %s", rel, records, wrong, want)
		}
	}
}

// TestMixedServices reads the logs of 269 services, most of which have a format
// of their own: no line is lost but those that are broken in their format.
func TestMixedServices(t *testing.T) {
	lines, refused, formats := 0, 0, map[Format]int{}
	walk(t, "logs/crowdsec-service-logs.tar.gz", func(name string, r io.Reader) error {
		f, c := countAll(t, name, r)
		formats[f]++
		lines += c.Lines
		for _, n := range c.Refused {
			refused += n
		}
		return nil
	})
	t.Logf("%d lines, %d refused, formats %v", lines, refused, formats)
	if refused*20 > lines {
		t.Errorf("%d of %d lines refused", refused, lines)
	}
	if formats[Access] == 0 || formats[Syslog] == 0 || formats[Auditd] == 0 || formats[BIND] == 0 || formats[EVE] == 0 {
		t.Errorf("formats %v", formats)
	}
}

// TestEVTXAgainstJSON compares what we read of real EVTX files with what
// another program (evtx_dump) made of the same events, field by field.
func TestEVTXAgainstJSON(t *testing.T) {
	binary := map[string]map[string]string{}
	walk(t, "logs/sigma-regression-evtx", func(name string, r io.Reader) error {
		binary[strings.TrimSuffix(filepath.Base(name), ".evtx")] = fieldsOf(t, r)
		return nil
	})
	compared := 0
	walk(t, "logs/sigma-regression.tar.gz", func(name string, r io.Reader) error {
		want, ok := binary[strings.TrimSuffix(filepath.Base(name), ".json")]
		if !ok || !strings.HasSuffix(name, ".json") {
			return nil
		}
		compared++
		got := fieldsOf(t, r)
		delete(got, "Event_xmlns")
		delete(got, "Event.EventData_Name") // the name of the whole set of data
		for field, value := range want {
			if plain(got[field]) != plain(value) {
				t.Errorf("%s: %s: EVTX %q, JSON %q", name, field, value, got[field])
			}
			delete(got, field)
		}
		for field, value := range got {
			if value != "" {
				t.Errorf("%s: %s=%q is only in the JSON", name, field, value)
			}
		}
		return nil
	})
	if compared == 0 {
		t.Error("no event in both forms")
	}
}

func fieldsOf(t *testing.T, r io.Reader) map[string]string {
	reader, err := NewReader(Auto, r, Options{})
	if err != nil {
		t.Fatal(err)
	}
	rec, err := reader.Next()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range rec.Fields {
		out[f.Name] = string(f.Value)
	}
	return out
}

// plain takes off what the two write in their own ways: braces and case of
// GUIDs, the digits of a time, blanks at the end.
func plain(s string) string {
	s = strings.ToLower(strings.Trim(strings.TrimSpace(s), "{}"))
	if len(s) > 20 && s[4] == '-' && s[10] == 't' {
		s = s[:26]
	}
	return strings.TrimRight(strings.TrimSuffix(s, "z"), "0")
}

// TestEncodings reads the same lines in three encodings.
func TestEncodings(t *testing.T) {
	line := `{"time":"2026-11-29T10:00:00Z","text":"é😀"}` + "\r\n"
	var little, big bytes.Buffer
	little.WriteString("\xff\xfe")
	big.WriteString("\xfe\xff")
	for _, c := range wide(strings.Repeat(line, 5000)) {
		little.Write([]byte{byte(c), byte(c >> 8)})
		big.Write([]byte{byte(c >> 8), byte(c)})
	}
	for name, text := range map[string][]byte{"UTF-16LE": little.Bytes(), "UTF-16BE": big.Bytes(), "UTF-8 with mark": []byte("\xef\xbb\xbf" + strings.Repeat(line, 5000))} {
		reader, err := NewReader(Auto, bytes.NewReader(text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for {
			rec, err := reader.Next()
			if err == io.EOF {
				break
			}
			if n++; err != nil || string(rec.Get("text")) != "é😀" || rec.Time.IsZero() || rec.Line != n {
				t.Fatalf("%s: record %d: %v %v", name, n, rec, err)
			}
		}
		if n != 5000 || Recognise(text[:SampleSize]) != JSON {
			t.Errorf("%s: %d records, recognised as %s", name, n, Recognise(text[:SampleSize]))
		}
	}
}
