package agent

import (
	"syscall"
	"unsafe"
)

const largePage = 2 << 20

// large gives memory that lies on large pages where the kernel has them to give;
// nil when it gives none.
func large(size int) (memory []byte, closing func() error) {
	all, err := syscall.Mmap(-1, 0, size+largePage, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, func() error { return nil }
	}
	skip := -int(uintptr(unsafe.Pointer(&all[0]))) & (largePage - 1)
	_ = syscall.Madvise(all[skip:], syscall.MADV_HUGEPAGE) // refused: small pages do
	return all[skip : skip+size], func() error { return syscall.Munmap(all) }
}
