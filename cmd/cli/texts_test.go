package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A translator's file goes out, comes back with one good and one bad text, and
// the tree has the good one.
func TestTextsThereAndBack(t *testing.T) {
	root := t.TempDir()
	room := filepath.Join(root, "detect", "alert", "text")
	for _, dir := range []string{room, filepath.Join(root, "kit", "i18n", "review")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	english := "[a]\ntitle = \"Alerts\"\nhello = \"Hello {{.name}}\"\n"
	if err := os.WriteFile(filepath.Join(room, "active.en.toml"), []byte(english), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pl.xlf", "pl.csv"} {
		file := filepath.Join(root, name)
		if code, _, errOut := run("texts", "export", "--lang", "pl", "--root", root, "--out", file); code != exitOK || !strings.Contains(errOut, "2 texts for polski") {
			t.Fatalf("export: got %d, %s", code, errOut)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		filled := strings.NewReplacer("<source>Alerts</source>", "<source>Alerts</source><target>Alerty</target>",
			`disp="{{.name}}"/></source>`, `disp="{{.name}}"/></source><target>Witaj</target>`,
			"Alerts,,", "Alerts,Alerty,", "Hello {{.name}},,", "Hello {{.name}},Witaj,").Replace(string(text))
		if err := os.WriteFile(file, []byte(filled), 0o644); err != nil {
			t.Fatal(err)
		}
		code, out, _ := run("texts", "import", file, "--root", root)
		if code != exitPartly || !strings.Contains(out, "left out  a.hello: other lacks {{.name}}") {
			t.Errorf("%s: import: got %d, %s", name, code, out)
		}
		got, err := os.ReadFile(filepath.Join(room, "active.pl.toml"))
		if err != nil || string(got) != "[a]\ntitle = \"Alerty\"\n" {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		os.Remove(filepath.Join(room, "active.pl.toml"))
	}
	code, out, _ := run("texts", "status", "--root", root, "--json")
	var status struct{ Languages []struct{ Lang string } }
	if err := json.Unmarshal([]byte(out), &status); code != exitOK || err != nil || len(status.Languages) != 23 {
		t.Errorf("status: got %d, %v, %s", code, err, out)
	}
	for _, args := range [][]string{{"export", "--lang", "en"}, {"export", "--lang", "xx"}, {"export", "--lang", "pl", "--only", "all"},
		{"export", "--lang", "pl", "--format", "po"}} {
		if code, _, errOut := run(append([]string{"texts"}, append(args, "--root", root)...)...); code != exitUsage || errOut == "" {
			t.Errorf("%v: got %d, %q, want wrong use with a word", args, code, errOut)
		}
	}
	if code, _, _ := run("texts", "status", "--root", t.TempDir()); code != exitFailed {
		t.Errorf("no source tree: got %d, want %d", code, exitFailed)
	}
}
