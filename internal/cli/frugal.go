package cli

import (
	"iter"
	"math"
	"runtime/debug"
)

const (
	// frugalMemory is how much a long listing takes before garbage is collected more often than need be, in bytes.
	frugalMemory = 30 << 20
	// frugalRows is how many rows fit into it, with 8 to 13 bytes that are kept of each.
	frugalRows = 1_200_000
)

// frugally passes rows on that are forgotten one after another. Nearly all memory is garbage then: it is collected when
// there is much of it, not whenever the little that is kept has doubled.
func Frugally[T any](rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		percent, limit := debug.SetGCPercent(400), debug.SetMemoryLimit(frugalMemory)
		restore := func() {
			debug.SetMemoryLimit(limit)
			debug.SetGCPercent(percent)
		}
		defer restore()
		n := 0
		for v, err := range rows {
			if n++; n == frugalRows {
				debug.SetGCPercent(percent)
				debug.SetMemoryLimit(math.MaxInt64)
			}
			if !yield(v, err) {
				return
			}
		}
	}
}
