package id_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ward"
	"ward/kit/clock"
	"ward/kit/id"
)

// All of one millisecond, and of a clock that went back, stay in order.
func TestIDsGrow(t *testing.T) {
	f := clock.NewFake(time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC))
	next := id.New(f.Now)
	var all []string
	for i := range 10_000 {
		if i == 5000 {
			f.Advance(-time.Hour)
		}
		all = append(all, next())
	}
	if !slices.IsSorted(all) || len(slices.Compact(all)) != 10_000 {
		t.Error("ids are not strictly increasing")
	}
	for _, s := range all {
		if !ward.ValidID(s) || s[14] != '7' || !strings.ContainsRune("89ab", rune(s[19])) {
			t.Fatalf("%s is no UUIDv7", s)
		}
	}
	if !strings.HasPrefix(all[0], "019df0ef-8028-7") {
		t.Errorf("first id %s does not begin with its millisecond", all[0])
	}
}

func TestIDsAreUniqueAmongGoroutines(t *testing.T) {
	next := id.New(clock.System())
	var mu sync.Mutex
	seen := map[string]bool{}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				s := next()
				mu.Lock()
				seen[s] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if len(seen) != 8000 {
		t.Errorf("got %d different ids, want 8000", len(seen))
	}
}

func TestCounted(t *testing.T) {
	next := id.Counted()
	next()
	if got, want := next(), "00000000-0000-7000-8000-000000000002"; got != want || !ward.ValidID(got) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSecret(t *testing.T) {
	a, b := id.Secret(128), id.Secret(128)
	if len(a) != 26 || a == b || strings.Trim(a, "abcdefghijkmnpqrstuvwxyz23456789") != "" {
		t.Errorf("got %s and %s, want two different words of 26 letters and digits", a, b)
	}
	if got := len(id.Secret(1)); got != 2 {
		t.Errorf("one bit: got %d letters, want those of a byte", got)
	}
}
