package config

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/hydracore/hydractl/internal/files"
)

// Update changes the configuration file: under a lock it reads the file, lets edit change it, and writes the result in
// one step, so that changes by several processes at once all last. Folders are made with 0700, the file with 0600. A
// symbolic link is never written through. Nothing is written when edit fails or changes nothing.
func Update(ctx context.Context, path string, edit func(*File) error) error {
	return rewrite(ctx, path, func() ([]byte, error) {
		f, err := Open(path)
		if err != nil {
			return nil, err
		}
		if f.exposed != nil {
			return nil, f.exposed
		}
		before := f.data
		if err := edit(f); err != nil || bytes.Equal(before, f.data) {
			return nil, err
		}
		return f.data, nil
	})
}

// ReadText reads the configuration file's text for [ReplaceText], without a look at what it says, so that a broken one
// can be fixed. A missing file has no text; one that cannot be written to is refused already here.
func ReadText(path string) ([]byte, error) {
	if path == "" {
		return nil, errNowhere()
	}
	if err := refuseLink(path); err != nil {
		return nil, unwritable(path, err)
	}
	data, _, err := readFile(path, maxFileBytes, false)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// ReplaceText replaces the text of the configuration file, as [Update] does, when the new text is valid and the file still has the
// text from: otherwise another program has changed it.
func ReplaceText(ctx context.Context, path string, from, to []byte) error {
	if _, err := Parse(path, to); err != nil {
		return err
	}
	return rewrite(ctx, path, func() ([]byte, error) {
		now, err := ReadText(path)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(now, from) {
			return nil, &Error{Code: CodeChanged, Where: path, Message: "was changed by another program meanwhile", Hint: "make the change again"}
		}
		return to, nil
	})
}

// rewrite replaces the file by what edit returns, under the lock; nil leaves it as it is.
func rewrite(ctx context.Context, path string, edit func() ([]byte, error)) error {
	if path == "" {
		return errNowhere()
	}
	if err := refuseLink(path); err != nil {
		return unwritable(path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return unwritable(path, err)
	}
	unlock, err := files.WaitLock(ctx, path, writeWait)
	if err != nil {
		return unwritable(path, err)
	}
	defer unlock()
	data, err := edit()
	if err != nil || data == nil {
		return err
	}
	return files.Replace(path, data)
}

// unwritable names another place for the file where this one cannot be used, as in a read-only home folder.
func unwritable(path string, err error) error {
	if !files.IsUnusable(err) {
		return err
	}
	return &Error{
		Code: CodeLocation, Where: path, Message: "cannot be written: " + files.Reason(err).Error(),
		Hint: "name another file with --config or HYDRACTL_CONFIG", cause: err,
	}
}

// refuseLink refuses to write anything but a file of this user.
func refuseLink(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		target, _ := filepath.EvalSymlinks(path)
		return &files.InsecureError{Path: path, Reason: "is a symbolic link, which is not written through", Hint: "name the file itself: --config " + files.ShellWord(target)}
	}
	if !info.Mode().IsRegular() {
		return &Error{Code: CodeLocation, Where: path, Message: "is not a regular file"}
	}
	return files.CheckOwned(path, info)
}

// writeWait is how long a change of the configuration waits for another one.
const writeWait = 10 * time.Second

// readFile reads a file of at most limit bytes.
func readFile(path string, limit int64, pipes bool) ([]byte, fs.FileInfo, error) {
	if path == os.DevNull {
		return nil, nil, nil
	}
	data, info, err := files.ReadSmall(path, limit, pipes)
	if err != nil {
		return nil, nil, &Error{Code: CodeRead, Where: path, Message: err.Error(), cause: err}
	}
	return data, info, nil
}
