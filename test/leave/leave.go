// Package leave is the one way in which a test leaves something out because its
// real part is not here: a tool, a server, data, a right.
package leave

import (
	"os"
	"testing"
)

// Nothing is the variable that forbids it: CI sets it to 1 and has every part.
const Nothing = "WARD_LEAVE_NOTHING_OUT"

// Out ends the test and says what was left out; in CI it fails it.
func Out(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv(Nothing) == "1" {
		t.Fatalf("required here, and "+format, args...)
	}
	t.Skipf("left out: "+format, args...)
}
