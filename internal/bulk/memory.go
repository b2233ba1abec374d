package bulk

import "runtime/debug"

const (
	garbageBytes = 24 << 20 // that an import lets accumulate
	liveBytes    = 4 << 20  // of an import without rows
	liveRowBytes = 12       // of a row: its state, and the ID with spare room
	defaultGC    = 100      // the collector's percentage when GOGC is not set
)

// CollectLess makes garbage collections rarer during an import, which saves CPU time in every request: a collection also
// shrinks the stacks of all rows in flight, which then grow again. It has no effect where GOGC is set, leaves GOMEMLIMIT as it
// is, and returns the function that undoes it.
func CollectLess(rows int) (restore func()) {
	before := debug.SetGCPercent(max(garbageBytes*100/(liveBytes+rows*liveRowBytes), defaultGC))
	if before != defaultGC {
		debug.SetGCPercent(before)
	}
	return func() { debug.SetGCPercent(before) }
}
