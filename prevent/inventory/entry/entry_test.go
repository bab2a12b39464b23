package entry

import (
	"strings"
	"testing"

	"ward"
)

func TestReadDay(t *testing.T) {
	for in, want := range map[string]string{"2027-12-31": "2027-12-31", "31.12.2027": "2027-12-31", "1.2.2027": "2027-02-01", "01/02/2027": "2027-02-01",
		"12/31/2027": "2027-12-31", "2027": "2027-12-31", "02/2028": "2028-02-29", "2027-06": "2027-06-30", "31.12.27": "2027-12-31",
		"": "", "soon": "", "31.02.2027": "", "1899-12-30": "", "9999": "", "2027-13-01": "",
		"31-Dec-27": "2027-12-31", "5-Jan-2028": "2028-01-05", "Feb-28": "2028-02-29"} {
		got, ok := ReadDay(in)
		if !ok {
			got = ""
		}
		if got != want {
			t.Errorf("ReadDay(%q) = %q, want %q", in, got, want)
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
		if got := tc.a.RowKey() == tc.b.RowKey(); got != tc.same {
			t.Errorf("%s: same = %v, want %v (%q, %q)", name, got, tc.same, tc.a.RowKey(), tc.b.RowKey())
		}
		if n := len(tc.a.RowKey()); n > longKey {
			t.Errorf("%s: key of %d bytes, want at most %d", name, n, longKey)
		}
	}
}

func TestTidy(t *testing.T) {
	for in, want := range map[string]string{" a \t b\u00a0c ": "a b c", "a\x00b\x1bc": "abc", "a\xffb": "a\uFFFDb", "Dräger": "Dräger", "": ""} {
		if got, cut := Tidy(in); got != want || cut {
			t.Errorf("Tidy(%q) = %q, %v, want %q", in, got, cut, want)
		}
	}
	if got, cut := Tidy(strings.Repeat("ä", MaxText+1)); len([]rune(got)) != MaxText || !cut {
		t.Errorf("tidy of a long text = %d characters, %v, want %d and cut", len([]rune(got)), cut, MaxText)
	}
}

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
