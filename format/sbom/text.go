package sbom

import (
	"bytes"

	"golang.org/x/text/encoding/unicode"
)

// Text gives a document as UTF-8 where it came in UTF-16 with its mark: so Windows'
// shell writes what a tool prints. XML stays as it is, since its declaration names
// the encoding; so does what cannot be decoded.
func Text(data []byte) []byte {
	order := unicode.LittleEndian
	switch {
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order = unicode.BigEndian
	case !bytes.HasPrefix(data, []byte("\xff\xfe")):
		return data
	}
	out, err := unicode.UTF16(order, unicode.ExpectBOM).NewDecoder().Bytes(data)
	if err != nil || bytes.HasPrefix(bytes.TrimLeft(out, " \t\r\n"), []byte("<")) {
		return data
	}
	return out
}
