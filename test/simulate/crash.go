package simulate

import (
	"errors"
	"sync"
)

// ErrDead is the error of every operation after the process has died.
var ErrDead = errors.New("the process is dead")

// Crash numbers the points at which a process can die, and lets it die at one of them. The methods of a nil Crash do
// nothing.
type Crash struct {
	At    int    // the point to die at, from 1; 0 for none
	Kill  func() // called at that point
	Where string // names the point once it is reached

	mu    sync.Mutex
	count int
	dead  bool
}

// point is a place where the process may die. It reports whether the process is dead.
func (c *Crash) point(where string) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return true
	}
	c.count++
	if c.count == c.At {
		c.dead, c.Where = true, where
		if c.Kill != nil {
			c.Kill()
		}
	}
	return c.dead
}

// IsDead reports whether the process has died.
func (c *Crash) IsDead() bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead
}
