package upload

import "testing"

func TestReadQuantity(t *testing.T) {
	for text, want := range map[string]int{"": 1, " 3 ": 3, "12.0": 12, "12.00": 12, "1200": 1200, "12.000": 0, "12,000": 0, "3 Stück": 0, "0": 0, "-1": 0, "1.5": 0, "99999999999999999999": 0} {
		n, ok := readQuantity(text)
		if !ok && n != 1 {
			t.Errorf("%q: not understood, and counted as %d", text, n)
		}
		if ok != (want > 0) || ok && n != want {
			t.Errorf("%q: %d %v, want %d", text, n, ok, want)
		}
	}
}
