package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"ward"
)

// identity is the part of a description that does not change with a release.
func identity(ref ward.ProductRef) ward.ProductRef {
	ref.Version, ref.Serial = "", ""
	return ref
}

// identityHash names an identity in the dictionary: two descriptions are one
// when all six texts agree letter by letter, as which of them mean the same
// product is for the matching to say.
func identityHash(ref ward.ProductRef) string {
	text := strings.Join([]string{ref.Vendor, ref.Name, ref.Model, ref.UDI, ref.PURL, ref.CPE}, "\x1f")
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// searchText is what the list's text filter looks through.
func searchText(ref ward.ProductRef) string {
	return strings.ToLower(strings.Join([]string{ref.Vendor, ref.Name, ref.Model, ref.UDI}, " "))
}
