//go:build !unix

package spool

import "os"

// lock only makes the file: these systems have no lock that ends with its process
// and needs no further module.
func lock(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
}
