package harvest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"ward"
)

func TestBackoff(t *testing.T) {
	last := backoff(1)
	for n := 2; n < 100; n++ {
		if got := backoff(n); got < last || got.Hours() > 24 {
			t.Fatalf("backoff(%d) = %v after %v", n, got, last)
		} else {
			last = got
		}
	}
}

func TestUnique(t *testing.T) {
	got := unique([]entry{{url: "a"}, {url: "b"}, {url: "a", hashURL: "later"}})
	if len(got) != 2 || !slices.ContainsFunc(got, func(e entry) bool { return e.url == "b" }) {
		t.Errorf("got %v, want a and b", got)
	}
}

// TestCause: what is kept of a failed fetch is read by people, who know no keys.
func TestCause(t *testing.T) {
	for want, err := range map[string]error{
		"50 entries are gone at once": ward.Wrap("enrich", ward.Fail(ward.Conflict, "advisory.upload.error.shrunk").Because(errors.New("50 entries are gone at once"))),
		"byte 35: cut off":            ward.Fail(ward.Invalid, "advisory.upload.error.file").At("file").Because(errors.New("byte 35: cut off")),
		"connection closed":           errors.New("connection closed"),
	} {
		src := Source{Every: time.Hour}
		if src.outcome(err, time.Unix(0, 0)); src.Problem != want {
			t.Errorf("got %q, want %q", src.Problem, want)
		}
	}
}
