package imports

import (
	"path/filepath"
	"slices"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// reportPath is a file that an import is to write.
type reportPath struct{ flag, path string }

func (o *customersImportOptions) reportPaths() []reportPath {
	return []reportPath{{"--results", o.results}, {"--rejects", o.rejects}}
}

// checkReports refuses report files that cannot be written, or that are the input or each other under another name.
func (o *customersImportOptions) checkReports(input string) error {
	for _, r := range o.reportPaths() {
		if r.path == "" {
			continue
		}
		if _, err := files.CheckPlace(r.flag, r.path); err != nil {
			return err
		}
		if input != "-" && files.Same(r.path, input) {
			return failure.Invalidf(r.flag, "%s is the input itself", r.path)
		}
	}
	if files.Same(o.results, o.rejects) {
		return failure.Usagef("--results and --rejects name the same file")
	}
	return nil
}

// protectReports refuses to write over a file without --force, unless it still is what an import in one of these folders
// wrote there.
func (o *customersImportOptions) protectReports(dirs ...string) error {
	for _, r := range o.reportPaths() {
		if err := protectReport(r.flag, r.path, o.force, dirs...); err != nil {
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

// journalFolders are those of which one may turn out to be this import's: which one is known only with the input and
// the tenant.
func (o *customersImportOptions) journalFolders(imports string) ([]string, error) {
	if o.journal != "" {
		return []string{o.journal}, nil
	}
	names, err := journal.Names(imports)
	for i, name := range names {
		names[i] = filepath.Join(imports, name)
	}
	return names, err
}
