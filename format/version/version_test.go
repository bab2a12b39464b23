package version

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text   string
		scheme Scheme
		parts  int
	}{
		{"2.1", Dotted, 2}, {"SW 2.1", Dotted, 2}, {"V5.0 SP3 HF2", Dotted, 2}, {"Version 6.05", Dotted, 2}, {"8.0.x", Dotted, 3},
		{"2.420.HW01", Dotted, 4}, {"R2.1", Dotted, 2}, {"Build 1234", Dotted, 0}, {"4.x", Dotted, 2}, {"Firmware__20.011", Dotted, 2},
		{"B.06.18", Letter, 3}, {"N", Letter, 1}, {"Rev. B", Letter, 1}, {"8.1 (Standard DC HC Editions)", Dotted, 2}, {"3.4.4 Build 16102416", Dotted, 3},
		{"April/17/2023", Date, 3}, {"november 29 2017", Date, 3}, {"2017-11", Date, 2}, {"17.04.2023", Date, 3}, {"2,1", Dotted, 2},
		{"15.2(6)E0a", Dotted, 6}, {"V17 Update 5", Dotted, 1}, {"1.4.2.0-9d9eff4", Dotted, 5}, {"BT06", Dotted, 1}, {"7.2.1-Beta", Dotted, 3},
		{"Softwarestand 3.0", Dotted, 2}, {"V 4.7 Service Pack 2", Dotted, 2}, {"v.32.011", Dotted, 2}, {"2nd", Dotted, 2},
	} {
		v, err := Parse(c.text)
		if err != nil || v.Scheme() != c.scheme || v.Parts() != c.parts {
			t.Errorf("Parse(%q) = %v with %d parts, %v; want %v with %d", c.text, v.Scheme(), v.Parts(), err, c.scheme, c.parts)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		text string
		want error
	}{
		{"", ErrEmpty}, {"   ", ErrEmpty}, {"unknown", ErrUnreadable}, {"1.2 3.4", ErrUnreadable}, {"1.2-1.5", ErrUnreadable}, {"*", ErrUnreadable},
		{"04/05/2023", ErrUnreadable}, {"august 28", ErrUnreadable}, {"Windows 10 Professional", ErrUnreadable}, {strings.Repeat("1.", 200), ErrTooLong},
		{"2.1 or later", ErrUnreadable}, {"2.1+", ErrUnreadable}, {"2.1/2.3", ErrUnreadable}, {"3.0 und höher", ErrUnreadable},
		{strings.Repeat("1.", 40), ErrUnreadable}, {"99999999999999999999999", ErrUnreadable},
	} {
		if v, err := Parse(c.text); !errors.Is(err, c.want) {
			t.Errorf("Parse(%q) = %v, %v; want %v", c.text, v.Scheme(), err, c.want)
		}
	}
}

// TestCompare: order of the second to the first: < means the first is earlier,
// ? that the two cannot be ordered.
func TestCompare(t *testing.T) {
	for _, c := range []struct{ a, op, b string }{
		{"4.10.2", "<", "4.11"}, {"4.9", "<", "4.10"}, {"V3.0", "=", "3.0.0"}, {"SW 2.1", "=", "v2.1"}, {"02.01", "=", "2.1"},
		{"V4.7 SP1", "<", "V4.7 SP4 HF2"}, {"V4.7 SP4 HF1", "<", "V4.7 SP4 HF2"}, {"V4.7 HF9", "?", "V4.7 SP1"}, {"V4.7", "?", "V4.7 SP1"},
		{"2.1", "?", "2.1.3"}, {"2.0", "<", "2.1.3"}, {"B.06.17", "<", "B.06.18"}, {"B.06", "<", "C.02"}, {"M", "<", "N"}, {"A10", "<", "A11"},
		{"U61", "?", "L81"}, {"Rev. B", "?", "2.1"}, {"Rev B", "<", "Rev C"}, {"2017-11", "<", "April/17/2023"}, {"2017-11", "?", "2.1"},
		{"1.0-rc1", "<", "1.0"}, {"1.0-beta2", "<", "1.0-rc1"}, {"1.00A", "<", "1.00B"}, {"1.00", "?", "1.00A"}, {"BT03", "<", "BT06"}, {"BT03", "?", "VM5.0"},
		{"1.4", "?", "1.04"}, {"1.1", "?", "1.04"}, {"2.2", "?", "2.20"}, {"2.1", "<", "2.07.2"}, {"1.281", ">", "1.220"}, {"2021 R1", "<", "2021 R2"},
		{"build 4.6.2", "=", "4.6.2"}, {"Build 1.0", "<", "1.1"}, {"Build 1234", "?", "2.0"}, {"SP2", "?", "4.7"}, {"SP2", "<", "SP3"}, {"Update 3", "?", "V17 Update 5"},
		{"Rev. 6.3.5.11", "=", "6.3.5.11"}, {"Rev. 2.1", "?", "2.1"}, {"micrologiciel 2.1", "=", "2.1"}, {"versión de software 3.0", "=", "3.0"},
		{"2.1 (12.03.2019)", "?", "2.1.5"}, {"2.1 vom 12.03.2019", "=", "2.1"}, {"6.01.00/29.03.2007", "=", "6.1"}, {"2.1 (2019-03-12)", "=", "2.1"}, {"V2.1 SP3 (2.1.670)", ">", "V2.1 SP2"},
		{"wersja oprogramowania 3.0", "=", "3.0"}, {"5.x", "?", "5.7"}, {"4.x", "<", "5.7"}, {"2.35", "?", "2.3x"}, {"2.5", "<", "2.6x"}, {"8.0", "=", "8.0.x"},
	} {
		a, err := Parse(c.a)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Parse(c.b)
		if err != nil {
			t.Fatal(err)
		}
		got := "?"
		if o, ok := Compare(a, b); ok {
			got = []string{"<", "=", ">"}[o+1]
		}
		if got != c.op {
			t.Errorf("Compare(%q, %q) is %q, want %q", c.a, c.b, got, c.op)
		}
	}
}

// TestNotes: words behind a version that change nothing are no condition.
func TestNotes(t *testing.T) {
	for text, want := range map[string]string{
		"2.1 (installiert)": "", "2.1 (installed, checked)": "", "2.1 laut Typenschild": "", "3.0 aktuell": "", "4.2 (instalado)": "",
		"2.1 (12.03.2019)": "", "2.1 vom 12. März 2019": "", "3.5 (v3.5.0.12)": "",
		"8.1 (Standard Edition)": "(standard edition)", "2.1 (without patch)": "(without patch)", "2.1 (end-of-life 2011)": "(end-of-life 2011)",
	} {
		v, err := Parse(text)
		if err != nil || v.Note() != want {
			t.Errorf("Parse(%q) has the note %q, %v; want %q", text, v.Note(), err, want)
		}
	}
}

func TestParseIn(t *testing.T) {
	for _, c := range []struct {
		kind, a, b string
		want       int
	}{
		{"deb", "1:2.0-1", "1.9-5", 1}, {"rpm", "3.0.7-5.el8", "3.0.7-27.el8", -1}, {"npm", "1.0.0-alpha", "1.0.0", -1}, {"pypi", "1.0.post1", "1.0", 1},
		{"cpan", "1.65", "1.7", -1}, {"cpan", "1.65_03", "1.65_02", 1}, {"golang", "1.2.3", "1.10.0", -1}, {"generic", "1.2", "1.10", -1},
	} {
		a, err := ParseIn(c.a, c.kind)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ParseIn(c.b, c.kind)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := Compare(a, b); got != c.want || !ok {
			t.Errorf("%s: Compare(%q, %q) = %d, %v; want %d", c.kind, c.a, c.b, got, ok, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"V5.0 SP3 HF2", "2.420.HW01", "April/17/2023", "15.2(6)E0a", "1.4.2.0-9d9eff4", "8.1 (Standard)", "r2", "v.x", "\xff1.2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Parse(s)
		if err != nil {
			return
		}
		if o, ok := Compare(v, v); o != 0 && ok {
			t.Errorf("%q is not equal to itself", s)
		}
		if len(v.parts) > maxParts+1 {
			t.Errorf("%q has %d parts", s, len(v.parts))
		}
	})
}
