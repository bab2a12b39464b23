package rolie

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"
	"testing"

	"ward/test/shared"
)

func TestReadIndexAndChanges(t *testing.T) {
	for _, name := range []string{"IT", "OT"} {
		listed := map[string]bool{}
		problems, err := ReadIndex(open(t, "advisories/cisa-csaf/listing/"+name+"-index.txt"), Limits{}, func(l Listed) error {
			listed[l.Path] = true
			return nil
		})
		if err != nil || len(problems) > 0 || len(listed) == 0 {
			t.Errorf("ReadIndex(%s): %d, %v, %v", name, len(listed), problems, err)
		}
		n := 0
		problems, err = ReadChanges(open(t, "advisories/cisa-csaf/listing/"+name+"-changes.csv"), Limits{}, func(l Listed) error {
			if n++; l.Time.IsZero() || !strings.HasSuffix(l.Path, ".json") {
				t.Errorf("%s: thin line %+v", name, l)
			}
			return nil
		})
		if err != nil || len(problems) > 0 || n == 0 {
			t.Errorf("ReadChanges(%s): %d, %v, %v", name, n, problems, err)
		}
	}
}

// TestReadPackedListing reads a listing that quotes its fields and writes its
// times without zone.
func TestReadPackedListing(t *testing.T) {
	seen := 0
	shared.Archive(t, "advisories/cpansa-csaf.tar.gz", func(name string, data []byte) {
		if path.Base(name) != "changes.csv" {
			return
		}
		problems, err := ReadChanges(bytes.NewReader(data), Limits{}, func(l Listed) error { seen++; return nil })
		if err != nil || len(problems) > 0 {
			t.Errorf("ReadChanges: %v, %v", problems, err)
		}
	})
	if seen < 100 {
		t.Errorf("lines: got %d, want more than 100", seen)
	}
}

func TestLinesRefuseHostilePaths(t *testing.T) {
	in := "\ufeff2024/a.json\r\n\n../../etc/passwd.json\n/abs.json\nhttps://evil.example/x.json\na\\b.json\nx.txt\n2024/../b.json\nx/../../c.json\n"
	var got []string
	problems, err := ReadIndex(strings.NewReader(in), Limits{}, func(l Listed) error { got = append(got, l.Path); return nil })
	if strings.Join(got, " ") != "2024/a.json b.json" || err != nil || len(problems) != 6 || problems[0].Place != "line 3" {
		t.Errorf("ReadIndex: got %v, %v, %v", got, problems, err)
	}
	got = nil
	problems, err = ReadChanges(strings.NewReader("a.json,2024-01-01T00:00:00Z\n\"b.json\", \"soon\"\nc.json\n\"d\n"), Limits{}, func(l Listed) error {
		got = append(got, fmt.Sprint(l.Path, l.Time.IsZero()))
		return nil
	})
	if strings.Join(got, " ") != "a.jsonfalse b.jsontrue" || err != nil || len(problems) != 3 {
		t.Errorf("ReadChanges: got %v, %v, %v", got, problems, err)
	}
	for name, in := range map[string]string{"long line": strings.Repeat("x", 5000), "many lines": strings.Repeat("a.json\n", 200)} {
		_, err := ReadIndex(strings.NewReader(in), Limits{Entry: 4096, Entries: 100}, func(Listed) error { return nil })
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, want an *Error", name, err)
		}
	}
}

func TestSecurityTxt(t *testing.T) {
	in := "-----BEGIN PGP SIGNED MESSAGE-----\nContact: mailto:a@b.example\ncsaf : https://a.example/.well-known/csaf/provider-metadata.json\nCSAF: http://plain.example/x\nCSAF: https://b.example/p.json\nCSAF: https://b.example/p.json\n# CSAF: https://no.example/\n"
	got, err := SecurityTxt(strings.NewReader(in))
	if err != nil || strings.Join(got, " ") != "https://a.example/.well-known/csaf/provider-metadata.json https://b.example/p.json" {
		t.Errorf("SecurityTxt: got %v, %v", got, err)
	}
	if _, err := SecurityTxt(strings.NewReader(strings.Repeat("x", 300<<10))); !errors.Is(err, ErrTooLarge) {
		t.Errorf("SecurityTxt of 300 kB: got %v", err)
	}
}

func FuzzLines(f *testing.F) {
	f.Add("2024/a.json\n")
	f.Add("\"a.json\",\"2024-01-01T00:00:00Z\"\n")
	f.Fuzz(func(t *testing.T, in string) {
		check := func(l Listed) error {
			if l.Path == "" || strings.HasPrefix(l.Path, "/") || strings.HasPrefix(path.Clean(l.Path), "..") {
				t.Errorf("path %q from %q", l.Path, in)
			}
			return nil
		}
		_, _ = ReadIndex(strings.NewReader(in), Limits{Entry: 4096}, check)
		_, _ = ReadChanges(strings.NewReader(in), Limits{Entry: 4096}, check)
		_, _ = SecurityTxt(strings.NewReader(in))
	})
}
