package follow

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ward/detect/sensor/agent"
	"ward/format/indicator"
)

// TestColumnsAfterARestart: columns that a heading in the middle of a log has named anew are
// known when the log is gone on with.
func TestColumnsAfterARestart(t *testing.T) {
	var b indicator.Builder
	if _, err := indicator.Read("l.txt", strings.NewReader("evil.example\n"), indicator.Options{}, b.Add); err != nil {
		t.Fatal(err)
	}
	x, err := indicator.Open(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	const heading = "#separator \\x09\n#fields\tts\tid.orig_h\tnote\n"
	text := heading + "1795946400.0\t10.0.0.1\tx\n" + strings.Replace(heading, "id.orig_h\tnote", "note\tid.orig_h", 1) +
		strings.Repeat("1795946400.0\tx\t10.0.0.1\n", turn/12) + "1795946400.0\tevil.example\t10.0.0.9\n"
	for _, packed := range []bool{false, true} {
		w := newWorld(t, "conn.log*")
		w.write("conn.log", text)
		if packed {
			w.pack("conn.log")
		}
		var got []string
		w.shown = func(g *agent.Growing, text []byte, at int64, whole bool) {
			agent.NewLooker(agent.LookConfig{Index: x, Now: w.now}).Look(g, text, at, whole, func(h *agent.Hit) { got = append(got, fmt.Sprint(h.Host, h.Fields)) })
		}
		w.start()
		for len(w.pending) < 2 {
			w.f.Step()
		}
		w.commit()
		if len(got) != 0 {
			t.Fatal("it was read at once")
		}
		w.kill()
		w.steps(2)
		if want := "10.0.0.9map[note:evil.example]"; !slices.Equal(got, []string{want}) {
			t.Errorf("packed %v: %q, want %q", packed, got, want)
		}
	}
}
