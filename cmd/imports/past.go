package imports

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// checkPast compares the run with what earlier imports did: with the options of the same import, with the tenant of the one that
// it continues, and with unfinished imports of the same customers.
func (j *job) checkPast(ctx context.Context, p *plan, dir string, exists bool) error {
	run := &j.once
	switch {
	case run.resumeFrom != "":
		earlier, err := journal.Read(files.Disk(), p.header.ResumeFrom)
		if err != nil {
			return err
		}
		defer func() { _ = earlier.Close() }()
		return p.target.checkTenant(ctx, earlier, p.header)
	case exists:
		return j.checkOptions(dir)
	case run.journal == "" && !run.isNew && p.checked.journalsDir != "":
		return j.checkUnfinished(p)
	}
	return nil
}

// checkOptions refuses other options than those with which the import started, as far as they change what is read.
func (j *job) checkOptions(dir string) error {
	h, err := journal.ReadHeader(files.Disk(), dir)
	if err != nil {
		return err
	}
	kept, err := parseSettings(h.Settings)
	if err != nil {
		return nil //nolint:nilerr // a journal without options is compared by its header alone
	}
	name, then, now := kept.difference(j.contentFlags)
	if name == "" {
		return nil
	}
	return &failure.Failure{
		Exit: failure.ExitJournal, Code: "journal_mismatch",
		Message: fmt.Sprintf("--%s: the import %s started with %s (now %s)", name, filepath.Base(dir), then, now),
		Hint:    "to resume it: hydractl imports resume " + importRef(dir, h) + "; --new starts a separate import",
	}
}

// checkUnfinished stops when an import of this tenant is not finished that has the same file or some of the same rows: the file was
// edited, and its rows would be sent a second time.
func (j *job) checkUnfinished(p *plan) error {
	dirs, err := j.journals(p.checked.journalsDir)
	if err != nil {
		return err
	}
	path, err := keptPath(p.checked.source, "")
	if err != nil {
		return err
	}
	var found []string
	for _, dir := range dirs {
		overlaps, err := p.overlaps(dir, path)
		if err != nil {
			return err
		}
		if overlaps {
			found = append(found, dir)
		}
	}
	if len(found) == 0 {
		return nil
	}
	for _, dir := range found {
		s := journal.ReadSummary(dir)
		j.app.Status().Warn("unfinished import %s of %s: %d of %s done, %d unconfirmed, %d left", s.ID, s.File, s.Done, cli.Plural(int64(s.Rows), "row"), s.Unconfirmed, s.Left)
	}
	id := filepath.Base(found[0])
	f := failure.Usagef("an unfinished import has the same file or some of the same rows: %s; nothing was sent", joinIDs(found))
	f.Code = "import_unfinished"
	f.Hint = "to finish it: hydractl imports resume " + id + "; to send what is new in this file: --resume-from " + id + "; to start a separate import: --new"
	return f
}

// overlaps reports whether the import in dir sent rows, is not finished, may be of this tenant, and has the same file or a row in
// common with the input.
func (p *plan) overlaps(dir, path string) (bool, error) {
	h, err := journal.ReadHeader(files.Disk(), dir)
	if err != nil || h.Host != p.header.Host || h.Owner().Relation(p.header.Owner()) == journal.OtherTenant {
		return false, nil // a damaged journal does not stop another import
	}
	earlier, err := journal.Read(files.Disk(), dir)
	if err != nil {
		return false, nil
	}
	defer func() { _ = earlier.Close() }()
	if earlier.Totals().Sends == 0 || slices.Contains([]string{"finished", "continued"}, earlier.Last().Event) {
		return false, nil
	}
	if path != "" && earlier.Path() == path {
		return true, nil
	}
	keys, err := earlier.SentKeys()
	if err != nil {
		return false, err
	}
	for row, err := range p.checked.rows.Each() {
		if err != nil {
			return false, err
		}
		if key, _ := record.Hashes(&row); keys[key] {
			return true, nil
		}
	}
	return false, nil
}

// importRef names an import to `hydractl imports`: by its ID, or by its folder when --journal chose that.
func importRef(dir string, h journal.Header) string {
	if id := journal.ImportID(h); filepath.Base(dir) == id {
		return id
	}
	return files.ShellWord(dir)
}
