package upkeep_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"ward/app/upkeep"
)

// entry is one entry of an archive that a test changes.
type entry struct {
	name string
	body []byte
}

func entries(t testing.TB, path string) (out []entry) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, entry{h.Name, body})
	}
}

func archive(t testing.TB, all []entry) string {
	t.Helper()
	var b bytes.Buffer
	z, _ := zstd.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, e := range all {
		if err := w.WriteHeader(&tar.Header{Name: e.name, Size: int64(len(e.body)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(e.body); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "changed.ward")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDamagedArchiveNamesThePlace(t *testing.T) {
	whole := entries(t, yearArchive(t))
	find := func(all []entry, name string) int {
		for i, e := range all {
			if strings.HasPrefix(e.name, name) {
				return i
			}
		}
		t.Fatalf("no entry %s", name)
		return 0
	}
	for _, tt := range []struct {
		name   string
		change func([]entry) []entry
		want   string
	}{
		{"nothing", func(all []entry) []entry { return all }, ""},
		{"a changed row", func(all []entry) []entry {
			i := find(all, "database/audit_entry/")
			all[i].body = bytes.Replace(all[i].body, []byte("inventory.write"), []byte("inventory.wrote"), 1)
			return all
		}, "database/audit_entry/000001.jsonl is not what was written"},
		{"a row that is none", func(all []entry) []entry {
			i := find(all, "database/audit_entry/")
			all[i].body = append([]byte("[1]\n"), all[i].body...)
			return all
		}, "database/audit_entry/000001.jsonl (near byte"},
		{"a changed key", func(all []entry) []entry {
			all[find(all, "files/account.key")].body[0] ^= 1
			return all
		}, "files/account.key is not what was written"},
		{"without its end", func(all []entry) []entry { return all[:len(all)-1] }, "cut short"},
		{"without a table", func(all []entry) []entry {
			i := find(all, "database/alert/")
			return append(all[:i:i], all[i+1:]...)
		}, "database/alert/000001.jsonl is not what was written"},
		{"with a file that leaves the folder", func(all []entry) []entry {
			return append([]entry{all[0], {"files/../../x", nil}}, all[1:]...)
		}, "files/../../x (near byte"},
		{"with a foreign entry", func(all []entry) []entry {
			return append([]entry{all[0], {"database/ward.db", nil}}, all[1:]...)
		}, "does not belong here"},
		{"of another kind", func([]entry) []entry { return []entry{{"README", []byte("hello")}} }, "this is not a backup of ward"},
		{"of a later format", func(all []entry) []entry {
			all[0].body = bytes.Replace(all[0].body, []byte("ward.backup/1"), []byte("ward.backup/2"), 1)
			return all
		}, `format "ward.backup/2"`},
	} {
		all := make([]entry, len(whole))
		for i, e := range whole {
			all[i] = entry{e.name, bytes.Clone(e.body)}
		}
		path := archive(t, tt.change(all))
		_, err := upkeep.Check(path)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

// Any single changed byte of the file, and any cut, is told, before anything is touched.
func TestDamagedBytes(t *testing.T) {
	whole, err := os.ReadFile(yearArchive(t))
	if err != nil {
		t.Fatal(err)
	}
	cfg := settings(t, filepath.Join(t.TempDir(), "fresh"), "")
	for n := range 12 {
		body, what := bytes.Clone(whole), "a changed byte"
		at := 100 + n*(len(whole)-200)/11
		if body[at] ^= 0x55; n%3 == 2 {
			body, what = whole[:at], "a cut"
		}
		path := filepath.Join(t.TempDir(), "damaged.ward")
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := upkeep.Restore(ctx, cfg, path, upkeep.RestoreOptions{})
		if err == nil {
			t.Errorf("%s at byte %d: got no error", what, at)
		}
		if _, err := os.Stat(cfg.Data); err == nil {
			t.Fatalf("%s at byte %d: the data folder was touched", what, at)
		}
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte("not an archive"))
	small := archive(f, []entry{{"ward-backup.json", []byte(`{"schema":"ward.backup/1","tables":[{"name":"t","columns":[{"name":"a","kind":"bytes"}]}]}`)},
		{"database/t/1", []byte("[null]\n[\"AA==\"]\n")}, {"manifest.json", []byte(`{}`)}})
	text, err := os.ReadFile(small)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if m, err := upkeep.Check(path); err == nil && m.Schema == "" && len(m.Entries) > 0 {
			t.Errorf("an archive without a head was taken for good: %+v", m)
		}
	})
}
