package sms

import (
	"strings"
	"unicode/utf16"
)

// The default alphabet of mobile networks and its second page, whose characters
// count twice (3GPP TS 23.038, clause 6.2.1).
const (
	basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	paged = "\f^{}\\[~]|€"
)

// Segments is how many messages of a network text becomes (3GPP TS 23.040,
// clause 9.2.3.24): 160 characters of the default alphabet, or 70 of any other,
// and a few less in each where there are several. It is 0 for no text.
func Segments(text string) int {
	septets := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(basic, r):
			septets++
		case strings.ContainsRune(paged, r):
			septets += 2
		default:
			return parts(len(utf16.Encode([]rune(text))), 70, 67)
		}
	}
	return parts(septets, 160, 153)
}

func parts(units, alone, each int) int {
	if units == 0 {
		return 0
	}
	if units <= alone {
		return 1
	}
	return (units + each - 1) / each
}
