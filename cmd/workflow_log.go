package cmd

import (
	"io"
	"strings"
)

// workflowLog is stderr within GitHub Actions, which obeys a line that begins with :: and, in its older form, whatever
// follows ##[ anywhere. Words of a server or a file are no commands: only annotations go around this log.
type workflowLog struct{ w io.Writer }

// Write takes whole lines, as everything that is said on stderr comes.
func (l workflowLog) Write(p []byte) (int, error) {
	var b strings.Builder
	for line := range strings.Lines(strings.ReplaceAll(string(p), "##[", "## [")) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			b.WriteString("> ")
		}
		b.WriteString(line)
	}
	if _, err := io.WriteString(l.w, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// onGitHub tells whether the process is a step of GitHub Actions.
func (e *Env) onGitHub() bool {
	on, _ := e.LookupEnv("GITHUB_ACTIONS")
	return on == "true"
}

// annotations is where workflow commands of our own go.
func (e *Env) annotations() io.Writer {
	if l, ok := e.Err.(workflowLog); ok {
		return l.w
	}
	return e.Err
}
