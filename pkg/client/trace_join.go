package client

// and calls both traces, t first.
func (t Trace) and(u Trace) Trace {
	return Trace{
		Attempt: func(a Attempt) { t.attempt(a); u.attempt(a) },
		Wait:    func(w Wait) { t.wait(w); u.wait(w) },
		Warning: func(text string) { t.warn(text); u.warn(text) },
	}
}
