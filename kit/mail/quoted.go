package mail

import (
	"regexp"
	"strings"
	"sync"
)

// hostLike is what a mail program may turn into a link: a word, a dot, two letters.
var hostLike = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`([\p{L}\p{N}_-])\.(\p{L}{2})`) })

// Quoted makes one line of somebody's words and breaks what a mail program would
// turn into a link that looks like ours.
func Quoted(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	s = strings.ReplaceAll(s, "://", ": //")
	s = hostLike().ReplaceAllString(s, "$1 .$2")
	return hostLike().ReplaceAllString(s, "$1 .$2") // labels of two letters overlap
}
