package watch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLocalListsWorkWithoutACentre: from the first minute, changed on the disk while it
// runs, and one that cannot be read costs itself alone.
func TestLocalListsWorkWithoutACentre(t *testing.T) {
	c := newCentre(t)
	c.setDown(true)
	dir := t.TempDir()
	own, rules := filepath.Join(dir, "own.txt"), filepath.Join(dir, "rules")
	if err := os.Mkdir(rules, 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, own, "evil.local.example\n")
	path, logs := settings(t, c, "[local]\nindicators = [\""+own+"\", \""+filepath.Join(dir, "missing.txt")+"\"]\nrules = [\""+rules+"\"]\n")
	log := filepath.Join(logs, "app.log")
	put(t, log, "2026-11-29T10:00:00Z pc-1 app: GET http://evil.local.example/x\n")
	s, stop := sensor(t, path)
	hits := func(what string, n int64) {
		t.Helper()
		until(t, what, func() bool { st, err := ReadStatus(s.State); return err == nil && st.Hits == n })
	}
	hits("a hit without a bundle", 1)
	until(t, "the faults of the list that is missing and of the centre", func() bool {
		st, err := ReadStatus(s.State)
		return err == nil && strings.Contains(st.Faults["local"], "missing.txt") && st.Faults["bundle"] != "" && st.Target.Bundle == ""
	})
	put(t, filepath.Join(rules, "ours.yml"), "title: Ours\nid: 33333333-3333-4333-8333-333333333333\nlogsource: {product: linux}\ndetection: {keywords: ['ransom note'], condition: keywords}\nlevel: high\n")
	put(t, filepath.Join(dir, "missing.txt"), "late.example\n")
	until(t, "the lists that changed", func() bool {
		st, err := ReadStatus(s.State)
		return err == nil && st.Target.Rules == 1 && st.Target.Indicators == 2 && st.Faults["local"] == ""
	})
	put(t, log, "2026-11-29T10:00:00Z pc-1 sshd[1]: a ransom note\n2026-11-29T10:00:00Z pc-2 app: GET http://late.example/x\n")
	hits("what the new lists name", 3)
	c.setDown(false)
	until(t, "the bundle, and all hits", func() bool {
		return c.count("evil.local.example at pc-1") == 1 && c.count("late.example at pc-2") == 1 && c.count("Ours at pc-1") == 1
	})
	put(t, log, "2026-11-29T10:00:00Z pc-3 app: GET http://evil.example/x http://late.example/x\n")
	until(t, "both lists", func() bool { return c.count("evil.example at pc-3") == 1 && c.count("late.example at pc-3") == 1 })
	stop()
}
