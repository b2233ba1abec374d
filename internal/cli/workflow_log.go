package cli

import (
	"io"
	"strings"
)

// workflowLog is stderr within GitHub Actions, which obeys a line that begins with :: and, in its older form, whatever
// follows ##[ anywhere. Words of a server or a file are no commands: only annotations go around this log.
type workflowLog struct{ W io.Writer }

// Write takes whole lines, as everything that is said on stderr comes.
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
