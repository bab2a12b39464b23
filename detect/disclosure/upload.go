package disclosure

import (
	"bytes"
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ward/format/plain"
)

// Bounds of attachments. Bytes of a report are held in memory while they are
// sealed, so they are small; for more the Centre agrees on a way with the reporter.
const (
	MaxFile      = 5 << 20  // bytes of one file
	MaxFiles     = 5        // of one form
	MaxCaseFiles = 20       // of one case
	MaxCaseBytes = 40 << 20 // of all files of one case
)

// Upload is a file as it came. Name is what the sender calls it.
type Upload struct {
	Name string
	Data []byte
}

// kinds are the endings that are taken, each with what its bytes must be. A
// program is taken in an archive only, so that no slip of a hand starts it.
var kinds = map[string]func([]byte) bool{
	".txt": isText, ".md": isText, ".log": isText, ".csv": isText, ".json": isText, ".xml": isText, ".eml": isText, ".asc": isText, ".py": isText,
	".png": begins("\x89PNG\r\n\x1a\n"), ".jpg": begins("\xff\xd8\xff"), ".jpeg": begins("\xff\xd8\xff"),
	".pdf": begins("%PDF-"), ".zip": begins("PK\x03\x04"), ".7z": begins("7z\xbc\xaf\x27\x1c"), ".gz": begins("\x1f\x8b"), ".tgz": begins("\x1f\x8b"),
	".pcap": begins("\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d"), ".pcapng": begins("\x0a\x0d\x0d\x0a"),
	".gpg": func(b []byte) bool { return len(b) > 0 && b[0]&0x80 != 0 }, // RFC 9580 section 4.2: a packet's first bit is set
}

// Accept lists the endings, for the form.
func Accept() string {
	var out []string
	for e := range kinds {
		out = append(out, e)
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

func begins(marks ...string) func([]byte) bool {
	return func(b []byte) bool {
		return slices.ContainsFunc(marks, func(m string) bool { return bytes.HasPrefix(b, []byte(m)) })
	}
}

func isText(b []byte) bool { return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }

// checkFiles cleans names and refuses what is too much, too large, of an ending
// that is not taken, or something else than its ending says. files and size are
// what the case has already.
func checkFiles(list []Upload, files int, size int64) ([]Upload, error) {
	if len(list) > MaxFiles || files+len(list) > MaxCaseFiles {
		return nil, invalid("files_many", "files", "max", strconv.Itoa(min(MaxFiles, max(0, MaxCaseFiles-files))))
	}
	var faults []error
	out := make([]Upload, len(list))
	for i, u := range list {
		u.Name = plain.FileName(u.Name)
		fits, taken := kinds[path.Ext(u.Name)]
		size += int64(len(u.Data))
		switch {
		case len(u.Data) == 0:
			faults = append(faults, invalid("file_empty", "files", "name", u.Name))
		case len(u.Data) > MaxFile:
			faults = append(faults, invalid("file_large", "files", "name", u.Name, "max", strconv.Itoa(MaxFile>>20)))
		case size > MaxCaseBytes:
			return nil, invalid("files_large", "files", "max", strconv.Itoa(MaxCaseBytes>>20))
		case !taken:
			faults = append(faults, invalid("file_kind", "files", "name", u.Name))
		case !fits(u.Data):
			faults = append(faults, invalid("file_other", "files", "name", u.Name))
		}
		out[i] = u
	}
	return out, errors.Join(faults...)
}
