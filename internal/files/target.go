package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hydracore/hydractl/internal/failure"
)

// IsStdout reports whether the value of a flag for an output file means standard output.
func IsStdout(path string) bool {
	return path == "-" || filepath.ToSlash(filepath.Clean(path)) == "/dev/stdout"
}

// CheckTarget refuses a path that a flag names and at which no file can be written: a symbolic link, a device, a folder,
// anything below /dev or /proc, and, without replace, what exists already.
func CheckTarget(flag, path string, replace bool) error {
	exists, err := CheckPlace(flag, path)
	if err != nil || !exists || replace {
		return err
	}
	return Exists(flag, path)
}

// Exists is the error for a file that is not to be replaced.
func Exists(flag, path string) error {
	f := failure.Invalidf(flag, "%s exists", path)
	f.Hint = "--force overwrites it"
	return f
}

// CheckPlace refuses what [CheckTarget] refuses in any case, and reports whether there is a file already.
func CheckPlace(flag, path string) (exists bool, err error) {
	switch {
	case path == "":
		return false, failure.Invalidf(flag, "must be the path of a file (got \"\")")
	case path == "-":
		return false, failure.Invalidf(flag, "must be the path of a file (got -; ./- is a file of that name)")
	case isSystem(path):
		return false, failure.Invalidf(flag, "%s is below /dev or /proc, where no file can be written", path)
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, checkFolder(flag, path)
	case err != nil:
		return false, failure.Invalidf(flag, "%s: %v", path, Reason(err))
	case info.Mode()&fs.ModeSymlink != 0:
		return false, failure.Invalidf(flag, "%s is a symbolic link, which is neither followed nor replaced: name the file itself", path)
	case info.IsDir():
		return false, failure.Invalidf(flag, "%s is a folder", path)
	case !info.Mode().IsRegular():
		return false, failure.Invalidf(flag, "%s is not a regular file", path)
	}
	return true, nil
}

func checkFolder(flag, path string) error {
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return failure.Invalidf(flag, "%s: there is no folder %s", path, folder)
	}
	return nil
}

// isSystem reports whether a path is below /dev or /proc, by its name or by the links in it.
func isSystem(path string) bool {
	abs, err := filepath.Abs(path)
	return err == nil && slices.ContainsFunc([]string{abs, realPath(path)}, func(p string) bool {
		first, _, _ := strings.Cut(strings.TrimPrefix(p, "/"), "/")
		return p != first && (first == "dev" || first == "proc")
	})
}

// Same reports whether two paths name one file, which need not exist yet.
func Same(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	return realPath(a) == realPath(b)
}

// realPath returns an absolute path without symbolic links in its folder, as far as these can be followed.
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

// OpenAppend opens a file that a flag names to add to it, and makes it for its owner alone when it is missing. A file
// that others can read or write, and everything that [CheckTarget] refuses, is refused.
func OpenAppend(flag, path string) (*os.File, error) {
	if err := CheckTarget(flag, path, true); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND|noFollow|nonBlocking, 0o600)
	if err != nil {
		return nil, failure.Invalidf(flag, "%s: %v", path, Reason(err))
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = failure.Invalidf(flag, "%s is not a regular file", path)
	}
	if err == nil {
		if insecure := CheckPrivate(path, info); insecure != nil {
			err = asFailure(flag, insecure)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func asFailure(flag string, err error) error {
	f := failure.Invalidf(flag, "%v", err)
	if e, ok := errors.AsType[*InsecureError](err); ok {
		f.Hint = e.Hint + ", or name another file"
	}
	return f
}
