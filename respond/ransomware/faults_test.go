package ransomware

import (
	"testing"

	"ward/test/expect"
)

// A form is answered once: with every fault that it has.
func TestEveryFaultOfAForm(t *testing.T) {
	expect.Fields(t, "a decryptor", (&Draft{SHA256: "x", Signature: "x"}).check(), "family maker source sha256 signature")
}
