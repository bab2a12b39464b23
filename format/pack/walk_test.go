package pack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"ward/test/shared"
)

// file is one entry of a built archive.
type file struct{ name, body string }

func zipOf(files ...file) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, _ := z.Create(f.name)
		io.WriteString(w, f.body)
	}
	z.Close()
	return b.Bytes()
}

func tarOf(files ...file) []byte {
	var b bytes.Buffer
	t := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Size: int64(len(f.body)), Mode: 0o644, Typeflag: tar.TypeReg}
		if strings.HasPrefix(f.body, "->") {
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, f.body[2:], 0
			t.WriteHeader(h)
			continue
		}
		t.WriteHeader(h)
		io.WriteString(t, f.body)
	}
	t.Close()
	return b.Bytes()
}

func gz(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func zst(data []byte) []byte {
	w, _ := zstd.NewWriter(nil)
	return w.EncodeAll(data, nil)
}

// list walks data both ways and gives "name=body" of each file, or
// "name!kind" where reading it failed.
func list(t *testing.T, name string, data []byte, lim Limits) (string, error) {
	t.Helper()
	run := func(walk func(fn func(string, io.Reader) error) error) (string, error) {
		var got []string
		err := walk(func(entry string, r io.Reader) error {
			body, err := io.ReadAll(r)
			if err != nil {
				got = append(got, fmt.Sprintf("%s!%v", entry, errors.Unwrap(err)))
				return nil // as a batch does: the rest is kept
			}
			got = append(got, fmt.Sprintf("%s=%.20s", entry, body))
			return nil
		})
		return strings.Join(got, " "), err
	}
	walked, err := run(func(fn func(string, io.Reader) error) error {
		return Walk(name, bytes.NewReader(data), int64(len(data)), lim, fn)
	})
	streamed, err2 := run(func(fn func(string, io.Reader) error) error { return Stream(name, bytes.NewReader(data), lim, fn) })
	if walked != streamed || fmt.Sprint(errors.Unwrap(err)) != fmt.Sprint(errors.Unwrap(err2)) {
		t.Errorf("Walk and Stream differ:\n%s, %v\n%s, %v", walked, err, streamed, err2)
	}
	return walked, err
}

func TestWalk(t *testing.T) {
	a, b := file{"a.json", "A"}, file{"d/b.json", "B"}
	bz, _ := os.ReadFile("testdata/a.json.bz2")
	for _, row := range []struct {
		name, file string
		data       []byte
		want       string
	}{
		{"plain", "/tmp/x/a.json", []byte("A"), "a.json=A"},
		{"empty", "a.json", nil, "a.json="},
		{"zip", "x.zip", zipOf(a, b), "a.json=A d/b.json=B"},
		{"empty zip", "x.zip", zipOf(), ""},
		{"tar", "x.tar", tarOf(a, b), "a.json=A d/b.json=B"},
		{"tgz under a wrong name", "x.json", gz(tarOf(a, b)), "a.json=A d/b.json=B"},
		{"gz", "a.json.gz", gz([]byte("A")), "a.json=A"},
		{"zst", "a.json.zst", zst([]byte("A")), "a.json=A"},
		{"bz2", "a.json.bz2", bz, "a.json=A"},
		{"zip in tgz, gz in zip", "x.tgz", gz(tarOf(file{"in.zip", string(zipOf(a, file{"c.json.gz", string(gz([]byte("C")))}))}, b)), "in.zip/a.json=A in.zip/c.json=C d/b.json=B"},
		{"tgz in zip", "x.zip", zipOf(file{"in.tgz", string(gz(tarOf(a)))}), "in.tar/a.json=A"},
		{"too deep, rest kept", "x.zip", zipOf(file{"1.zip", string(zipOf(file{"2.zip", string(zipOf(a))}))}, b), "1.zip/2.zip!archives nested too deep d/b.json=B"},
		{"gz in gz in gz", "x.zip", zipOf(file{"a.gz.gz.gz", string(gz(gz(gz([]byte("A")))))}, b), "a.gz.gz.gz!archives nested too deep d/b.json=B"},
		{"leavings, links and folders", "x.tar", tarOf(file{"__MACOSX/a.json", "x"}, file{"d/._a.json", "x"}, file{"l", "->/etc/passwd"}, a), "a.json=A"},
		{"names", "x.zip", zipOf(file{"../../etc/a.json", "A"}, file{`C:\dir\b.json`, "B"}, file{"/abs.json", "C"}, file{"e\u202e\x01.json", "D"}), "etc/a.json=A dir/b.json=B abs.json=C e.json=D"},
		{"office file in a zip", "x.zip", zipOf(file{"i.xlsx", string(zipOf(file{"[Content_Types].xml", "<x/>"}))}), "i.xlsx=PK\x03\x04\x14"},
		{"xz in a zip", "x.zip", zipOf(file{"a.xz", "\xfd7zXZ\x00aaaa"}, b), "a.xz!damaged d/b.json=B"},
		{"damaged gz in a zip", "x.zip", zipOf(file{"a.gz", "\x1f\x8b\x08aaaa"}, b), "a.gz!damaged d/b.json=B"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := list(t, row.file, row.data, Limits{})
			got = strings.Join(strings.FieldsFunc(got, func(r rune) bool { return r == 0 }), "")
			if row.name == "office file in a zip" {
				got = got[:min(len(got), len(row.want))]
			}
			if err != nil || got != row.want {
				t.Errorf("got %q, %v\nwant %q", got, err, row.want)
			}
		})
	}
}

func TestWalkRefuses(t *testing.T) {
	zeros := strings.Repeat("0", 20<<20)
	bad := zipOf(file{"a.json", "A"})
	for _, row := range []struct {
		name string
		data []byte
		lim  Limits
		want error
		got  string
	}{
		{"7z", []byte("7z\xbc\xaf\x27\x1caaaaaaaa"), Limits{}, ErrUnsupported, ""},
		{"truncated zip", bad[:len(bad)-10], Limits{}, ErrFormat, ""},
		{"truncated gz", gz([]byte(strings.Repeat("abc", 9)))[:20], Limits{}, nil, "x!damaged"},
		{"truncated tar", tarOf(file{"a.json", "A"}, file{"b.json", "B"})[:1100], Limits{}, ErrFormat, "a.json=A"},
		{"many entries", zipOf(file{"1", "A"}, file{"2", "A"}, file{"3", "A"}), Limits{Entries: 2}, ErrTooMany, "1=A 2=A"},
		{"zip bomb", zipOf(file{"z", zeros}, file{"b", "B"}), Limits{}, ErrBomb, "z!unpacks to far more than it is"},
		{"gz bomb", gz([]byte(zeros)), Limits{}, ErrBomb, "x!unpacks to far more than it is"},
		{"zst bomb", zst([]byte(zeros)), Limits{}, ErrBomb, "x!unpacks to far more than it is"},
		{"file too large", zipOf(file{"z", zeros[:5000]}, file{"b", "B"}), Limits{File: 1000}, nil, "z!too large b=B"},
		{"total too large", zipOf(file{"z", zeros[:5000]}, file{"b", "B"}), Limits{Total: 1000}, ErrTooLarge, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := list(t, "x", row.data, row.lim)
			if row.want == ErrTooLarge {
				got = ""
			}
			var e *Error
			if !errors.Is(err, row.want) || row.want != nil && !errors.As(err, &e) || got != row.got {
				t.Errorf("got %q, %v\nwant %q, %v", got, err, row.got, row.want)
			}
		})
	}
	stop := errors.New("stop")
	if err := Walk("x", bytes.NewReader(bad), int64(len(bad)), Limits{}, func(string, io.Reader) error { return stop }); err != stop {
		t.Errorf("stopped by the caller: got %v", err)
	}
	if err := Stream("x", bytes.NewReader(bad), Limits{Buffer: 10}, func(string, io.Reader) error { return nil }); !errors.Is(err, ErrTooLarge) {
		t.Errorf("zip in a stream beyond the buffer: got %v", err)
	}
}

// TestWalkSharedData opens the real archives: thousands of files, one kind of
// which carries resource forks of macOS.
func TestWalkSharedData(t *testing.T) {
	for rel, least := range map[string]int{"advisories/cisa-csaf/icsa-bulk.tar.gz": 1000, "advisories/cpansa-csaf.tar.gz": 300, "advisories/redhat-csaf/t_rhsa-2024_2071.json.gz": 1, "logs/otrf-windows-json": 10} {
		n := 0
		for _, name := range files(t, shared.Path(t, rel)) {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			info, _ := f.Stat()
			err = Walk(name, f, info.Size(), Limits{}, func(entry string, r io.Reader) error {
				head := make([]byte, 1)
				if _, err := io.ReadFull(r, head); err != nil || strings.Contains(entry, "MACOSX") || head[0] == 0 {
					t.Errorf("%s: %s: %v", rel, entry, err)
				}
				n++
				return nil
			})
			if err != nil {
				t.Errorf("Walk(%s): %v", name, err)
			}
			f.Close()
		}
		if n < least {
			t.Errorf("%s: got %d files, want at least %d", rel, n, least)
		}
	}
}

// files is the file itself, or the zips of a folder.
func files(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		return []string{path}
	}
	var out []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".zip") {
			out = append(out, path+"/"+e.Name())
		}
	}
	return out
}

func ExampleWalk() {
	data := zipOf(file{"2024/a.json", `{"a":1}`}, file{"__MACOSX/._a.json", "junk"}, file{"../b.json.gz", string(gz([]byte(`{"b":2}`)))})
	err := Walk("advisories.zip", bytes.NewReader(data), int64(len(data)), Limits{}, func(entry string, r io.Reader) error {
		body, err := io.ReadAll(r)
		fmt.Println(entry, string(body))
		return err
	})
	fmt.Println(err)
	// Output:
	// 2024/a.json {"a":1}
	// b.json {"b":2}
	// <nil>
}

func FuzzWalk(f *testing.F) {
	f.Add(zipOf(file{"a", "A"}, file{"b.gz", string(gz([]byte("B")))}))
	f.Add(gz(tarOf(file{"a", "A"}, file{"l", "->x"})))
	f.Add(zst([]byte("A")))
	f.Add(tarOf(file{"in.zip", string(zipOf(file{"a", "A"}))}))
	f.Fuzz(func(t *testing.T, data []byte) {
		total := int64(0)
		_ = Walk("x", bytes.NewReader(data), int64(len(data)), Limits{Total: 1 << 20, File: 1 << 16, Entries: 100}, func(entry string, r io.Reader) error {
			if entry == "" || strings.HasPrefix(entry, "/") || strings.HasPrefix(entry, "..") {
				t.Errorf("name %q", entry)
			}
			n, _ := io.Copy(io.Discard, r)
			if total += n; n > 1<<16 {
				t.Errorf("%s: %d bytes", entry, n)
			}
			return nil
		})
	})
}
