package cmd

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/output"
)

// maxAnnotations is what GitHub shows of one step.
const maxAnnotations = 10

// annotate tells GitHub Actions which lines were refused, and writes the summary of the step. Elsewhere it does nothing.
func (e *Env) annotate(ctx context.Context, r importReport, s importSummary) error {
	if !e.onGitHub() {
		return nil
	}
	shown := 0
	for row, err := range bulk.Results(ctx, r.journal, r.input.checked) {
		if err != nil {
			return err
		}
		if row.State != bulk.Rejected && row.State != bulk.Invalid && row.State != bulk.Unknown {
			continue
		}
		if shown++; shown > maxAnnotations {
			break
		}
		_, _ = fmt.Fprintf(e.annotations(), "::error file=%s,line=%d,title=%s::%s\n",
			property(s.File), row.Line, property("customers import: "+string(row.State)), message(row.Text))
	}
	path, _ := e.LookupEnv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // GitHub's own file, read by its runner
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	defer func() { _ = f.Close() }()
	if _, err = f.WriteString(stepSummary(s)); err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	return nil
}

func stepSummary(s importSummary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### hydractl customers import\n\n`%s`, exit code %d\n\n| state | rows |\n|---|---:|\n", output.Escape(s.File), s.ExitCode)
	for _, state := range countedStates() {
		if n := s.Counts[string(state)]; n > 0 {
			fmt.Fprintf(&b, "| %s | %d |\n", state, n)
		}
	}
	fmt.Fprintf(&b, "| **all** | **%d** |\n\n", s.Rows)
	return b.String()
}

// message and property escape a text for a workflow command.
func message(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", "##[", "## [").Replace(output.EscapeCut(s, maxShown))
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(s))
}
