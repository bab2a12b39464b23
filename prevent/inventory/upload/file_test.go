package upload

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ward"
	"ward/test/shared"
)

func TestReadFileNotes(t *testing.T) {
	text := "row_id,product,quantity,end_of_support\n1,Pump,two,soon\n1,Pump,2,2030\n,,3,\n2,\"" + strings.Repeat("x", 600) + "\",1,\n"
	f, err := Read("l.csv", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range f.Notes.List {
		got = append(got, fmt.Sprintf("%d %s %s", n.Line, n.Field, n.Why))
	}
	want := "2 quantity quantity; 2 end_of_support day; 3 row_id same_row; 4  no_product; 5 product cut"
	if strings.Join(sorted(got), "; ") != strings.Join(sorted(strings.Split(want, "; ")), "; ") || len(f.Rows) != 3 || f.Notes.Lost != 1 {
		t.Errorf("notes = %q, %d rows, %d lost, want %q, 3 rows, 1 lost", got, len(f.Rows), f.Notes.Lost, want)
	}
}

func sorted(s []string) []string {
	for i := range s {
		for j := i + 1; j < len(s); j++ {
			if s[j] < s[i] {
				s[i], s[j] = s[j], s[i]
			}
		}
	}
	return s
}

func TestReadFileRefuses(t *testing.T) {
	rows := strings.Repeat("Pump\n", MaxRows+1)
	for name, tc := range map[string]struct{ body, key string }{
		"nothing":            {"\n\n", "inventory.error.file.empty"},
		"old workbook":       {"\xd0\xcf\x11\xe0xxxx", "inventory.error.file.format"},
		"zip of nothing":     {"PK\x03\x04garbage", "inventory.error.file.format"},
		"too many rows":      {"product\n" + rows, "inventory.error.file.rows"},
		"broken CycloneDX":   {`{"bomFormat":"CycloneDX","specVersion":"1.6","components":[`, "inventory.error.file.cyclonedx"},
		"broken SPDX":        {`{"spdxVersion":"SPDX-2.3","packages":[`, "inventory.error.file.spdx"},
		"libraries only":     {`{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{"type":"library","name":"a"}]}`, "inventory.error.bill_of_nothing"},
		"mark never closed":  {"product\n\"Pump\n", "inventory.error.file.quote"},
		"deep JSON":          {`{"bomFormat":"CycloneDX","a":` + strings.Repeat("[", 100_000), "inventory.error.file.cyclonedx"},
		"JSON of no format":  {`{"a":1}`, "inventory.error.file.format"},
		"HTML named as text": {"<html><body>", "inventory.error.file.format"},
	} {
		_, err := Read("x", []byte(tc.body), nil)
		var e *ward.Error
		if !asError(err, &e) || e.Key != tc.key || e.Code != ward.Invalid {
			t.Errorf("%s: got error %v, want Invalid %s", name, err, tc.key)
		}
	}
}

// A file that breaks off gives its rows, says where, and never removes any.
func TestReadFileBrokenOff(t *testing.T) {
	f, err := Read("l.csv", []byte("product\nPump\nMonitor\n\"Scan"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !f.Damaged || len(f.Rows) != 2 || f.Notes.List[0].Line != 4 || f.Notes.List[0].Why != WhyDamaged {
		t.Errorf("got %d rows, damaged %v, notes %v, want 2 rows and the fault in line 4", len(f.Rows), f.Damaged, f.Notes.List)
	}
}

// The bills of real makers and tools are read.
func TestReadSharedBills(t *testing.T) {
	root := shared.Path(t, "sbom")
	read, refused := 0, 0
	walk(t, root, func(path string, body []byte) {
		if Recognise(body) == Sheet {
			return
		}
		if _, err := Read(path, body, nil); err != nil {
			if ward.CodeOf(err) != ward.Invalid {
				t.Errorf("%s: got error %v, want Invalid", path, err)
			}
			refused++
			return
		}
		read++
	})
	t.Logf("%d bills read, %d refused", read, refused)
	if read < 50 {
		t.Errorf("%d bills were read, want at least 50", read)
	}
}

func FuzzReadFile(f *testing.F) {
	f.Add([]byte("vendor;product;version\nAcme;Pump;1.0\n"))
	f.Add([]byte(`{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"components":[{"type":"device","name":"a"}]}`))
	f.Add([]byte("SPDXVersion: SPDX-2.3\nPackageName: x\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := Read("f", body, nil)
		if err != nil {
			if ward.CodeOf(err) != ward.Invalid {
				t.Errorf("Read: error %v, want Invalid", err)
			}
			return
		}
		keys := map[string]bool{}
		for _, r := range got.Rows {
			if r.Key == "" || keys[r.Key] || !r.Named() || r.Quantity < 1 {
				t.Errorf("row %+v: the key is empty or stands twice, or nothing names the product", r)
			}
			keys[r.Key] = true
		}
	})
}

// readAll is a file of the shared data.
func readAll(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func walk(t *testing.T, root string, fn func(path string, body []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			fn(path, readAll(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func asError(err error, to **ward.Error) bool { return errors.As(err, to) }
