package pack

import (
	"bytes"
	"strings"
)

// Kind is how the first bytes of a file say that it is packed.
type Kind string

const (
	Plain    Kind = "plain" // none of the others
	Zip      Kind = "zip"
	Office   Kind = "office" // a zip that is one document: XLSX, DOCX, ODS, ...
	Tar      Kind = "tar"
	Gzip     Kind = "gzip"
	Bzip2    Kind = "bzip2"
	Zstd     Kind = "zstd"
	XZ       Kind = "xz"
	SevenZip Kind = "7z"
	RAR      Kind = "rar"
)

// HeadSize is how many bytes Sniff wants to see: one tar header.
const HeadSize = 512

// magic lists the leading bytes of each kind.
var magic = [...]struct {
	kind Kind
	lead string
}{
	{Zip, "PK\x03\x04"}, {Zip, "PK\x05\x06"}, {Gzip, "\x1f\x8b\x08"}, {Bzip2, "BZh"}, {Zstd, "\x28\xb5\x2f\xfd"},
	{XZ, "\xfd7zXZ\x00"}, {SevenZip, "7z\xbc\xaf\x27\x1c"}, {RAR, "Rar!\x1a\x07"},
}

// Sniff tells the kind from the first HeadSize bytes; fewer are enough for
// all but tar. Names are not asked: they lie.
func Sniff(head []byte) Kind {
	for _, m := range magic {
		switch {
		case !bytes.HasPrefix(head, []byte(m.lead)):
			continue
		case m.kind == Zip && isOffice(head):
			return Office
		case m.kind == Bzip2 && !isBzip2(head):
			return Plain
		}
		return m.kind
	}
	if len(head) >= 262 && string(head[257:262]) == "ustar" {
		return Tar
	}
	return Plain
}

// isBzip2 looks past three letters that a text may begin with: a block size
// and the magic of the first block or of the end follow.
func isBzip2(head []byte) bool {
	return len(head) >= 10 && head[3] >= '1' && head[3] <= '9' &&
		(string(head[4:10]) == "1AY&SY" || string(head[4:10]) == "\x17\x72\x45\x38\x50\x90")
}

// isOffice reads the name of the first entry of a zip (at byte 30, its length
// at byte 26): office programs put a part of their own first.
func isOffice(head []byte) bool {
	if len(head) < 31 {
		return false
	}
	n := min(30+int(head[26])+int(head[27])<<8, len(head))
	name := string(head[30:n])
	for _, part := range [...]string{"[Content_Types].xml", "_rels/", "docProps/", "xl/", "word/", "ppt/", "mimetype"} {
		if strings.HasPrefix(name, part) {
			return true
		}
	}
	return false
}
