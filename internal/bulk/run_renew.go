package bulk

import (
	"context"
	"sync"
)

// renewal renews a credential once for all who met the same 401.
type renewal struct {
	renew func(context.Context) error

	mu         sync.Mutex
	generation int
}

// current names the credential that a request is sent with.
func (n *renewal) current() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.generation
}

// after renews the credential of that generation, unless somebody has done so meanwhile. It is false when there is
// nothing to be renewed, or the renewal failed.
func (n *renewal) after(ctx context.Context, generation int) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.renew == nil:
		return false
	case n.generation != generation:
		return true
	case n.renew(ctx) != nil:
		return false
	}
	n.generation++
	return true
}
