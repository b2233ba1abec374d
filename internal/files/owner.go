package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hydracore/hydractl/internal/failure"
)

// InsecureError is a file or folder that another user can read or change, or that belongs to one.
type InsecureError struct {
	Path   string
	Reason string
	Hint   string // a command that helps
}

// Error returns the path and the reason.
func (e *InsecureError) Error() string { return e.Path + ": " + e.Reason }

// Report describes the error to the user: exit 2.
func (e *InsecureError) Report() failure.Report {
	return failure.Report{
		Code: "insecure_file", Message: e.Error(), ExitCode: failure.ExitUsage, Hint: e.Hint,
		Fields: []failure.Field{{Field: e.Path, Message: e.Reason}},
	}
}

// CheckTrusted refuses a file that anybody but this user and the administrator can change or replace: by its mode, its
// owner, or the folder it is in. Links are followed.
func CheckTrusted(path string) error {
	path, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, place := range []string{path, filepath.Dir(path)} {
		info, err := os.Stat(place)
		if err != nil {
			return err
		}
		if err := CheckReplaceable(place, info); err != nil {
			return err
		}
	}
	return nil
}

// MakePrivateDir makes a folder that only this user can enter, and refuses one that belongs to another user.
func MakePrivateDir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &InsecureError{Path: path, Reason: "is a symbolic link or a file, and must be a folder", Hint: "move it away"}
	}
	return CheckOwned(path, info)
}

// ShellWord quotes a path so that it can be pasted into a shell.
func ShellWord(path string) string {
	special := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("/._-+@:,=%", r)
	}
	if path != "" && !strings.ContainsFunc(path, special) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
