package upkeep

import "syscall"

// freeBytes is what a user without privileges may still write; 0 if unknown.
func freeBytes(path string) uint64 {
	var s syscall.Statfs_t
	if syscall.Statfs(path, &s) != nil || s.Bsize < 0 {
		return 0
	}
	return s.Bavail * uint64(s.Bsize)
}

// openFiles is the limit of this process; 0 if unknown. Go raises it to the hard
// one at its start.
func openFiles() uint64 {
	var l syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l) != nil {
		return 0
	}
	return l.Cur
}
