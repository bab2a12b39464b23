//go:build unix

package follow

import (
	"io/fs"
	"syscall"
)

// node is a file whatever its name is.
type node struct{ dev, ino uint64 }

func nodeOf(_ string, info fs.FileInfo) node {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return node{}
	}
	return node{uint64(st.Dev), st.Ino} //nolint:unconvert // the type of Dev differs by system
}
