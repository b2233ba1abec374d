package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Update changes the configuration file: under a lock it reads the file, lets edit change it, and writes the result in
// one step, so that changes by several processes at once all last. Folders are made with 0700, the file with 0600. A
// symbolic link is never written through. Nothing is written when edit fails or changes nothing.
func Update(ctx context.Context, path string, edit func(*File) error) error {
	if path == "" {
		return errNowhere()
	}
	if err := refuseLink(path); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	unlock, err := lock(ctx, path)
	if err != nil {
		return err
	}
	defer unlock()
	f, err := Open(path)
	if err != nil {
		return err
	}
	before := f.Bytes()
	if err := edit(f); err != nil {
		return err
	}
	if bytes.Equal(before, f.data) {
		return nil
	}
	return replace(path, f.data)
}

// Replace makes f the text, when it is a good configuration file and f still holds the text that it grew from: otherwise
// somebody else changed the file meanwhile.
func (f *File) Replace(from, to []byte) error {
	if !bytes.Equal(f.data, from) {
		return &Error{Code: CodeConflict, Where: f.path, Message: "was changed by somebody else meanwhile"}
	}
	return f.take(to)
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
		return insecure(path, "is a symbolic link, which is not written through", "name the file itself: --config "+quote(target))
	}
	if !info.Mode().IsRegular() {
		return &Error{Code: CodeLocation, Where: path, Message: "is not a file"}
	}
	return owned(path, info)
}

// lock waits for the lock beside the file, for ten seconds at most.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	const longest, between = 10 * time.Second, 20 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	held := flock.New(path+".lock", flock.SetPermissions(0o600))
	if _, err := held.TryLockContext(ctx, between); err != nil {
		return nil, fmt.Errorf("cannot lock %s: %w", path, err)
	}
	return func() { _ = held.Unlock() }, nil
}

// replace writes the file anew beside the old one and moves it into place, so that no reader ever sees half of it.
func replace(path string, data []byte) (err error) {
	folder := filepath.Dir(path)
	temp, err := os.CreateTemp(folder, "."+filepath.Base(path)+".*.tmp") // O_EXCL, 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = temp.Close()
			_ = os.Remove(temp.Name())
			err = fmt.Errorf("cannot write %s, which is unchanged: %w", path, err)
		}
	}()
	if _, err = temp.Write(data); err != nil {
		return err
	}
	if err = temp.Sync(); err != nil {
		return err
	}
	if err = temp.Close(); err != nil {
		return err
	}
	if err = os.Rename(temp.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}
