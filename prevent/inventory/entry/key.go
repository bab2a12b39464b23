package entry

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// RowKey is by what the same row is known again when its file comes once more: the
// hospital's own number, else the serial number with the UDI-DI, else what the
// row says of product and place. Version, quantity and end of support are never
// part of it, since those are what changes.
func (e *Entry) RowKey() string {
	switch {
	case e.RowID != "":
		return short("r:" + strings.ToLower(e.RowID))
	case realSerial(e.Ref.Serial):
		return short("s:" + strings.ToLower(e.Ref.Serial) + "|" + e.Ref.UDI)
	}
	r := e.Ref
	name := r.Vendor + "\x1f" + r.Name + "\x1f" + r.Model + "\x1f" + r.UDI
	if r.Name == "" && r.Model == "" && r.UDI == "" { // package URLs and CPEs may hold a version
		name = r.PURL + "\x1f" + r.CPE
	}
	text := strings.Join([]string{name, e.Site, e.Department, e.Service, e.Zone, e.Owner}, "\x1f")
	return Hashed("c:", strings.ToLower(text))
}

// longKey is where a key is replaced by its hash: databases bound the size of
// what they index.
const longKey = 120

// short keeps a key readable while it is short enough to be indexed.
func short(key string) string {
	if len(key) <= longKey {
		return key
	}
	return Hashed("h:", key)
}

// Hashed is a key of fixed size: 128 bits of SHA-256, far beyond the rows of one
// organisation.
func Hashed(prefix, text string) string {
	sum := sha256.Sum256([]byte(text))
	return prefix + hex.EncodeToString(sum[:16])
}

// realSerial tells a serial number from what people write when there is none.
func realSerial(s string) bool {
	has := strings.ContainsAny(s, "123456789") || len(s) > 5
	switch strings.ToLower(strings.Trim(s, " -./?_")) {
	case "", "0", "na", "n/a", "none", "unknown", "unbekannt", "inconnu", "keine", "nicht bekannt", "tbd":
		return false
	}
	return has
}

// Numbered is the key of the n-th row among equals.
func Numbered(key string, n int) string {
	if n < 2 {
		return key
	}
	return key + "#" + strconv.Itoa(n)
}
