package plain

import (
	"path"
	"strings"
)

// maxFileName bounds a file's name in characters, without its ending.
const maxFileName = 100

// FileName keeps the last part of a name and makes it safe to show, to save on
// any system, and to stand in a header.
func FileName(s string) string {
	s = Line(strings.ReplaceAll(s, "\\", "/"))
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"<>|:*?;%`, r) {
			return '_'
		}
		return r
	}, path.Base(s))
	s = strings.TrimLeft(s, "./ ")
	ending := strings.ToLower(path.Ext(s))
	stem := []rune(strings.TrimSuffix(s, path.Ext(s)))
	if len(stem) > maxFileName {
		stem = stem[:maxFileName]
	}
	if len(stem) == 0 {
		stem = []rune("file")
	}
	return string(stem) + ending
}
