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
	return rewrite(ctx, path, func() ([]byte, error) {
		f, err := Open(path)
		if err != nil {
			return nil, err
		}
		before := f.data
		if err := edit(f); err != nil || bytes.Equal(before, f.data) {
			return nil, err
		}
		return f.data, nil
	})
}

// ReadText reads the configuration file's text for [ReplaceText], without a look at what it says, so that a broken one
// can be mended. A missing file gives no text; one that cannot be written to is refused already here.
func ReadText(path string) ([]byte, error) {
	if path == "" {
		return nil, errNowhere()
	}
	if err := refuseLink(path); err != nil {
		return nil, err
	}
	data, _, err := readFile(path, maxFileBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// ReplaceText makes to the text of the configuration file, as [Update] would, when it is a good one and the file still
// reads from: otherwise somebody else has changed it meanwhile.
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
			return nil, &Error{Code: CodeChanged, Where: path, Message: "was changed by somebody else meanwhile", Hint: "make the change again"}
		}
		return to, nil
	})
}

// rewrite replaces the file by what edit gives, under the lock; nil leaves it as it is.
func rewrite(ctx context.Context, path string, edit func() ([]byte, error)) error {
	if path == "" {
		return errNowhere()
	}
	if err := refuseLink(path); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	unlock, err := lock(ctx, path, writeWait)
	if err != nil {
		return err
	}
	defer unlock()
	data, err := edit()
	if err != nil || data == nil {
		return err
	}
	return replace(path, data)
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

// writeWait is how long a change of the configuration waits for another one.
const writeWait = 10 * time.Second

// lock waits for the lock beside the file.
func lock(ctx context.Context, path string, longest time.Duration) (unlock func(), err error) {
	const between = 20 * time.Millisecond
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
