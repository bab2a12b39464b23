package upkeep_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ward/app/upkeep"
)

// TestKilledRestore is killed at many moments. After each the same restore is
// begun again, without a word of --replace, and after the last it succeeds.
func TestKilledRestore(t *testing.T) {
	for _, kind := range kinds {
		t.Run(string(kind), func(t *testing.T) {
			cfg, path := fresh(t, kind), yearArchive(t)
			const blows = 6
			killed := 0
			for n := range blows {
				c := exec.Command(os.Args[0], "-test.run=^TestChildRestores$")
				c.Env = append(os.Environ(), "WARD_TEST_RESTORE="+strings.Join([]string{cfg.Data, cfg.Database, path}, "|"))
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(40+110*n) * time.Millisecond)
				if c.Process.Kill() == nil {
					killed++
				}
				if err := c.Wait(); err == nil {
					break // it was faster than the blow
				}
			}
			if killed == 0 {
				t.Fatal("nothing was killed")
			}
			_, err := upkeep.Restore(ctx, cfg, path, upkeep.RestoreOptions{})
			if err != nil && !strings.Contains(err.Error(), "--replace") {
				t.Fatalf("after the blows: %v", err)
			}
			answers(t, cfg)
		})
	}
}

// TestChildRestores is what the test above kills.
func TestChildRestores(t *testing.T) {
	place := strings.Split(os.Getenv("WARD_TEST_RESTORE"), "|")
	if len(place) != 3 {
		t.Skip("left out: this is the child of TestKilledRestore")
	}
	if _, err := upkeep.Restore(ctx, settings(t, place[0], place[1]), place[2], upkeep.RestoreOptions{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		t.Fatal(err)
	}
}
