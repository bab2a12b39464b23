package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ward/detect/sensor/agent"
	"ward/detect/sensor/agent/spool"
	"ward/format/detection"
	"ward/format/indicator"
	"ward/kit/clock"
)

// TestLongEntriesAreNoEnd: an entry of the journal that is longer than the bound is looked
// at to its end in parts, and the next one is read. The position moves behind its last part.
// A program that ends within it and is started again has nothing looked at twice.
func TestLongEntriesAreNoEnd(t *testing.T) {
	long := `{"__CURSOR":"s=1;i=2","MESSAGE":"` + strings.Repeat("many words ", maxEntry/4) + `evil.example"}`
	text := long + "\n" + `{"__CURSOR":"s=1;i=3","MESSAGE":"next"}` + "\n"
	file := filepath.Join(t.TempDir(), "journal")
	program := filepath.Join(t.TempDir(), "journalctl")
	if err := errors.Join(os.WriteFile(file, []byte(text[:5*maxEntry/2]), 0o600), os.WriteFile(program, []byte("#!/bin/sh\ncat "+file+"\n"), 0o700)); err != nil {
		t.Fatal(err)
	}
	s := &Settings{}
	s.Journal.Program = program
	out, at := make(chan entry, 100), place{}
	if err := s.journalOnce(t.Context(), &at, out, func() {}); err != nil || at.cursor != "" || len(out) == 0 {
		t.Fatal(err, at)
	}
	if err := errors.Join(os.WriteFile(file, []byte(text), 0o600), s.journalOnce(t.Context(), &at, out, func() {})); err != nil || at.cursor != "s=1;i=3" {
		t.Fatal(err, at)
	}
	close(out)
	var got []byte
	var cursors []string
	for e := range out {
		if len(e.line) > maxEntry+64<<10 {
			t.Errorf("a part of %d bytes", len(e.line))
		}
		if e.part {
			got = append(got, e.line...)
		}
		if e.cursor != "" {
			cursors = append(cursors, e.cursor)
		}
	}
	if string(got) != long+"\n" || !slices.Equal(cursors, []string{"s=1;i=2", "s=1;i=3"}) {
		t.Errorf("%d bytes of %d, %v", len(got), len(long)+1, cursors)
	}
}

// TestLongLinesAreLookedAtWhole: a line that does not fit is looked at in pieces, whatever
// brought it.
func TestLongLinesAreLookedAtWhole(t *testing.T) {
	var b indicator.Builder
	in, err := indicator.Parse("evil.example")
	if err := errors.Join(err, b.Add(in)); err != nil {
		t.Fatal(err)
	}
	x, err := indicator.Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{cfg: Config{Now: clock.System()}, logs: map[string]*agent.Growing{}, looker: agent.NewLooker(agent.LookConfig{Index: x, Now: clock.System()})}
	lines := [][]byte{[]byte(strings.Repeat("word ", agent.Room/3) + "evil.example\n"), []byte("evil.example\n")}
	w.drain("journal", func() ([]byte, bool, bool) {
		if len(lines) == 0 {
			return nil, false, false
		}
		line := lines[0]
		lines = lines[1:]
		return line, false, true
	})
	if w.hits != 2 || w.extra != 2 {
		t.Errorf("%d hits, %d lines", w.hits, w.extra)
	}
}

// TestJournalFields: a program may give a field more than once, or in bytes that are no
// text; its message is looked at all the same.
func TestJournalFields(t *testing.T) {
	for text, want := range map[string]string{
		`{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1","MESSAGE":["one evil.example","two"],"SYSLOG_IDENTIFIER":["a","b"],"_HOSTNAME":"h"}`: "1970-01-01T00:00:00.000001Z h a_b: one evil.example two\n",
		`{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1","MESSAGE":[77,252,108],"SYSLOG_IDENTIFIER":[255,65],"_PID":"7"}`:                     "1970-01-01T00:00:00.000001Z localhost ÿA[7]: Mül\n",
		`{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1","MESSAGE":[[77,252],"x"],"_COMM":"c"}`:                                               "1970-01-01T00:00:00.000001Z localhost c: Mü x\n",
	} {
		if e, ok := journalEntry([]byte(text)); !ok || string(e.line) != want {
			t.Errorf("%s\n got %q\nwant %q", text, e.line, want)
		}
	}
}

// TestMoreHitsThanAFrameHolds: what somebody wrote into a log so that all hits of it do
// not fit into one commit must not hold the sensor for ever.
func TestMoreHitsThanAFrameHolds(t *testing.T) {
	x, err := spool.Open(spool.Config{Dir: t.TempDir(), Now: clock.System()})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	w := &watcher{cfg: Config{Now: clock.System()}, s: &Settings{State: t.TempDir()}, spool: x}
	w.status.Faults = map[string]string{}
	hits := make([]detection.Hit, 1000)
	for i := range hits {
		hits[i] = detection.Hit{Kind: detection.KindIndicator, Subject: fmt.Sprintf("pc-%d", i), Fields: map[string]string{}}
		for f := range detection.MaxFields {
			hits[i].Fields[fmt.Sprint(f)] = strings.Repeat("<", detection.MaxValue)
		}
	}
	if !w.keep(context.Background(), map[string]json.RawMessage{"file/1": json.RawMessage("1")}, hits) {
		t.Fatal("not kept")
	}
	if n := x.Stats().Waiting; n != int64(len(hits)) || string(x.Positions()["file/1"]) != "1" {
		t.Errorf("%d hits wait, positions %v", n, x.Positions())
	}
}
