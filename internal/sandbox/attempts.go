package sandbox

import (
	"hash/fnv"
	"io"
	"sync"
)

// attempts counts how often requests of the same content came. Two generations bound its size: content that was not seen
// for half a million requests begins again.
type attempts struct {
	mu       sync.Mutex
	now, old map[uint64]int64
}

const attemptsKept = 500_000

func (a *attempts) count(content uint64) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.now == nil || len(a.now) >= attemptsKept {
		a.old, a.now = a.now, map[uint64]int64{}
	}
	n, seen := a.now[content]
	if !seen {
		n = a.old[content]
	}
	a.now[content] = n + 1
	return n + 1
}

// contentOf is a hash of what a request says, whoever says it.
func contentOf(r *request) uint64 {
	h := fnv.New64a()
	for _, part := range []string{r.method, r.path, r.query} {
		_, _ = io.WriteString(h, part)
		_, _ = h.Write([]byte{0})
	}
	_, _ = h.Write(r.raw)
	return h.Sum64()
}

func hashText(s string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, s)
	return h.Sum64()
}
