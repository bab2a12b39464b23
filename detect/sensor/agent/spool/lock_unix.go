//go:build unix

package spool

import (
	"os"
	"syscall"
)

// lock holds the folder for this process; the kernel lets it go with the process.
func lock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close() // nothing was written
		return nil, ErrBusy
	}
	return f, nil
}
