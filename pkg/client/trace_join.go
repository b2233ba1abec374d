package client

// and calls both traces, t first.
func (t Trace) and(u Trace) Trace {
	return Trace{
		Attempt: both(t.Attempt, u.Attempt),
		Wait:    both(t.Wait, u.Wait),
		Warning: both(t.Warning, u.Warning),
	}
}

// both calls two functions; it stays nil, and costs nothing, where there is none.
func both[T any](first, second func(T)) func(T) {
	switch {
	case first == nil:
		return second
	case second == nil:
		return first
	}
	return func(v T) { first(v); second(v) }
}
