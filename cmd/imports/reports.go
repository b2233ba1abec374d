package imports

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// reportPath is a file that an import writes about its rows.
type reportPath struct{ flag, path string }

func (r reportOptions) paths() []reportPath {
	return []reportPath{{"--results", r.results}, {"--rejects", r.rejects}}
}

// checkReports refuses report files that cannot be written, that are the input or each other under another name, or that hold
// something else than a report of an import. Which import it is, is known only with the input and the tenant.
func (j *job) checkReports() error {
	r := j.once.reports
	for _, p := range r.paths() {
		if p.path == "" {
			continue
		}
		if _, err := files.CheckPlace(p.flag, p.path); err != nil {
			return err
		}
		if j.path != "-" && files.Same(p.path, j.path) {
			return failure.Invalidf(p.flag, "%s is the input itself", p.path)
		}
	}
	if files.Same(r.results, r.rejects) {
		return failure.Usagef("--results and --rejects name the same file")
	}
	return r.protect(append(j.stateJournals(), j.once.journal)...)
}

// reportJournals are the journals whose reports this run may replace: its own, and those of the same content or file.
func (j *job) reportJournals(p *plan) []string {
	if r := j.once.reports; r.results == "" && r.rejects == "" {
		return nil
	}
	return append(j.ownJournals(p.checked.source), p.journal.Dir())
}

// ownJournals are the journals of imports of the same content, or of the same file: what they wrote can be replaced.
func (j *job) ownJournals(source interface{ SHA256() (string, error) }) []string {
	path, err := filepath.Abs(j.path)
	if err != nil || j.path == "-" {
		path = ""
	}
	sum, _ := source.SHA256() // "" is that of no import
	var own []string
	for _, dir := range j.stateJournals() {
		h, err := journal.ReadHeader(files.Disk(), dir)
		if err != nil {
			continue
		}
		kept, err := parseSettings(h.Settings)
		if h.SHA256 == sum && sum != "" || err == nil && kept.Path != "" && kept.Path == path {
			own = append(own, dir)
		}
	}
	return own
}

// stateJournals are the folders of all journals in the state folder, none where that is missing.
func (j *job) stateJournals() []string {
	s, err := j.app.Settings()
	if err != nil || s.StateDir == "" {
		return nil
	}
	imports, _ := journal.List(filepath.Join(s.StateDir, "imports"))
	checked, _ := journal.List(filepath.Join(s.StateDir, checkedFolder))
	return slices.Concat(imports, checked)
}

// protect refuses to write over a file without --force, unless it is still what an import in one of these folders wrote there.
func (r reportOptions) protect(dirs ...string) error {
	for _, p := range r.paths() {
		if err := protectReport(p.flag, p.path, r.force, dirs...); err != nil {
			return err
		}
	}
	return nil
}

func protectReport(flag, path string, force bool, dirs ...string) error {
	if path == "" {
		return nil
	}
	there, err := files.CheckPlace(flag, path)
	if err != nil || !there || force {
		return err
	}
	if slices.ContainsFunc(dirs, func(dir string) bool { return journal.WroteReport(files.Disk(), dir, path) }) {
		return nil
	}
	return files.Exists(flag, path)
}

// writeReports tries both files, also when the first fails.
func (j *job) writeReports(ctx context.Context, p *plan) error {
	r := j.once.reports
	write := func(flag, path string, write func() (string, error)) error {
		if path == "" {
			return nil
		}
		err := protectReport(flag, path, r.force, j.reportJournals(p)...) // it may have appeared meanwhile
		if err != nil {
			return err
		}
		note, err := write()
		if err != nil {
			return fmt.Errorf("%s: %w", flag, err)
		}
		j.app.Status().Note("%s", note)
		return nil
	}
	var failed error
	if !j.once.dryRun {
		failed = write("--results", r.results, func() (string, error) {
			return "Results: " + r.results, bulk.WriteResults(ctx, files.Disk(), r.results, p.journal, p.checked.rows)
		})
	}
	return errors.Join(failed, write("--rejects", r.rejects, func() (string, error) {
		n, err := j.writeRejects(ctx, p, r.rejects)
		return fmt.Sprintf("Rejected rows: %s (%d)", r.rejects, n), err
	}))
}

// writeRejects writes the rejects of an import, or of a dry run or rehearsal, whose journal is gone when it ends.
func (j *job) writeRejects(ctx context.Context, p *plan, path string) (int, error) {
	if j.once.dryRun || j.once.rehearse {
		return j.writeCheckedRejects(ctx, p.checked, p.journal, path)
	}
	return bulk.WriteRejects(ctx, files.Disk(), path, p.journal, p.checked.rows)
}
