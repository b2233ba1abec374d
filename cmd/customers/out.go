package customers

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
)

// outFile returns the file of --out, "" for stdout, and refuses one that cannot be written.
func outFile(o cli.OutFlags) (string, error) {
	path, err := o.File()
	if err != nil || path == "" {
		return "", err
	}
	return path, files.CheckTarget("--out", path, o.Force)
}

// writeList writes the file of --out as a whole, or leaves an existing one as it is. It writes none when the list may be incomplete;
// the hint says what to do then.
func writeList(o cli.OutFlags, hint string, write func(io.Writer) error) error {
	err := writeFile("--out", o.Out, o.Force, write)
	if isIncomplete(err) {
		return &failure.Failure{
			Exit: failure.ExitPartial, Code: "incomplete_list", Cause: err, Retryable: true, Outcome: failure.OutcomeNone,
			Message: o.Out + " was not written: " + err.Error(), Hint: hint,
		}
	}
	return err
}

// fileFormat returns the format of the flag, else of the file's extension, else of the settings, else the first of allowed.
// An extension of another format than the flag is refused: a program that relies on it would misread the file.
func fileFormat(out, flag, setting string, allowed []string) (string, error) {
	named := formatOfName(out)
	switch flag = strings.ToLower(flag); {
	case flag != "" && !slices.Contains(allowed, flag):
		return "", output.InvalidOption("--output", fmt.Sprintf("%.100q is not available for this command", flag), allowed, "")
	case flag != "" && named != "" && named != flag:
		f := failure.Invalidf("--out", "%s has the extension of a %s file, and -o is %s", out, named, flag)
		f.Hint = "omit -o, or name the file " + strings.TrimSuffix(out, filepath.Ext(out)) + "." + flag
		return "", f
	case named != "" && !slices.Contains(allowed, named):
		return "", failure.Invalidf("--out", "%s has the extension of a %s file; this command writes %s", out, named, cli.JoinOr(allowed))
	case flag != "":
		return flag, nil
	case named != "":
		return named, nil
	case slices.Contains(allowed, setting):
		return setting, nil
	}
	return allowed[0], nil
}

// formatOfName returns the format of a file's extension, "" for none.
func formatOfName(path string) string {
	switch end := strings.ToLower(filepath.Ext(path)); end {
	case ".ndjson":
		return "jsonl"
	case ".yml":
		return "yaml"
	case ".csv", ".jsonl", ".json", ".tsv", ".yaml":
		return end[1:]
	}
	return ""
}

// fileOutput returns how data is printed to a file: nothing is cut or coloured, and cells that a spreadsheet would run are
// guarded.
func fileOutput(o output.Options) output.Options {
	o.Width, o.Color, o.Direct, o.Guard = 0, false, true, input.Guard
	return o
}

// writeFile writes the file of a flag as a whole, or leaves an existing one as it is.
func writeFile(flag, path string, force bool, write func(io.Writer) error) error {
	err := files.WriteWhole(files.Disk(), path, force, write)
	if failed, ok := errors.AsType[*files.Error](err); ok {
		return unwritten(flag, failed)
	}
	return err
}

// unwritten returns the failure for a file that could not be written.
func unwritten(flag string, err *files.Error) *failure.Failure {
	f := &failure.Failure{Exit: failure.ExitUnexpected, Code: "write_failed", Message: flag + ": " + err.Error() + "; no part of it was kept", Cause: err}
	switch {
	case errors.Is(err, fs.ErrExist):
		f.Exit, f.Hint = failure.ExitUsage, "another program created it meanwhile: --force overwrites it"
	case files.IsUnusable(err):
		f.Exit, f.Hint = failure.ExitUsage, "name a file in an existing folder that you can write to"
	default:
		f.Hint = "free some space, or name a file on another disk"
	}
	return f
}
