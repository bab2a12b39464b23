package agent

import (
	"debug/elf"
	"syscall"
	"unsafe"
)

const (
	largePage = 2 << 20
	pageMask  = 64<<10 - 1 // of the largest pages of code
)

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

// ForgetStart gives back the pages of the program that its start has touched, of
// its code and constants only: every package begins, and few of them search.
// They were 45 of the 60 MB that stayed resident. What is needed comes back by
// itself. A program that the loader moves has relocated constants, which would
// not; it is left alone.
func ForgetStart() {
	f, err := elf.Open("/proc/self/exe")
	if err != nil {
		return
	}
	defer f.Close() //nolint:errcheck // read only
	for _, p := range f.Progs {
		if from := (p.Vaddr + pageMask) &^ pageMask; f.Type == elf.ET_EXEC && p.Type == elf.PT_LOAD && p.Flags&elf.PF_W == 0 && p.Memsz > pageMask {
			size := (p.Vaddr + p.Memsz - from) &^ pageMask
			_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, uintptr(from), uintptr(size), syscall.MADV_DONTNEED) // refused: they stay
		}
	}
}
