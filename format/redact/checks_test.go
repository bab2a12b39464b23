package redact

import "testing"

// TestChecks uses numbers that the authorities or the standards publish as
// examples; a changed digit must not pass where there is a check.
func TestChecks(t *testing.T) {
	for _, row := range []struct{ check, good string }{
		{"at", "1237010180"}, {"be", "85073003328"}, {"bg", "7523169263"}, {"iso11", "33392005961"}, {"cz", "7103192745"},
		{"ee", "36805280109"}, {"ee", "33309240064"}, {"fi", "131052-308T"}, {"fr", "295109912611193"}, {"kvnr", "A123456780"}, {"rvnr", "15070649C103"},
		{"amka", "01013099997"}, {"hu", "111111110"}, {"ie", "6433435F"}, {"it", "RCCMNL83S18D969H"}, {"lv", "16117519997"}, {"nl", "111222333"},
		{"pl", "44051401359"}, {"nif", "123456789"}, {"ro", "1630615123457"}, {"si", "0101006500006"}, {"dni", "54362315K"}, {"nie", "X2482300W"}, {"se", "8112289874"},
	} {
		if !checks[row.check](row.good) {
			t.Errorf("%s: %s is refused", row.check, row.good)
		}
		passed := 0
		for i := range row.good {
			if c := row.good[i]; c >= '0' && c <= '9' {
				if bad := row.good[:i] + string('0'+(c-'0'+1)%10) + row.good[i+1:]; checks[row.check](bad) {
					passed++
				}
			}
		}
		if passed > 1 {
			t.Errorf("%s: %d of the numbers beside %s pass", row.check, passed, row.good)
		}
	}
}

// TestVerhoeff: the example of Verhoeff's algorithm, 236 with check digit 3.
func TestVerhoeff(t *testing.T) {
	if !verhoeff("2363") || verhoeff("2364") || verhoeff("3263") {
		t.Error("2363 is the only good one")
	}
}
