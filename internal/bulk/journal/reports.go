package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"path/filepath"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/hydracore/hydractl/internal/files"
)

const (
	reportsFile     = "reports"
	maxReportsBytes = 1 << 20
	keptSums        = 8 // of one report: a crash may have kept some of them from becoming a file
)

// reportFiles are the reports that an import wrote: by absolute path the checksums of the latest ones.
type reportFiles map[string][]string

// WroteReport reports whether the file at path is, byte for byte, a report that the import with its journal in dir has
// written there. It can then be replaced: nothing in it is from elsewhere.
func WroteReport(fs files.FS, dir, path string) bool {
	sums, err := readReportFiles(fs, dir)
	if err != nil {
		return false
	}
	path, err = filepath.Abs(path)
	if err != nil || len(sums[path]) == 0 {
		return false
	}
	file, err := fs.OpenRead(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	size, err := file.Size()
	if err != nil {
		return false
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, 0, size)); err != nil {
		return false
	}
	return sums.has(path, hex.EncodeToString(sum.Sum(nil)))
}

func (r reportFiles) has(path, sum string) bool {
	return slices.Contains(r[path], sum)
}

// WriteReport writes a report whole. Its checksum is kept before the file takes its place, so that a crash in between
// leaves no report that the next run takes for another program's.
func (j *Journal) WriteReport(fs files.FS, path string, write func(io.Writer) error) error {
	sum := sha256.New()
	return files.WriteWhole(fs, path, true, func(w io.Writer) error {
		if err := write(io.MultiWriter(w, sum)); err != nil {
			return err
		}
		// Without it the report is as good, and only asks for --force the next time.
		_ = j.keepReport(path, hex.EncodeToString(sum.Sum(nil)))
		return nil
	})
}

func (j *Journal) keepReport(path, sum string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	all, err := readReportFiles(j.fs, j.dir)
	if err != nil {
		all = reportFiles{}
	}
	if all.has(path, sum) {
		return nil
	}
	all[path] = append(all[path], sum)
	all[path] = all[path][max(len(all[path])-keptSums, 0):]
	return files.WriteWhole(j.fs, filepath.Join(j.dir, reportsFile), true, func(w io.Writer) error {
		return json.MarshalWrite(w, all, json.Deterministic(true))
	})
}

func readReportFiles(fs files.FS, dir string) (reportFiles, error) {
	file, err := fs.OpenRead(filepath.Join(dir, reportsFile))
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	all := reportFiles{}
	err = json.UnmarshalRead(io.NewSectionReader(file, 0, maxReportsBytes), &all)
	return all, err
}
