package version

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestContains(t *testing.T) {
	for _, c := range []struct {
		text string
		yes  string // versions inside, parted by ;
		no   string
		open string // a person must look
	}{
		{"vers:all/*", "1.0;99", "", ""},
		{"vers:generic/>=1|<2", "1;1.5", "0.9;2;2.1", ""},
		{"< V3.0", "2.9.9;V2", "3.0;3.0.1;3", "Rev B"},
		{"<=12", "11.9;12;12.0", "13", "12.1"},
		{" <2.420.HW01.5", "2.419;2.420.HW00.1", "2.420.HW01.5;2.421", "2.420"},
		{">= 6.02 | <= 6.05", "6.02;6.04;6.05", "6.01;6.06", ""},
		{"1.00 | 1.04", "1.00;1.04", "1.02;2.00", "1.4"},
		{">= V2.0 and < V2.6", "2.0;2.5.9", "1.9;2.6", "2"},
		{"All versions < V4.7 SP4 HF2", "V4.7 SP4 HF1;4.6;V4.7 SP3", "V4.7 SP4 HF2;4.8", "V4.7;V4.7 SP4"},
		{"< 12.1", "9;12.0", "12.2;13;102", "8100;2019;46024"}, {"<= 7601", "", "", "6.1"}, {"< 2019", "12.1;2018", "2019", ""},
		{"kleiner als 3.7", "3.6", "3.7", ""}, {"3.7 und niedriger", "3.7;3.1", "3.8", ""}, {"3.7 und frühere Versionen", "3.1", "3.8", ""},
		{"alle Versionen älter als 3.7", "3.6", "3.7", ""}, {"toutes les versions antérieures à 3.7", "3.1", "3.7", ""}, {"3.7 et versions antérieures", "3.7;3.1", "3.8", ""},
		{"todas las versiones anteriores a 3.7", "3.1", "3.7", ""}, {"tutte le versioni precedenti alla 3.7", "3.1", "3.7", ""}, {"alle versies ouder dan 3.7", "3.1", "3.7", ""},
		{"3.7 e precedenti", "3.1", "3.8", ""}, {"3.7 en eerder", "3.1", "3.8", ""},
		{"< V3.X.14", "3.2.13;2.9", "3.2.14;4.0", ""},
		{"NMC2 <= 6.9.6", "6.9.6", "6.9.7", ""},
		{"8.1 (Standard DC HC Editions)", "", "8.2", "8.1"},
		{"prior to 3.2", "3.1", "3.2", ""}, {"3.2 and earlier", "3.2;3.1", "3.3", "3.2.1"}, {"versions before 3.2", "3.1.9", "3.2", ""},
		{"2.3.6 and  below", "2.3.6;2.0", "2.3.7", ""}, {"up to and including 4.1", "4.1", "4.2", ""}, {"3.2 or later", "3.2;4", "3.1", ""},
		{"from 2.0 to 3.0", "2.0;2.5;3.0", "1.9;3.1", ""}, {"2.0 through 2.4", "2.4", "2.5", ""}, {"V1.81.01 - V1.81.03", "1.81.02", "1.81.04", ""},
		{"All versions between V2.5 (including) and V2.7 (excluding)", "2.5;2.6", "2.7;2.4", ""},
		{"12.4.1-12.4.11", "12.4.5", "12.5.0", ""}, {"versions 1.1, 1.2 and 1.3", "1.2", "1.4", ""},
		{"V5.1 < V5.1 SP3", "V5.1 SP2", "V5.1 SP3;5.0;5.2", ""},
		{">= 9.3.0 -  but not including 9.3.8", "9.3.7", "9.3.8;9.2", ""},
		{"≥ 2.0 ≤ 2.4", "2.3", "2.5", ""},
		{"<April/17/2023", "2023-04-16", "2023-04-17", "2023-04;2.1"},
		{"< november 29 2017", "2017-10", "2018-01", "2017-11"},
		{"<=The_first_5_digits_of_serial_No._\"26061\"", "", "", "1.0;26060"},
		{"All versions with Ethernet interface", "", "", "1.0"},
		{"< 19.0.1 | < 18.0.1 | < 8.0.7", "19.0.0;18.0.0;7.9", "18.0.1;19.0.1;20", "17.3"},
		{"5.011 | < 8.011", "5.011;7.0", "8.011", "4.0"},
		{"<V33.017_V34.014", "33.016;34.013", "35.0", ""},
		{"<= U61 |<= L81", "", "", "L85"},
		{"MMT-1715 | MMT-1754", "MMT-1715", "MMT-1780", "4.11"},
		{"<= N", "N;M", "P", "N.01"},
		{"14.1.x", "14.1;14.1.3", "14.2", "14"}, {"8.x", "8.00.01;8.0.1.2;8", "9.00.01;7.9.9", ""}, {"<= 8.x", "8.00.01;7.1", "9.0", ""},
		{"vers:cpan/>=1.65_03", "1.7", "1.5", ""},
		{"vers:generic/>=1.0|!=1.3|<2.0", "1.0;1.9", "0.9;1.3;2.0;2.5", ""}, {"vers:generic/>=1.0|1.5|!=1.7|<2.0", "1.5;1.6", "1.7;2.5;0.5", ""},
		{"< 4.3 and >= 4.0 | < 5.2 and >= 5.0", "4.1;5.1", "3.9;4.3;5.2;6.0", ""}, {"< 4.3 >= 4.0, < 5.2 >= 5.0", "4.1;5.1", "4.5;6.0", ""},
		{"[4.0,4.2)", "4.0;4.0.1;4.1", "3.9;4.2;4.2.1", ""}, {"Versions [4.0, 4.2]", "4.2", "4.3", ""}, {"(4.0,4.2]", "4.1", "4.0", ""}, {"(,1.5)", "1.4", "1.5", ""}, {"[1.5,)", "1.5;9", "1.4", ""},
		{"[1.0,1.2),[1.3,1.5]", "1.1;1.5", "1.2;1.6", ""}, {"]4.0;4.2[", "4.1", "4.0;4.2", ""}, {"vers:maven/[4.0,4.2)", "4.1", "4.2", ""},
		{"!=3.5", "3.4;3.6", "3.5", ""}, {"vers:semver/!=3.5.0|!=3.6.0", "3.4.0", "3.5.0;3.6.0", ""}, {"all versions except 3.5", "3.4;9", "3.5;3.5.0", ""}, {"* != 3.5", "3.4", "3.5", ""},
		{"vers:semver/>=1.0|<2.0", "1.0;1.9.9", "2.0;0.9", ""}, {"vers:semver/>=1.0.0-alpha.2|<1.0.0", "1.0.0-beta", "1.0.0;1.0.0-alpha.1", ""}, {"vers:generic/%3E%3D1.0|%3C2.0", "1.5", "2.0", ""},
		{"3.2+", "3.2;3.5;4", "3.1", ""}, {"2.1+, 1.4", "1.4;2.2", "1.5", ""},
		{"3.0 before 3.1.4", "3.0;3.1.3", "3.1.4;2.9", ""}, {"2.0 before 3.1", "2.0;2.5", "3.1;1.9", ""}, {"3.x before 3.2.1 and 4.x before 4.1.2", "3.1;4.1.1", "3.2.1;4.1.2;5.0;2.9", ""},
		{"from 2.0 and before 3.1", "2.0;2.5", "3.1;1.9", ""}, {"prior to and including 3.2", "3.2;3.1", "3.3", ""}, {"all versions before and including 3.2", "3.2", "3.3", ""},
		{"2.0 or later but before 3.0", "2.0;2.9", "3.0;3.5;1.9", ""}, {"3.0 to 3.2 inclusive", "3.0;3.2", "3.3", ""},
		{"between 4.0 and 4.2", "4.0;4.1;4.2", "3.9;4.3", ""}, {"zwischen 4.0 und 4.2", "4.1", "4.3", ""}, {"4.2 (and earlier)", "4.1", "4.3", ""}, {"4.2 oder älter", "4.1", "4.3", ""},
		{"4.2 and prior, 5.0 and prior", "4.1", "5.1", ""}, {"4.2 and newer, before 5.0", "4.5", "5.0;4.1", ""}, {"versions up to (and including) 4.2", "4.2", "4.3", ""},
		{"All versions < V2.1 SP3 (2.1.670)", "V2.1 SP2;2.0", "V2.1 SP3;2.2", "2.1"}, {"< 2.1 (12.03.2019)", "2.0.9", "2.1;2.1.5", ""},
	} {
		r, err := ParseRange(c.text)
		if err != nil {
			t.Errorf("ParseRange(%q): %v", c.text, err)
			continue
		}
		for want, list := range map[Tri]string{Yes: c.yes, No: c.no, Unknown: c.open} {
			for _, text := range strings.FieldsFunc(list, func(r rune) bool { return r == ';' }) {
				if got, why := r.Contains(mustParse(t, text, c.text)); got != want {
					t.Errorf("%q contains %q: %v (%d), want %v", c.text, text, got, why, want)
				}
			}
		}
	}
}

func mustParse(t *testing.T, text, rangeText string) Version {
	t.Helper()
	kind := ""
	if rest, ok := strings.CutPrefix(rangeText, "vers:"); ok {
		kind, _, _ = strings.Cut(rest, "/")
	}
	v, err := ParseIn(text, kind)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestParseRangeRefuses(t *testing.T) {
	for _, text := range []string{"", "No version", "< august 28", "<=", "3.0 and <", "Windows 10 Professional Operating System", ">= 4.5.0 | =< 3.5.2",
		"1.3.2 1.4.0 1.4.1", "UDP", "<=production_date_December_2020", "program to update 2G modems has been active since 2016",
		"3.2 and all releases prior", "4.1.1.7662 (and possibly prior versions)", "< 4.0 | 5.0 | >= 3.0", "20-33", "2.1/2.3", "3.7 und noch andere", "3.7 i starsze", "3.7 och äldre", "3.7 y otras",
		"1.0~rc1", "V1.0 ~ V1.5", "2.0, ~> 2.1", "vers:none/*", "(1.0, 1.2)", `["1.0","1.2"]`, "(,)", "[1.0,1.2", "vers:npm/^1.2.0", "vers:npm/>=1.0.0|~2.0", strings.Repeat("1 | ", 600)} {
		if r, err := ParseRange(text); err == nil {
			t.Errorf("ParseRange(%.40q) = %+v, want an error", text, r)
		} else if !errors.Is(err, ErrUnreadable) && !errors.Is(err, ErrEmpty) && !errors.Is(err, ErrTooLong) {
			t.Errorf("ParseRange(%.40q): %v is none of the errors of the package", text, err)
		}
	}
}

func TestConditions(t *testing.T) {
	for _, c := range []struct{ text, condition, qualifier string }{
		{"<V4.5.0 only if web components are used", "only if web components are used", ""},
		{"<= 1.54 (integrated into GE MobileLink)", "", ""},
		{"< 6.6 (6.x series)", "(6.x series)", ""},
		{"SCADA Web Server Version 2.02 and prior", "", "scada web server"},
		{"<= 9.90 SP5 (v9.90.196)", "", ""},
	} {
		r, err := ParseRange(c.text)
		if err != nil || r.Condition() != c.condition || r.Qualifier() != c.qualifier {
			t.Errorf("%q: condition %q, qualifier %q, %v; want %q, %q", c.text, r.Condition(), r.Qualifier(), err, c.condition, c.qualifier)
		}
	}
}

func ExampleRange_Contains() {
	r, _ := ParseRange("All versions < V4.7 SP4 HF2")
	for _, text := range []string{"V4.7 SP4 HF1", "V4.8", "V4.7"} {
		v, _ := Parse(text)
		answer, _ := r.Contains(v)
		fmt.Println(answer, r.Explain(v))
	}
	// Output:
	// yes "V4.7 SP4 HF1" < "v4.7 sp4 hf2"
	// no "V4.8" >= "v4.7 sp4 hf2"
	// unknown "V4.7" cannot be decided against "All versions < V4.7 SP4 HF2"
}

func FuzzParseRange(f *testing.F) {
	for _, s := range []string{"vers:all/*", ">= 6.02 | <= 6.05", "All versions < V4.7 SP4 HF2", "from 2.0 to 3.0", "1, 2 and 3", "<(R4.10)", "~<= 1", "((((", "vers:deb/<1|>2", "<\xff"} {
		f.Add(s)
	}
	v, err := Parse("2.1.3")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRange(s)
		if err != nil {
			return
		}
		r.Contains(v)
		r.Contains(Version{})
		r.Explain(v)
	})
}

// TestLettersAreBranches: a maker ships one release for each market, each under a letter
// of its own; the bound of a version's own letter says yes, and what is beyond it is for
// a person.
func TestLettersAreBranches(t *testing.T) {
	r, err := ParseRange("<= U61 |<= L81")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]Tri{"L81": Yes, "L80": Yes, "L82": Unknown, "U61": Yes, "U62": Unknown, "M5": Unknown} {
		v, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, why := r.Contains(v); got != want {
			t.Errorf("%s: %v (%v), want %v", text, got, why, want)
		}
	}
}
