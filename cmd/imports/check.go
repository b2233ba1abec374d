package imports

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// check refuses flags that cannot be obeyed, before anything is read.
func (o *customersImportOptions) check(in string) error {
	switch {
	case o.workers < 0 || o.workers > bulk.MaxWorkers:
		return failure.Invalidf("--workers", "%d: 1 to %d, or 0 to choose by rate and latency", o.workers, bulk.MaxWorkers)
	case o.quiet < time.Second || o.quiet > time.Hour:
		return failure.Invalidf("--quiet-period", "%s: 1s to 1h", o.quiet)
	case o.maxOutage < time.Second || o.maxOutage > 24*time.Hour:
		return failure.Invalidf("--max-outage", "%s: 1s to 24h", o.maxOutage)
	case o.rules.Duplicates != input.DuplicatesError && o.rules.Duplicates != input.DuplicatesFirst:
		return failure.Invalidf("--duplicates", "%q: error or first", o.rules.Duplicates)
	case !slices.Contains(output.MeterModes(), o.progress):
		return failure.Invalidf("--progress", "%q: %s", o.progress, cli.JoinOr(output.MeterModes()))
	case o.dryRun && o.rehearse:
		return failure.Usagef("--dry-run and --rehearse exclude each other")
	case o.rehearse && (o.results != "" || o.resumeFrom != ""):
		return failure.Usagef("--rehearse goes without --results and --resume-from: its customers do not exist")
	case o.verify && (o.dryRun || o.rehearse):
		return failure.Usagef("--verify goes without --dry-run and --rehearse: they create nothing")
	case !o.cloneRules && o.cloneFrom == "":
		return failure.Usagef("--clone-rules goes with --clone-from")
	}
	for flag, n := range map[string]int{"--expect-rows": o.expectRows, "--max-creates": o.maxCreates, "--canary": o.canary} {
		if n < 0 {
			return failure.Invalidf(flag, "%d: 0 or more", n)
		}
	}
	if _, err := o.errorLimit(); err != nil {
		return err
	}
	return o.checkReports(in)
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
	return bulk.ErrorLimit{}, failure.Invalidf("--max-errors", "%q: a number of rows, or a share above 0%% up to 100%%", o.maxErrors)
}
