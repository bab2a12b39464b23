package keycheck

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestScan(t *testing.T) {
	dir := t.TempDir()
	for name, body := range map[string]string{
		"a.go":       `p.T("a.one"); p.N("a.two", n); i18n.Key("a.three"); ward.Fail(ward.Invalid, "a.four"); c.See("/x", "a.five"); web.MenuItem{Text: "a.six"}; x := "a.seven."`,
		"b.templ":    `<h2>@p.T("b.one")</h2>`,
		"b_templ.go": `p.T("generated.one")`,
		"a_test.go":  `p.T("test.one")`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	called, literals := scan(t, dir)
	slices.Sort(called)
	want := []string{"a.five", "a.four", "a.one", "a.six", "a.three", "a.two", "b.one"}
	if !slices.Equal(called, want) {
		t.Errorf("called %v, want %v", called, want)
	}
	if got := told(t, dir); !slices.Equal(got, []string{"a.five"}) {
		t.Errorf("told and not shown: %v", got)
	}
	for key, used := range map[string]bool{"a.one": true, "a.seven.high": true, "a.eight": false, "generated.one": false, "test.one": false} {
		if uses(literals, key) != used {
			t.Errorf("uses(%s) = %v", key, !used)
		}
	}
}
