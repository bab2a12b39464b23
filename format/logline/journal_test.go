package logline

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
)

// TestLongJournalValue: a value in bytes that is longer than the bound is cut; what it
// holds is no entry, and the next one is read.
func TestLongJournalValue(t *testing.T) {
	var b bytes.Buffer
	value := strings.Repeat("x\n\n__REALTIME_TIMESTAMP=1795946400000000\nMESSAGE=made up\n\n", 200_000)
	b.WriteString("__REALTIME_TIMESTAMP=1795946400000000\n_COMM=app\nMESSAGE\n")
	_ = binary.Write(&b, binary.LittleEndian, uint64(len(value)))
	b.WriteString(value + "\n_HOSTNAME=one\n\n__REALTIME_TIMESTAMP=1795946401000000\n_HOSTNAME=two\nMESSAGE=next\n\n")
	r, err := NewReader(Journal, &b, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var hosts []string
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		hosts = append(hosts, string(rec.Get("hostname")))
		if first := len(hosts) == 1; rec.Cut != first || first && len(rec.Get("MESSAGE")) < 1000 {
			t.Errorf("entry %d: cut %v, %d bytes", len(hosts), rec.Cut, len(rec.Get("MESSAGE")))
		}
	}
	if strings.Join(hosts, " ") != "one two" {
		t.Errorf("%d entries: %.200q", len(hosts), hosts)
	}
}
