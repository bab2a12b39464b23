//go:build unix

package agent

import (
	"os"
	"syscall"
)

// mapFile maps a file read-only: of an index only the pages that a scan touches
// come into memory, and several processes share them.
//
// shrink gives the pages back. The kernel brings sixteen at each touch, so
// that some thousand hits would make all of a large index resident.
func mapFile(f *os.File, size int) (data []byte, shrink func(), closing func() error, err error) {
	data, err = syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, nil, err
	}
	shrink = func() { _ = syscall.Madvise(data, syscall.MADV_DONTNEED) } // refused: the pages stay
	return data, shrink, func() error { return syscall.Munmap(data) }, nil
}
