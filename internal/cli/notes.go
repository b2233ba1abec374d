package cli

import (
	"io"
	"strings"
	"sync"
)

// noteBuffer holds the notes of a command whose failure would be one JSON object on stderr, until it is known how the
// command ends. It is safe for concurrent use.
type noteBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *noteBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// take gives what was written, and forgets it.
func (b *noteBuffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := b.text.String()
	b.text.Reset()
	return text
}

// ErrorWriter keeps the first error of a writer.
type ErrorWriter struct {
	W   io.Writer
	Err error
}

func (l *ErrorWriter) Write(p []byte) (int, error) {
	n, err := l.W.Write(p)
	if l.Err == nil {
		l.Err = err
	}
	return n, err
}
