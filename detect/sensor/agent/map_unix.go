//go:build unix

package agent

import (
	"os"
	"syscall"
)

// mapFile maps a file read-only: of an index only the pages that a scan touches
// come into memory, and several processes share them.
func mapFile(f *os.File, size int) ([]byte, func() error, error) {
	data, err := syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, nil, err
	}
	return data, func() error { return syscall.Munmap(data) }, nil
}
