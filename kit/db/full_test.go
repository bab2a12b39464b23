package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"ward"
	"ward/kit/db"
	"ward/test/database"
	"ward/test/leave"
)

// A full disk refuses clearly, loses nothing acknowledged and recovers.
func TestFullDisk(t *testing.T) {
	t.Run("page limit", func(t *testing.T) {
		d := database.Open(t, database.SQLite)
		table(t, d)
		limit(t, d, 100)
		fill(t, d, func() { limit(t, d, 100_000) })
	})
	t.Run("small device", func(t *testing.T) {
		dir := t.TempDir()
		if err := mount(dir, "2m"); err != nil {
			leave.Out(t, "a device of 2 MB cannot be mounted here: %v", err)
		}
		t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
		d := database.Dial(t, "sqlite:"+filepath.Join(dir, "ward.db"))
		table(t, d)
		fill(t, d, func() {
			if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
				t.Fatal(err)
			}
		})
	})
}

func mount(dir, size string) error {
	if runtime.GOOS != "linux" {
		return errors.ErrUnsupported
	}
	return syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size)
}

func limit(t *testing.T, d *db.DB, pages int) {
	t.Helper()
	if _, err := d.Lite().Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
		t.Fatal(err)
	}
}

// fill writes from 16 goroutines until each is refused, checks that all that
// was acknowledged is there, makes room and writes on.
func fill(t *testing.T, d *db.DB, makeRoom func()) {
	t.Helper()
	var all sync.WaitGroup
	counts := make([]int, 16)
	for w := range counts {
		all.Go(func() {
			for {
				err := put(d, fmt.Sprintf("%02d-%04d", w, counts[w]), strings.Repeat("x", 2000))
				if err != nil {
					var e *ward.Error
					if !errors.As(err, &e) || e.Key != "error.disk_full" || e.Code != ward.Unavailable {
						t.Errorf("got %v, want error.disk_full", err)
					}
					return
				}
				counts[w]++
			}
		})
	}
	all.Wait()
	have := map[string]bool{}
	for _, id := range words(t, d) {
		have[id] = true
	}
	for w, n := range counts {
		for i := range n {
			if id := fmt.Sprintf("%02d-%04d", w, i); !have[id] {
				t.Errorf("row %s was acknowledged and is lost", id)
			}
		}
	}
	makeRoom()
	if err := put(d, "after", strings.Repeat("x", 20_000)); err != nil {
		t.Errorf("with room again: %v", err)
	}
	if err := d.Ping(context.Background()); err != nil {
		t.Error(err)
	}
}
