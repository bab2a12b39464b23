// Package pattern keeps regular expressions until they are asked. Compiled where
// they are declared, those of the whole house took a third of the start of every
// command, and a command needs few of them.
package pattern

import (
	"regexp"
	"sync"
)

// Pattern gives its expression, compiled by the first who asks.
type Pattern func() *regexp.Regexp

// Of is the pattern of an expression of our own; a faulty one panics when it is
// asked first, as regexp.MustCompile does.
func Of(text string) Pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
