package alert

import (
	"testing"

	"ward"
)

func TestParseID(t *testing.T) {
	if i, o, ok := ParseID("1042-77"); !ok || i != 1042 || o != 77 {
		t.Errorf("got %d %d %v", i, o, ok)
	}
	for _, bad := range []ward.AlertID{"", "1", "1-", "-1-2", "1-2-3", "01-2", "1-02", "+1-2", "0-1", "1-0", "a-b", "1 -2", "99999999999999999999-1"} {
		if _, _, ok := ParseID(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}
