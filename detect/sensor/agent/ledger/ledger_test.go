package ledger

import (
	"encoding/json"
	"testing"
)

type place struct{ N int }

func sound(p place) bool { return p.N >= 0 }

// What is taken is read again by the next run, what was forgotten is gone, and a
// broken position is refused.
func TestLedger(t *testing.T) {
	l := New[place]("log/", "logs")
	if _, again, err := l.Read(nil, sound); again || err != nil {
		t.Fatal(again, err)
	}
	l.Move(1)
	l.Move(2)
	l.Forget(2)
	l.Move(3) // not there any more
	stored := l.Take(func(id uint64) (place, bool) { return place{5}, id == 1 })
	if len(stored) != 3 || string(stored["log/1"]) != `{"N":5}` || string(stored["log/2"]) != "null" || string(stored["logs"]) != "true" {
		t.Errorf("got %s", stored)
	}
	if next := l.Take(nil); len(next) != 0 {
		t.Errorf("nothing moved, and yet %s", next)
	}
	delete(stored, "log/2") // as the spool does
	stored["other/1"] = json.RawMessage(`"x"`)
	next := New[place]("log/", "logs")
	if got, again, err := next.Read(stored, sound); !again || err != nil || len(got) != 1 || got[1].N != 5 {
		t.Errorf("got %v, %v, %v", got, again, err)
	}
	if next := next.Take(nil); len(next) != 0 {
		t.Errorf("a second start says %s", next)
	}
	for _, bad := range []string{`{"N":-1}`, `[]`} {
		if _, _, err := next.Read(map[string]json.RawMessage{"log/7": json.RawMessage(bad)}, sound); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
	if _, _, err := next.Read(map[string]json.RawMessage{"log/x": json.RawMessage(`{}`)}, sound); err == nil {
		t.Error("a name without a number was read")
	}
}
