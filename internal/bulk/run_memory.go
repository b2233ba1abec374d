package bulk

import "runtime/debug"

const (
	memoryBase   = 26 << 20 // bytes that an import may take before the collector works harder
	memoryOfARow = 14       // bytes: the state, and the id with room to spare
	lazyPercent  = 800      // growth of the heap that is let pass within the limit
)

// SpareCollector lets garbage be collected seldom as long as memory stays small, which saves CPU time in every
// request: a collection also shrinks the stacks of all rows under way, which then grow again. It gives the function that
// undoes it. The limit grows with the rows, so that it is never below what they need.
func SpareCollector(rows int) (restore func()) {
	limit := debug.SetMemoryLimit(memoryBase + int64(rows)*memoryOfARow)
	percent := debug.SetGCPercent(lazyPercent)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}
