package cmd

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/output"
)

// check refuses flags that cannot be obeyed, before anything is read.
func (o *customersImportOptions) check() error {
	switch {
	case o.workers < 0 || o.workers > bulk.MaxWorkers:
		return invalidf("--workers", "%d: 1 to %d, or 0 to choose by rate and latency", o.workers, bulk.MaxWorkers)
	case o.quiet < time.Second || o.quiet > time.Hour:
		return invalidf("--quiet-period", "%s: 1s to 1h", o.quiet)
	case o.maxOutage < time.Second || o.maxOutage > 24*time.Hour:
		return invalidf("--max-outage", "%s: 1s to 24h", o.maxOutage)
	case o.rules.Duplicates != bulk.DuplicatesError && o.rules.Duplicates != bulk.DuplicatesFirst:
		return invalidf("--duplicates", "%q: error or first", o.rules.Duplicates)
	case !slices.Contains(output.MeterModes(), o.progress):
		return invalidf("--progress", "%q: %s", o.progress, joinOr(output.MeterModes()))
	case o.dryRun && o.rehearse:
		return usagef("--dry-run and --rehearse exclude each other")
	case o.rehearse && (o.results != "" || o.resumeFrom != ""):
		return usagef("--rehearse goes without --results and --resume-from: its customers do not exist")
	case o.verify && (o.dryRun || o.rehearse):
		return usagef("--verify goes without --dry-run and --rehearse: they create nothing")
	case !o.cloneRules && o.cloneFrom == "":
		return usagef("--clone-rules goes with --clone-from")
	}
	for flag, n := range map[string]int{"--expect-rows": o.expectRows, "--max-creates": o.maxCreates, "--canary": o.canary} {
		if n < 0 {
			return invalidf(flag, "%d: 0 or more", n)
		}
	}
	if _, err := o.errorLimit(); err != nil {
		return err
	}
	if o.results != "" && o.results == o.rejects {
		return usagef("--results and --rejects name the same file")
	}
	for flag, path := range map[string]string{"--results": o.results, "--rejects": o.rejects} {
		if err := checkTarget(flag, path, o.force); err != nil {
			return err
		}
	}
	return nil
}

// errorLimit reads --max-errors: a number of rows, or a share as in 5%.
func (o *customersImportOptions) errorLimit() (bulk.ErrorLimit, error) {
	text, share := strings.CutSuffix(o.maxErrors, "%")
	switch {
	case o.maxErrors == "":
		return bulk.ErrorLimit{}, nil
	case share:
		percent, err := strconv.ParseFloat(text, 64)
		if err == nil && percent > 0 && percent <= 100 {
			return bulk.ErrorLimit{Set: true, Percent: percent}, nil
		}
	default:
		count, err := strconv.Atoi(text)
		if err == nil && count >= 0 {
			return bulk.ErrorLimit{Set: true, Count: count}, nil
		}
	}
	return bulk.ErrorLimit{}, invalidf("--max-errors", "%q: a number of rows, or a share above 0%% up to 100%%", o.maxErrors)
}

// checkTarget refuses to write over a file without --force, and through a symbolic link at all.
func checkTarget(flag, path string, force bool) error {
	if path == "" {
		return nil
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return checkFolder(flag, path)
	case err != nil:
		return invalidf(flag, "%v", err)
	case info.Mode()&fs.ModeSymlink != 0:
		return invalidf(flag, "%s is a symbolic link; name the file itself", path)
	case info.IsDir():
		return invalidf(flag, "%s is a folder", path)
	case !info.Mode().IsRegular():
		return invalidf(flag, "%s is not a regular file; leave %s out and redirect stdout", path, flag)
	case !force:
		f := invalidf(flag, "%s exists", path)
		f.hint = "--force overwrites it"
		return f
	}
	return nil
}

// checkFolder refuses a file in a folder that is not there.
func checkFolder(flag, path string) error {
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return invalidf(flag, "%s: there is no folder %s", path, folder)
	}
	return nil
}
