package sandbox

import "sync"

// gate counts the work under way, and lets nothing new in once it is shut. The zero value is open.
type gate struct {
	mu    sync.Mutex
	n     int
	shut  bool
	empty chan struct{} // closed when it is shut and all have left
}

// enter is false when the gate is shut. Who entered must leave.
func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		return false
	}
	g.n++
	return true
}

// join counts more work of somebody who is inside.
func (g *gate) join() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.n--; g.n == 0 && g.shut {
		close(g.empty)
	}
}

// close shuts the gate, once, and returns what is closed when all have left.
func (g *gate) close() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut, g.empty = true, make(chan struct{})
	if g.n == 0 {
		close(g.empty)
	}
	return g.empty
}
