package customers

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// exportFormats returns the formats of an export.
func exportFormats() []string { return []string{"csv", "jsonl", "json"} }

// format returns the format of the flag, else of the file's extension, else of the settings, else csv. An extension of another
// format than the flag is refused: a program that relies on it would misread the file.
func (o *customersExportOptions) format(flag, setting string) (string, error) {
	named := formatOfName(o.out)
	switch flag = strings.ToLower(flag); {
	case flag != "" && !slices.Contains(exportFormats(), flag):
		return "", &output.OptionError{Flag: "--output", Value: flag, Problem: "not a format of an export", Valid: exportFormats()}
	case flag != "" && named != "" && named != flag:
		f := failure.Invalidf("--out", "%s has the extension of a %s file, and -o is %s", o.out, named, flag)
		f.Hint = "omit -o, or name the file " + strings.TrimSuffix(o.out, filepath.Ext(o.out)) + "." + flag
		return "", f
	case named != "" && !slices.Contains(exportFormats(), named):
		return "", failure.Invalidf("--out", "%s has the extension of a %s file; an export writes %s", o.out, named, cli.JoinOr(exportFormats()))
	case flag != "":
		return flag, nil
	case named != "":
		return named, nil
	case slices.Contains(exportFormats(), setting):
		return setting, nil
	}
	return "csv", nil
}

// formatOfName returns the format of a file's extension, "" for none.
func formatOfName(path string) string {
	switch end := strings.ToLower(filepath.Ext(path)); end {
	case ".ndjson":
		return "jsonl"
	case ".csv", ".jsonl", ".json", ".tsv", ".yaml", ".yml":
		return end[1:]
	}
	return ""
}
