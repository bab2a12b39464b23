//go:build !unix

package follow

import (
	"hash/fnv"
	"io/fs"
)

// node is a file by its name, where the system tells no better; renamed files are
// known again by their content.
type node struct{ dev, ino uint64 }

func nodeOf(path string, _ fs.FileInfo) node {
	h := fnv.New64a()
	_, _ = h.Write([]byte(path)) // a hash does not fail
	return node{1, h.Sum64()}
}
