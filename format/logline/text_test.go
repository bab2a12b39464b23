package logline

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// TestSearchableEvents: a binary log as text has the fields that its own reader
// gives, and is recognised.
func TestSearchableEvents(t *testing.T) {
	walk(t, "logs/sigma-regression-evtx", func(name string, r io.Reader) error {
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		text, refused := Searchable(bytes.NewReader(data))
		lines, err := io.ReadAll(text)
		if err != nil || len(refused()) > 0 || Recognise(lines) != WindowsJSON {
			t.Errorf("%s: %v, refused %v, recognised as %s", name, err, refused(), Recognise(lines))
		}
		want, got := fieldsOf(t, bytes.NewReader(data)), fieldsOf(t, bytes.NewReader(lines))
		for field, value := range want {
			if got[field] != value {
				t.Errorf("%s: %s: got %q, want %q", name, field, got[field], value)
			}
		}
		return nil
	})
	broken, refused := Searchable(strings.NewReader("ElfFile\x00 but no more"))
	if text, err := io.ReadAll(broken); err != nil || len(text) > 0 || refused()[BadChunk] != 1 {
		t.Errorf("got %q, %v, %v", text, err, refused())
	}
}

func TestAppendJSON(t *testing.T) {
	var r Record
	for _, f := range [][2]string{{"a", "x\"\\\n\x01é"}, {"b", "1"}, {"a", "y"}, {"c", ""}} {
		r.add(f[0], []byte(f[1]))
	}
	line := string(r.appendJSON(nil))
	var got struct {
		A []string
		B string
		C *string
	}
	if err := json.Unmarshal([]byte(line), &got); err != nil || len(got.A) != 2 || got.A[0] != "x\"\\\n\x01é" || got.A[1] != "y" || got.B != "1" || got.C == nil {
		t.Errorf("%v of %s", err, line)
	}
}

// TestErrorLogsNameTheirServer: Sigma's rules about error logs state a service alone.
func TestErrorLogsNameTheirServer(t *testing.T) {
	for line, want := range map[string]string{
		"[Sun Nov 29 10:00:00.123456 2026] [core:error] [pid 3] [client 192.0.2.4:5123] exit signal Segmentation Fault\n": "apache",
		"2026/11/29 10:00:02 [alert] 123#456: worker process 7 exited on signal 6 (core dumped)\n":                        "nginx",
	} {
		r, err := NewReader(Auto, strings.NewReader(line), Options{})
		if err != nil {
			t.Fatal(err)
		}
		rec, err := r.Next()
		if err != nil || rec.Source().Service != want || rec.Source().Category != "webserver" {
			t.Errorf("%s: %v, %v", line, rec.Source(), err)
		}
	}
}
