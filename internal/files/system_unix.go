//go:build unix

package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

const (
	noFollow    = syscall.O_NOFOLLOW // opening a symbolic link fails
	nonBlocking = syscall.O_NONBLOCK // opening a named pipe does not wait
)

// CheckOwned refuses a file that belongs to another user.
func CheckOwned(path string, info fs.FileInfo) error {
	uid, ok := owner(info)
	if !ok || uid == os.Geteuid() {
		return nil
	}
	return &InsecureError{
		Path: path, Hint: "use a file of your own, then chmod 600 " + ShellWord(path),
		Reason: fmt.Sprintf("belongs to another user (uid %d, this is uid %d)", uid, os.Geteuid()),
	}
}

// CheckWritable refuses a file or folder that belongs to another user or that others can write to.
func CheckWritable(path string, info fs.FileInfo) error {
	if err := CheckOwned(path, info); err != nil {
		return err
	}
	return checkMode(path, info, 0o022, "can be written by other users", "chmod go-w ")
}

// CheckPrivate refuses a file with a secret that belongs to another user or that others can read or write. A pipe has no
// mode that means anything, only an owner.
func CheckPrivate(path string, info fs.FileInfo) error {
	if err := CheckOwned(path, info); err != nil || !info.Mode().IsRegular() {
		return err
	}
	return checkMode(path, info, 0o077, "must be private, and is open to other users", "chmod 600 ")
}

func checkMode(path string, info fs.FileInfo, others fs.FileMode, reason, fix string) error {
	mode := info.Mode().Perm()
	if mode&others == 0 {
		return nil
	}
	return &InsecureError{Path: path, Reason: fmt.Sprintf("%s (mode %04o)", reason, mode), Hint: fix + ShellWord(path)}
}

// CheckReplaceable refuses a file or a folder that anybody but this user and root can change, or put files in the place of
// others in: the sticky bit of a folder prevents that.
func CheckReplaceable(path string, info fs.FileInfo) error {
	if uid, ok := owner(info); ok && uid != 0 {
		if err := CheckOwned(path, info); err != nil {
			return err
		}
	}
	if info.IsDir() && info.Mode()&fs.ModeSticky != 0 {
		return nil
	}
	return checkMode(path, info, 0o022, "can be written by other users", "chmod go-w ")
}

func owner(info fs.FileInfo) (uid int, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// inode returns the number of a file in its file system.
func inode(info fs.FileInfo) uint64 {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	return stat.Ino
}

// lockHeld marks a temporary file as used, or fails when a process uses it.
func lockHeld(path string) (io.Closer, error) { return Disk().Lock(path) }

// syncDir makes the names in a folder durable. File systems that cannot do that return EINVAL.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// IsFull reports whether a disk or a quota is used up.
func IsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
