package cvss

import (
	"errors"
	"fmt"
	"testing"

	"ward"
)

func TestParse(t *testing.T) {
	for _, row := range []struct {
		vector, version string
		value           float64
		severity        ward.Severity
	}{
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "3.1", 9.8, ward.SeverityCritical},
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O", "3.1", 9.8, ward.SeverityCritical},
		{"CVSS:3.0/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "3.0", 8.4, ward.SeverityHigh},
		{" (AV:N/AC:L/Au:N/C:N/I:N/A:C) ", "2.0", 7.8, ward.SeverityHigh},
		{"AV:A/AC:L/Au:N/C:P/I:N/A:C/TD:N", "2.0", 6.8, ward.SeverityMedium},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "4.0", 9.3, ward.SeverityCritical},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", "4.0", 9.3, ward.SeverityCritical},
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "3.1", 0, ward.SeverityNone},
	} {
		got, err := Parse(row.vector)
		if err != nil || got.Version != row.version || got.Value != row.value || got.Severity != row.severity {
			t.Errorf("Parse(%q): got %+v, %v; want %s %v %v", row.vector, got, err, row.version, row.value, row.severity)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, vector := range []string{"", "CVSS:3.1", "CVSS:5.0/AV:N", "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "CVSS:4.0/AV:N", "high", string(make([]byte, 600))} {
		if got, err := Parse(vector); !errors.Is(err, ErrVector) || got != (Score{}) {
			t.Errorf("Parse(%q): got %v, %v; want ErrVector", vector, got, err)
		}
	}
}

func TestExpand(t *testing.T) {
	m, err := Expand("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U")
	av, ok := m.Value("AV")
	_, none := m.Value("MAV")
	if err != nil || m.Base != 9.8 || m.Temporal != 9.0 || m.Environmental != 9.0 || av != "N" || !ok || none {
		t.Errorf("Expand: got %+v, %v", m, err)
	}
	for _, vector := range []string{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "AV:N/AV:N", "AV:A/AC:L/Au:N/C:P/I:N/A:C/XX:N"} {
		if _, err := Expand(vector); !errors.Is(err, ErrVector) {
			t.Errorf("Expand(%q): got %v, want ErrVector", vector, err)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, row := range []struct {
		a, b Score
		want int
	}{
		{Stated("3.1", 5), Stated("3.0", 9), 1}, {Stated("3.1", 5), Stated("3.1", 5.1), -1},
		{Stated("2.0", 5), Score{}, 1}, {Stated("4.0", 11), Score{}, 0}, {Stated("3.1", -1), Score{}, 0},
	} {
		if got := Compare(row.a, row.b); got != row.want {
			t.Errorf("Compare(%v, %v): got %d, want %d", row.a, row.b, got, row.want)
		}
	}
}

func ExampleParse() {
	s, _ := Parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
	fmt.Println(s, s.Severity)
	// Output: 9.8 (CVSS 3.1) critical
}

func FuzzParse(f *testing.F) {
	f.Add("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U")
	f.Add("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
	f.Add("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O")
	f.Add("AV:N/AC:L/Au:N/C:N/I:N/A:C")
	f.Fuzz(func(t *testing.T, vector string) {
		s, err := Parse(vector)
		if err == nil && (s.Value < 0 || s.Value > 10) {
			t.Errorf("Parse(%q): score %v", vector, s.Value)
		}
	})
}
