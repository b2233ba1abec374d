package imports

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// maxAnnotations is what GitHub shows of one step.
const maxAnnotations = 10

// annotate writes annotations for GitHub Actions at the lines that were refused, and the summary of the step. Elsewhere it
// does nothing.
func annotate(ctx context.Context, app *cli.App, p *plan, s summary) error {
	if !app.OnGitHub() {
		return nil
	}
	shown := 0
	for row, err := range bulk.Results(ctx, p.journal, p.checked.rows) {
		if err != nil {
			return err
		}
		if row.State != record.Rejected && row.State != record.Invalid && row.State != record.Unknown {
			continue
		}
		if shown++; shown > maxAnnotations {
			break
		}
		_, _ = fmt.Fprintf(app.Annotations(), "::error file=%s,line=%d,title=%s::%s\n",
			property(workspacePath(app, s.File)), row.Line, property("customers import: "+string(row.State)), message(row.Text))
	}
	return addStepSummary(app, stepSummary(s))
}

// annotateRefusal writes annotations for GitHub Actions at what keeps a file from being imported; checked is nil when it could not even be read.
func annotateRefusal(app *cli.App, name string, checked *checkedInput, reason error) {
	problems := refusedPlaces(reason)
	if !app.OnGitHub() || len(problems) == 0 {
		return
	}
	for _, p := range problems[:min(len(problems), maxAnnotations)] {
		text := p.Msg
		if p.Field != "" {
			text = p.Field + ": " + text
		}
		_, _ = fmt.Fprintf(app.Annotations(), "::error %s::%s\n", refusedPlace(app, p), message(text))
	}
	s := summary{File: name, ExitCode: failure.ExitUsage, Counts: map[string]int{}}
	if checked != nil {
		s.Rows = checked.rows.Rows
		for state, n := range checked.rows.Counts {
			s.Counts[string(state)] = n
		}
	}
	if err := addStepSummary(app, stepSummary(s)+"The file is refused; nothing was sent.\n\n"); err != nil {
		app.Status().Warn("%v", err)
	}
}

// refusedPlaces are the places in a file that keep it from being imported; a bad flag has none.
func refusedPlaces(reason error) []*input.Error {
	refusal, ok := errors.AsType[*input.Refusal](reason)
	if !ok {
		return slices.DeleteFunc(input.Errors(reason), func(p *input.Error) bool { return strings.HasPrefix(p.File, "--") })
	}
	var all []*input.Error
	for _, g := range refusal.Groups {
		for i := range g.First {
			all = append(all, &g.First[i].Error)
		}
	}
	return all
}

func refusedPlace(app *cli.App, p *input.Error) string {
	place := "file=" + property(workspacePath(app, p.File))
	if p.Line > 0 {
		place += fmt.Sprintf(",line=%d", p.Line)
	}
	if p.Column > 0 {
		place += fmt.Sprintf(",col=%d", p.Column)
	}
	return place + ",title=" + property("customers import: "+string(record.Invalid))
}

// workspacePath returns the path of a file from GITHUB_WORKSPACE, from where GitHub finds the file of an annotation. A file
// elsewhere keeps its path.
func workspacePath(app *cli.App, name string) string {
	workspace, file := app.Variable("GITHUB_WORKSPACE"), name
	var err error
	if !filepath.IsAbs(file) {
		file, err = filepath.Abs(file)
	}
	if workspace == "" || name == "" || name == "-" || err != nil {
		return name
	}
	inside, err := filepath.Rel(workspace, file)
	if err != nil || !filepath.IsLocal(inside) {
		return name
	}
	return filepath.ToSlash(inside)
}

// addStepSummary adds to what GitHub shows of the step.
func addStepSummary(app *cli.App, text string) error {
	path, _ := app.LookupEnv("GITHUB_STEP_SUMMARY")
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // GitHub's own file, read by its runner
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	return nil
}

func stepSummary(s summary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### hydractl customers import\n\n`%s`, exit code %d\n\n", output.Escape(s.File), s.ExitCode)
	if s.Rows == 0 {
		return b.String()
	}
	b.WriteString("| state | rows |\n|---|---:|\n")
	for _, state := range rowStates() {
		if n := s.Counts[string(state)]; n > 0 {
			fmt.Fprintf(&b, "| %s | %d |\n", state, n)
		}
	}
	fmt.Fprintf(&b, "| **all** | **%d** |\n\n", s.Rows)
	return b.String()
}

// message and property escape a text for a workflow command.
func message(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", "##[", "## [").Replace(output.EscapeCut(s, cli.MaxShown))
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(s))
}
