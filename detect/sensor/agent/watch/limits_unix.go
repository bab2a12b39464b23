//go:build unix

package watch

import "syscall"

// nice gives way to everybody else; what cannot be had is no reason not to look.
func nice(n int) { _ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, n) }
