package watch

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ward/detect/sensor/agent/spool"
	"ward/kit/clock"
)

// TestNewIndicatorsAreAskedOfTheMemory: what a bundle or a list of the hospital brings is
// told as seen before, for each computer once, over restarts and lists that come again.
func TestNewIndicatorsAreAskedOfTheMemory(t *testing.T) {
	c := newCentre(t)
	own := filepath.Join(t.TempDir(), "own.txt")
	put(t, own, "nothing.example\n")
	path, logs := settings(t, c, "[local]\nindicators = [\""+own+"\"]\n")
	day := func(n int) string { return time.Now().UTC().AddDate(0, 0, -n).Format("2006-01-02T15:04:05Z") }
	put(t, filepath.Join(logs, "app.log"), day(19)+" pc-1 app: GET http://a.new.example/x\n"+day(18)+" pc-1 app: GET http://b.new.example/x\n"+
		day(3)+" pc-2 app: GET http://c.new.example/x\n"+day(3)+" pc-2 app: connect 198.51.100.7\n")
	s, stop := sensor(t, path)
	lines := func(n int64) {
		t.Helper()
		until(t, "the lines", func() bool { st, err := ReadStatus(s.State); return err == nil && st.Lines >= n })
	}
	lines(4)
	c.offer("b-2", "evil.example", "new.example")
	until(t, "both computers", func() bool { return c.count("new.example at pc-1") == 2 && c.count("new.example at pc-2") == 1 })
	c.mu.Lock()
	if c.before["new.example at pc-1"] != 2 || c.before["new.example at pc-2"] != 2 {
		t.Errorf("seen before: %v", c.before)
	}
	c.mu.Unlock()
	put(t, filepath.Join(logs, "app.log"), time.Now().UTC().Add(-2*time.Minute).Format("2006-01-02T15:04:05Z")+" pc-2 app: GET http://d.new.example/x\n") // is looked at with it
	until(t, "the line that came later", func() bool { return c.count("new.example at pc-2") == 2 })
	stop()

	c.offer("b-3", "evil.example") // taken back, and given again
	_, stop = sensor(t, path)
	until(t, "b-3", func() bool { st, err := ReadStatus(s.State); return err == nil && st.Target.Bundle == "b-3" })
	stop()
	put(t, own, "198.51.100.7\nnew.example\n")
	_, stop = sensor(t, path)
	until(t, "the hospital's own", func() bool { return c.count("198.51.100.7 at pc-2") == 1 })
	put(t, filepath.Join(logs, "app.log"), day(0)+" pc-3 app: GET http://evil.example/x\n")
	until(t, "a line behind all", func() bool { return c.count("evil.example at pc-3") == 1 })
	stop()
	if a, b, o := c.count("new.example at pc-1"), c.count("new.example at pc-2"), c.count("198.51.100.7 at pc-2"); a != 2 || b != 2 || o != 1 {
		t.Errorf("told again: %d, %d, %d", a, b, o)
	}
	st, err := ReadStatus(s.State)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	st.Write(&out)
	if st.Recalled.Seen != 2 || !strings.Contains(out.String(), "domain new.example: first seen") || !strings.Contains(out.String(), "19 days before, on 2 computers") {
		t.Errorf("%+v\n%s", st.Recalled, out.String())
	}
}

// TestAskedOnceThroughAKill: what was asked is known by the spool where the file of it
// was not written any more.
func TestAskedOnceThroughAKill(t *testing.T) {
	c := newCentre(t)
	path, logs := settings(t, c, "")
	put(t, filepath.Join(logs, "app.log"), "2026-11-29T10:00:00Z pc-1 app: GET http://a.new.example/x\n")
	s, stop := sensor(t, path)
	until(t, "the line", func() bool { st, err := ReadStatus(s.State); return err == nil && st.Lines == 1 })
	file := filepath.Join(s.RetroDir(), "asked")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c.offer("b-2", "evil.example", "new.example")
	until(t, "the hit", func() bool { return c.count("new.example at pc-1") == 1 })
	stop()
	// As a kill leaves it between the commit of the hits and the file: the old file, and
	// in the spool the keys that were asked.
	after, err := os.ReadFile(file)
	if err != nil || bytes.Equal(before, after) {
		t.Fatal("nothing was noted", err)
	}
	if err := os.WriteFile(file, before, 0o600); err != nil {
		t.Fatal(err)
	}
	var keys []uint64
	for b := after[16:]; len(b) > 0; b = b[12:] {
		keys = append(keys, binary.LittleEndian.Uint64(b))
	}
	raw, err := json.Marshal(keys)
	if err != nil {
		t.Fatal(err)
	}
	sp, err := spool.Open(spool.Config{Dir: filepath.Join(s.State, "spool"), Now: clock.System()})
	if err != nil {
		t.Fatal(err)
	}
	if err := sp.Commit(map[string]json.RawMessage{askedName: raw}, nil); err != nil {
		t.Fatal(err)
	}
	if err := sp.Close(); err != nil {
		t.Fatal(err)
	}
	_, stop = sensor(t, path)
	put(t, filepath.Join(logs, "app.log"), "2026-11-29T11:00:00Z pc-3 app: GET http://evil.example/x\n")
	until(t, "a line behind", func() bool { return c.count("evil.example at pc-3") == 1 })
	stop()
	if n := c.count("new.example at pc-1"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// TestARefusedBatchHoldsNothingUp: what the Centre takes for no batch at all is
// counted and told, and what waits behind it is sent.
func TestARefusedBatchHoldsNothingUp(t *testing.T) {
	c := newCentre(t)
	c.offer("b-1", "evil.example", "other.example")
	c.refuse = "evil.example"
	path, logs := settings(t, c, "")
	s, stop := sensor(t, path)
	put(t, filepath.Join(logs, "app.log"), time.Now().UTC().Format("2006-01-02T15:04:05Z")+" pc-1 app: GET http://evil.example/x\n")
	until(t, "the refusal", func() bool { st, err := ReadStatus(s.State); return err == nil && st.Refused == 1 })
	put(t, filepath.Join(logs, "app.log"), time.Now().UTC().Format("2006-01-02T15:04:05Z")+" pc-1 app: GET http://other.example/x\n")
	until(t, "what came after it", func() bool { return c.count("other.example at pc-1") == 1 })
	stop()
}
