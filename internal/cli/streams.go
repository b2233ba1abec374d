package cli

import (
	"io"
	"strings"
	"sync"

	"github.com/hydracore/hydractl/internal/output"
)

// noteBuffer holds the notes of a command whose failure would be one JSON object on stderr, until the command ends. It is safe for concurrent use.
type noteBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *noteBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// take returns what was written, and empties the buffer.
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

// workflowLog is stderr within GitHub Actions, which runs a line that begins with :: and, in an older form, what follows
// ##[ anywhere as a command. A text of a server or a file must not be one: only annotations bypass this log.
type workflowLog struct{ W io.Writer }

// Write expects whole lines, as everything on stderr is written.
func (l workflowLog) Write(p []byte) (int, error) {
	var b strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(string(p), "##[", "## [")) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			b.WriteString("> ")
		}
		b.WriteString(line)
	}
	if _, err := io.WriteString(l.W, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Progress shows on stderr how far a command has come, in one of [output.ProgressModes]: auto is a bar on a terminal, and what is
// typed meanwhile is not shown. Close it before the command asks anything.
func (a *App) Progress(mode string) output.Progress {
	if mode != "auto" || !a.Terminal.Err {
		return output.NewProgress(a.Err, mode, nil, a.Now)
	}
	bar := output.NewProgress(a.Err, mode, a.Terminal.Width, a.Now)
	if !a.Terminal.In || a.Terminal.Mute == nil {
		return bar
	}
	return &mutedProgress{bar, a.Terminal.Mute()}
}

// mutedProgress shows what is typed again when it ends.
type mutedProgress struct {
	output.Progress

	restore func()
}

func (m *mutedProgress) Close() {
	m.Progress.Close()
	m.restore()
}
