package watch

import (
	"runtime"
	"runtime/debug"
)

// apply keeps the process within what the hospital gives it.
func (l *Limits) apply() {
	runtime.GOMAXPROCS(l.CPUs)
	debug.SetMemoryLimit(int64(l.Memory))
	nice(l.Nice)
}
