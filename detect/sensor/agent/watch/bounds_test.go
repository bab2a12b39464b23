package watch

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"ward/detect/sensor/agent/spool"
	"ward/format/detection"
	"ward/kit/clock"
)

// TestLongEntriesAreNoEnd: an entry of the journal that is longer than the bound is looked
// at as far as the bound goes, and the next one is read.
func TestLongEntriesAreNoEnd(t *testing.T) {
	long := `{"__CURSOR":"s=1;i=2","MESSAGE":"evil.example ` + strings.Repeat("x", maxEntry) + `"}`
	in := bufio.NewReaderSize(strings.NewReader(long+"\n"+`{"__CURSOR":"s=1;i=3","MESSAGE":"next"}`+"\n"), 64<<10)
	text, whole, err := line(in)
	e, ok := journalHead(text)
	if whole || err != nil || len(text) != maxEntry || !ok || e.cursor != "s=1;i=2" || !strings.Contains(string(e.line[:100]), "evil.example") || e.line[len(e.line)-1] != '\n' {
		t.Errorf("the long one: %v, %v, %d bytes, %q", whole, err, len(text), e.cursor)
	}
	text, whole, err = line(in)
	if e, ok := journalEntry(text); !whole || err != nil || !ok || e.cursor != "s=1;i=3" {
		t.Errorf("the next one: %v, %v, %q", whole, err, text)
	}
	if _, _, err := line(in); err != io.EOF {
		t.Errorf("the end: %v", err)
	}
	if _, ok := journalHead([]byte("no cursor in it")); ok {
		t.Error("an entry without a cursor is taken")
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
