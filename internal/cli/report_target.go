package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/failure"
)

// checkTarget refuses to write over a file without --force. With it a symbolic link is replaced itself, never followed.
func CheckTarget(flag, path string, force bool) error {
	there, err := CheckPlace(flag, path)
	if err == nil && there && !force {
		return TargetExists(flag, path)
	}
	return err
}

// checkPlace refuses a path at which no file can be written, and tells whether one is there.
func CheckPlace(flag, path string) (there bool, err error) {
	if path == "" {
		return false, nil
	}
	if path == "-" {
		return false, failure.Invalidf(flag, "wants a file, and - is none; ./- is a file of that name")
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, checkFolder(flag, path)
	case err != nil:
		return false, failure.Invalidf(flag, "%v", err)
	case info.Mode()&fs.ModeSymlink != 0:
		return true, nil
	case info.IsDir():
		return false, failure.Invalidf(flag, "%s is a folder", path)
	case !info.Mode().IsRegular():
		return false, failure.Invalidf(flag, "%s is not a regular file; leave %s out and redirect stdout", path, flag)
	}
	return true, nil
}

func TargetExists(flag, path string) error {
	f := failure.Invalidf(flag, "%s exists", path)
	f.Hint = "--force overwrites it"
	return f
}

// checkFolder refuses a file in a folder that is not there.
func checkFolder(flag, path string) error {
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return failure.Invalidf(flag, "%s: there is no folder %s", path, folder)
	}
	return nil
}

// sameFile tells whether two paths name one file, which need not be there yet.
func SameFile(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	one, errOne := os.Stat(a)
	two, errTwo := os.Stat(b)
	if errOne == nil && errTwo == nil {
		return os.SameFile(one, two)
	}
	return realPath(a) == realPath(b)
}

// realPath is absolute and without symbolic links in its folder, as far as that can be found out.
func realPath(path string) string {
	path, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(folder, filepath.Base(path))
	}
	return path
}
