package id

import (
	"crypto/rand"
	"strings"
)

// A printed code is 15 random symbols of Crockford's base32 and a check symbol,
// in four groups of four: "7K2M-9QXA-4TR0-VB3C". 75 bits cannot be guessed, and
// 16 symbols are read over a phone in half a minute. Crockford's own check
// symbol needs five signs that nobody can name on a phone, so ours is one more
// symbol of the same 32.
const (
	printedSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	printedLength  = 16
	printedGroup   = 4
)

// Printed makes a code to be printed, typed and read over a phone.
func Printed() string {
	b := make([]byte, printedLength-1)
	rand.Read(b) // never fails (crypto/rand)
	for i := range b {
		b[i] = printedSymbols[b[i]&31] // 256 is a multiple of 32: no symbol is likelier
	}
	return string(append(b, printedSymbols[checkOf(b)]))
}

// checkOf is the sum of symbol × 2^place in the field of 32 elements (polynomial
// x^5+x^2+1). One wrong symbol changes it, and so do two that changed places
// anywhere in the code, as no two places weigh the same.
func checkOf(code []byte) byte {
	var sum byte
	for i := range code {
		sum = double(sum) ^ byte(strings.IndexByte(printedSymbols, code[i]))
	}
	return double(sum) // the check symbol itself weighs 1
}

// double multiplies by x in that field.
func double(v byte) byte {
	v <<= 1
	if v&32 != 0 {
		v ^= 0b100101
	}
	return v
}

// ReadPrinted undoes how people write and say a code: any case, any dashes and
// spaces, O for 0, I and L for 1. ok is false for what cannot be one, so that a
// slip of the tongue is told from a code that opens nothing.
func ReadPrinted(s string) (code string, ok bool) {
	b := make([]byte, 0, printedLength)
	for _, r := range strings.ToUpper(s[:min(len(s), 4*printedLength)]) {
		switch {
		case r == ' ' || r == '-' || r == '–' || r == '\u00a0':
			continue
		case r == 'O':
			r = '0'
		case r == 'I' || r == 'L':
			r = '1'
		}
		if !strings.ContainsRune(printedSymbols, r) || len(b) == printedLength {
			return "", false
		}
		b = append(b, byte(r))
	}
	if len(b) != printedLength || b[printedLength-1] != printedSymbols[checkOf(b[:printedLength-1])] {
		return "", false
	}
	return string(b), true
}

// Grouped writes a code as it is printed.
func Grouped(code string) string {
	var parts []string
	for i := 0; i < len(code); i += printedGroup {
		parts = append(parts, code[i:min(i+printedGroup, len(code))])
	}
	return strings.Join(parts, "-")
}
