package attachment

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"testing"
)

// file is one entry of a built archive.
type file struct {
	name string
	body []byte
}

func zipOf(files ...file) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, f := range files {
		w, _ := z.Create(f.name)
		w.Write(f.body)
	}
	z.Close()
	return b.Bytes()
}

// manyEntries is a zip with more than can be looked through.
func manyEntries() []byte {
	var list []file
	for i := range limits.Entries + 1 {
		list = append(list, file{fmt.Sprint(i), nil})
	}
	return zipOf(list...)
}

// encrypted says of the first entry that it needs a password.
func encrypted(data []byte) []byte {
	data = slices.Clone(data)
	data[6] |= 1
	at := bytes.Index(data, []byte("PK\x01\x02"))
	data[at+8] |= 1
	return data
}

func TestLook(t *testing.T) {
	small := zipOf(file{"a.txt", []byte("log")})
	zeros := make([]byte, 40<<20)
	for name, c := range map[string]struct {
		name  string
		data  []byte
		kind  Kind
		saved string
		err   error
	}{
		"a pdf":                           {"a.pdf", []byte("%PDF-1.7 x"), PDF, "a.pdf", nil},
		"a pdf under another name":        {"note.exe", []byte("%PDF-1.7 x"), PDF, "note.exe.pdf", nil},
		"a picture":                       {"A.JPEG", []byte("\xff\xd8\xff\xe0"), JPEG, "A.jpeg", nil},
		"a screen":                        {"a.png", []byte("\x89PNG\r\n\x1a\nrest"), PNG, "a.png", nil},
		"a log":                           {"fw.log", []byte("\x1b[31mred\x1b[0m\r\nM\xfcller"), Text, "fw.log", nil},
		"a log of Windows":                {"a.log", []byte("\xff\xfea\x00\r\x00\n\x00"), Text, "a.log", nil},
		"UTF-16 with a NUL":               {"a.log", []byte("\xff\xfea\x00\x00\x00"), "", "", ErrKind},
		"a table":                         {"a.csv", []byte("a;b\n1;2"), CSV, "a.csv", nil},
		"json":                            {"a.json", []byte(`{"a":1}`), JSON, "a.json", nil},
		"json that is none":               {"a.json", []byte(`{"a":`), Text, "a.json.txt", nil},
		"a mail":                          {"a.eml", []byte("From: a@b.example\r\nSubject: pay\r\n\r\nx"), Mail, "a.eml", nil},
		"a mail that is none":             {"a.eml", []byte("x"), Text, "a.eml.txt", nil},
		"a page is a text":                {"a.html", []byte("<script>alert(1)</script>"), Text, "a.html.txt", nil},
		"a script is a text":              {"a.ps1", []byte("rm -r"), Text, "a.ps1.txt", nil},
		"a zip":                           {"a.zip", small, Zip, "a.zip", nil},
		"a zip as a text":                 {"a.txt", small, Zip, "a.txt.zip", nil},
		"an encrypted zip":                {"a.zip", encrypted(small), Zip, "a.zip", nil},
		"one in another":                  {"a.zip", zipOf(file{"b.zip", small}), Zip, "a.zip", nil},
		"a workbook":                      {"a.xlsx", zipOf(file{"[Content_Types].xml", []byte("<x/>")}, file{"xl/workbook.xml", []byte("<x/>")}), Office, "a.xlsx", nil},
		"an old document":                 {"a.doc", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), Office, "a.doc", nil},
		"nothing":                         {"a.txt", nil, "", "", ErrEmpty},
		"a program":                       {"a.txt", []byte("MZ\x90\x00\x03"), "", "", ErrKind},
		"a program of Linux":              {"a", []byte("\x7fELF\x02\x01"), "", "", ErrKind},
		"7z":                              {"a.zip", []byte("7z\xbc\xaf\x27\x1crest"), "", "", ErrKind},
		"gzip":                            {"a.gz", []byte("\x1f\x8b\x08rest"), "", "", ErrKind},
		"a damaged zip":                   {"a.zip", small[:len(small)-8], "", "", ErrDamaged},
		"a bomb":                          {"a.zip", zipOf(file{"a", zeros}), "", "", ErrBomb},
		"a bomb in a zip":                 {"a.zip", zipOf(file{"b.zip", zipOf(file{"a", zeros})}), "", "", ErrBomb},
		"a bomb as a document":            {"a.docx", zipOf(file{"mimetype", []byte("x")}, file{"a", zeros}), "", "", ErrBomb},
		"three in one another":            {"a.zip", zipOf(file{"b.zip", zipOf(file{"c.zip", small})}), "", "", ErrBomb},
		"more entries than anybody reads": {"a.zip", manyEntries(), "", "", ErrBomb},
		"a path and a header":             {"..\\..\\a\r\nX: \"b\".txt", []byte("x"), Text, "a X_ _b_.txt", nil},
	} {
		kind, saved, err := Look(c.name, c.data)
		if kind != c.kind || saved != c.saved || !errors.Is(err, c.err) {
			t.Errorf("%s: %q %q %v, want %q %q %v", name, kind, saved, err, c.kind, c.saved, c.err)
		}
	}
}

// FuzzLook: whatever comes is refused by one of the named reasons or is of a kind
// of the list, under a name that ends like it.
func FuzzLook(f *testing.F) {
	small := zipOf(file{"a.txt", []byte("log")}, file{"b.zip", zipOf(file{"c", []byte("x")})})
	f.Add("a.zip", small)
	f.Add("a.docx", zipOf(file{"[Content_Types].xml", []byte("<x/>")}))
	f.Add("a.eml", []byte("From: a@b.example\r\n\r\nx"))
	f.Add("../a\x00.json", []byte(`{"a":[1]}`))
	f.Add("a.log", []byte("\xfe\xff\x00a"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		kind, saved, err := Look(name, data)
		if err != nil {
			if !slices.Contains([]error{ErrEmpty, ErrKind, ErrDamaged, ErrBomb}, err) {
				t.Errorf("refused for %v", err)
			}
			return
		}
		if !slices.Contains(endings[kind], path.Ext(saved)) || strings.ContainsAny(saved, "/\\\r\n\x00") {
			t.Errorf("%q is %q, named %q", name, kind, saved)
		}
		if k, again, err := Look(saved, data); err != nil || k != kind || again != saved {
			t.Errorf("looked at again %q %q is %q %q (%v)", kind, saved, k, again, err)
		}
	})
}
