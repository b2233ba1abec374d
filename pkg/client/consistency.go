package client

// Consistency says how much a [Pager] does to bring every customer while customers come and go. In every mode a list
// that may lack a customer ends in an *IncompleteError, and a walk that saw the list change is repeated.
type Consistency string

const (
	// Fast reads customers that are older than five minutes with several requests at once, and the rest one page after
	// another. It is the default.
	Fast Consistency = "fast"
	// Scan reads one page after another, one request at a time.
	Scan Consistency = "scan"
	// Verified reads like Fast, until two walks in a row saw no change. It is for lists from which customers are
	// deleted meanwhile: a deletion and a creation between the same two pages can escape a single walk.
	Verified Consistency = "verified"
)

// Consistencies lists the modes, the default first.
func Consistencies() []Consistency { return []Consistency{Fast, Scan, Verified} }
