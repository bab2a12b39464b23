//go:build !unix

package agent

import (
	"io"
	"os"
)

// mapFile reads the file, where there is no mapping.
func mapFile(f *os.File, size int) (data []byte, shrink func(), closing func() error, err error) {
	data = make([]byte, size)
	_, err = io.ReadFull(f, data)
	return data, func() {}, func() error { return nil }, err
}
