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
				c := childOf("restore", cfg.Data, cfg.Database, path)
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

// childEnv tells the test binary that it is a process to be killed, and what to
// do: see child.
const childEnv = "WARD_TEST_UPKEEP_CHILD"

// childOf is that process, not started yet.
func childOf(work ...string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childEnv+"="+strings.Join(work, "|"))
	return c
}

// child does the work of childOf: what, the folder and database of a house, and
// the archive to restore from, or the database to move to and the moment to die.
func child(work []string) error {
	if len(work) < 4 || work[0] == "move" && len(work) < 5 {
		return fmt.Errorf("a child has no such work: %q", work)
	}
	cfg, err := settingsOf(work[1], work[2])
	switch {
	case err != nil:
		return err
	case work[0] == "move":
		return dieMoving(cfg, work[3], work[4])
	}
	_, err = upkeep.Restore(ctx, cfg, work[3], upkeep.RestoreOptions{})
	return err
}
