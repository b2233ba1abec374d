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
	proven     int // the latest generation that the server took
}

// current names the credential that a request is sent with.
func (n *renewal) current() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.generation
}

// worked tells that the server took the credential of that generation.
func (n *renewal) worked(generation int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.proven = max(n.proven, generation)
}

// after renews the credential of that generation, unless somebody has done so meanwhile. It is false when there is
// nothing to be renewed, the renewal failed, or the credential is a renewed one that the server never took.
func (n *renewal) after(ctx context.Context, generation int) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.renew == nil:
		return false
	case n.generation != generation:
		return true
	case generation > n.proven || n.renew(ctx) != nil:
		return false
	}
	n.generation++
	return true
}
