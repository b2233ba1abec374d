package bulk

import (
	"context"
	"sync"
)

// renewal renews a credential once for all requests that met the same 401.
type renewal struct {
	ready func(context.Context) error // [Target].Ready
	renew func(context.Context) error // nil when the credential cannot be renewed

	mu         sync.Mutex
	generation int
	accepted   int           // the latest generation that the server accepted
	underway   chan struct{} // closed when the renewal under way has ended; nil when there is none
}

// current returns the generation of the credential that a request is sent with, once no renewal is under way.
func (n *renewal) current(ctx context.Context) (int, error) {
	for {
		n.mu.Lock()
		generation, underway := n.generation, n.underway
		n.mu.Unlock()
		if underway == nil {
			return generation, n.prepare(ctx)
		}
		if err := await(ctx, underway); err != nil {
			return 0, err
		}
	}
}

// prepare renews a credential that is about to expire. The request itself would not be broken off while it waits for that.
func (n *renewal) prepare(ctx context.Context) error {
	if n.ready != nil && n.ready(ctx) != nil {
		return ctx.Err()
	}
	return nil
}

// worked records that the server accepted the credential of that generation.
func (n *renewal) worked(generation int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.accepted = max(n.accepted, generation)
}

// after renews the credential of that generation, unless it has been renewed meanwhile, and reports whether there is a newer
// one: not when there is nothing to renew, the renewal failed, or the credential is a renewed one that the server never
// accepted.
func (n *renewal) after(ctx context.Context, generation int) bool {
	n.mu.Lock()
	if n.underway == nil && n.renew != nil && n.generation == generation && generation <= n.accepted {
		n.underway = make(chan struct{})
		n.mu.Unlock()
		err := n.renew(ctx)
		n.mu.Lock()
		if err == nil {
			n.generation++
		}
		close(n.underway)
		n.underway = nil
	}
	n.mu.Unlock()
	now, err := n.current(ctx)
	return err == nil && now != generation
}
