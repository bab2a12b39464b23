package inventory

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

func TestReadDay(t *testing.T) {
	for in, want := range map[string]string{"2027-12-31": "2027-12-31", "31.12.2027": "2027-12-31", "1.2.2027": "2027-02-01", "01/02/2027": "2027-02-01",
		"12/31/2027": "2027-12-31", "2027": "2027-12-31", "02/2028": "2028-02-29", "2027-06": "2027-06-30", "31.12.27": "2027-12-31",
		"": "", "soon": "", "31.02.2027": "", "1899-12-30": "", "9999": "", "2027-13-01": ""} {
		got, ok := readDay(in)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("readDay(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestKey(t *testing.T) {
	base := Entry{Ref: ward.ProductRef{Vendor: "Acme", Name: "Pump", Version: "1"}, Department: "ICU", Quantity: 1}
	with := func(change func(*Entry)) Entry { e := base; change(&e); return e }
	for name, tc := range map[string]struct {
		a, b Entry
		same bool
	}{
		"another version is the same row":    {base, with(func(e *Entry) { e.Ref.Version = "2" }), true},
		"another quantity is the same row":   {base, with(func(e *Entry) { e.Quantity = 2 }), true},
		"capitals do not matter":             {base, with(func(e *Entry) { e.Ref.Vendor = "ACME" }), true},
		"another department is another row":  {base, with(func(e *Entry) { e.Department = "OP" }), false},
		"a serial number decides":            {with(func(e *Entry) { e.Ref.Serial = "A1" }), with(func(e *Entry) { e.Ref.Serial, e.Department = "a1", "OP" }), true},
		"no serial number in words":          {base, with(func(e *Entry) { e.Ref.Serial = "n/a" }), true},
		"the hospital's own number wins":     {with(func(e *Entry) { e.RowID, e.Ref.Serial = "7", "A1" }), with(func(e *Entry) { e.RowID, e.Ref.Serial = "7", "B2" }), true},
		"own numbers differ":                 {with(func(e *Entry) { e.RowID = "7" }), with(func(e *Entry) { e.RowID = "8" }), false},
		"a very long number is kept bounded": {with(func(e *Entry) { e.RowID = strings.Repeat("x", 500) }), with(func(e *Entry) { e.RowID = strings.Repeat("x", 499) }), false},
	} {
		if got := tc.a.key() == tc.b.key(); got != tc.same {
			t.Errorf("%s: same = %v, want %v (%q, %q)", name, got, tc.same, tc.a.key(), tc.b.key())
		}
		if n := len(tc.a.key()); n > longKey {
			t.Errorf("%s: key of %d bytes, want at most %d", name, n, longKey)
		}
	}
}

func TestTidy(t *testing.T) {
	for in, want := range map[string]string{" a \t b\u00a0c ": "a b c", "a\x00b\x1bc": "abc", "a\xffb": "a\uFFFDb", "Dräger": "Dräger", "": ""} {
		if got, cut := tidy(in); got != want || cut {
			t.Errorf("tidy(%q) = %q, %v, want %q", in, got, cut, want)
		}
	}
	if got, cut := tidy(strings.Repeat("ä", MaxText+1)); len([]rune(got)) != MaxText || !cut {
		t.Errorf("tidy of a long text = %d characters, %v, want %d and cut", len([]rune(got)), cut, MaxText)
	}
}

func TestReadFileNotes(t *testing.T) {
	text := "row_id,product,quantity,end_of_support\n1,Pump,two,soon\n1,Pump,2,2030\n,,3,\n2,\"" + strings.Repeat("x", 600) + "\",1,\n"
	f, err := readFile("l.csv", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range f.notes.List {
		got = append(got, fmt.Sprintf("%d %s %s", n.Line, n.Field, n.Why))
	}
	want := "2 quantity quantity; 2 end_of_support day; 3 row_id same_row; 4  no_product; 5 product cut"
	if strings.Join(sorted(got), "; ") != strings.Join(sorted(strings.Split(want, "; ")), "; ") || len(f.rows) != 3 || f.notes.Lost != 1 {
		t.Errorf("notes = %q, %d rows, %d lost, want %q, 3 rows, 1 lost", got, len(f.rows), f.notes.Lost, want)
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
		_, err := readFile("x", []byte(tc.body), nil)
		var e *ward.Error
		if !asError(err, &e) || e.Key != tc.key || e.Code != ward.Invalid {
			t.Errorf("%s: got error %v, want Invalid %s", name, err, tc.key)
		}
	}
}

// A file that breaks off gives its rows, says where, and never removes any.
func TestReadFileBrokenOff(t *testing.T) {
	f, err := readFile("l.csv", []byte("product\nPump\nMonitor\n\"Scan"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !f.damaged || len(f.rows) != 2 || f.notes.List[0].Line != 4 || f.notes.List[0].Why != WhyDamaged {
		t.Errorf("got %d rows, damaged %v, notes %v, want 2 rows and the fault in line 4", len(f.rows), f.damaged, f.notes.List)
	}
}

// The bills of real makers and tools are read.
func TestReadSharedBills(t *testing.T) {
	root := shared.Path(t, "sbom")
	read, refused := 0, 0
	walk(t, root, func(path string, body []byte) {
		if recognise(body) == FormatSheet {
			return
		}
		if _, err := readFile(path, body, nil); err != nil {
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
		got, err := readFile("f", body, nil)
		if err != nil {
			if ward.CodeOf(err) != ward.Invalid {
				t.Errorf("readFile: error %v, want Invalid", err)
			}
			return
		}
		keys := map[string]bool{}
		for _, r := range got.rows {
			if r.Key == "" || keys[r.Key] || !r.named() || r.Quantity < 1 {
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

func TestTitleNamesTheMakerOnce(t *testing.T) {
	for want, ref := range map[string]ward.ProductRef{
		"B. Braun Infusomat Space": {Vendor: "B. Braun", Name: "Infusomat Space"},
		"Orthanc":                  {Vendor: "Orthanc", Name: "Orthanc"},
		"MicroDicom DICOM Viewer":  {Vendor: "microdicom", Name: "MicroDicom DICOM Viewer"},
		"GE Gemini":                {Vendor: "GE", Name: "Gemini"}, // no word of its own
		"MX40":                     {Model: "MX40"},
		"Philips MX40":             {Vendor: "Philips", Model: "MX40"},
	} {
		e := Entry{Ref: ref}
		if got := e.Title(); got != want {
			t.Errorf("%+v: %q, want %q", ref, got, want)
		}
	}
}
