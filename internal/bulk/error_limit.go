package bulk

import "sync"

const (
	equalRefusals  = 10  // in a row stop a run by default
	percentAfter   = 200 // rows a percentage is meaningful
	defaultPercent = 5
)

// ErrorLimit stops a run that has too many refusals. The zero value is the default: 10 equal refusals in a row, or 5 % of at
// least 200 rows. Rows of earlier runs do not count.
type ErrorLimit struct {
	// Set reports whether Count or Percent replaces the default.
	Set bool
	// Count is the refusal that stops the run, when Percent is 0; 0 is the first, as 1 is.
	Count int
	// Percent of the rows may be refused, counted from 200 rows on.
	Percent float64
}

// errorCount counts the refusals of a run.
type errorCount struct {
	limit ErrorLimit

	mu            sync.Mutex
	done          int
	refused       int
	equal         int
	lastSignature string
}

// succeeded counts a row that was not refused.
func (c *errorCount) succeeded() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done++
	c.equal, c.lastSignature = 0, ""
}

// rejected counts a refusal and reports whether it is one too many.
func (c *errorCount) rejected(signature string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done++
	c.refused++
	if signature != c.lastSignature {
		c.equal, c.lastSignature = 0, signature
	}
	c.equal++
	percent := c.limit.Percent
	switch {
	case !c.limit.Set && c.equal >= equalRefusals:
		return true
	case !c.limit.Set:
		percent = defaultPercent
	case percent == 0:
		return c.refused >= c.limit.Count
	}
	return c.done >= percentAfter && float64(c.refused)*100 > percent*float64(c.done)
}
