//go:build !linux

package upkeep

// freeBytes is unknown here.
func freeBytes(string) uint64 { return 0 }

// openFiles is unknown here.
func openFiles() uint64 { return 0 }
