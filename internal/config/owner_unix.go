//go:build unix

package config

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// openFlags keeps open from waiting for the writer of a named pipe.
const openFlags = syscall.O_NONBLOCK

// ownerOnly refuses a file with a secret that belongs to somebody else or that others can read or write. A pipe has no
// permissions worth the name, only an owner.
func ownerOnly(path string, info fs.FileInfo) error {
	if err := owned(path, info); err != nil {
		return err
	}
	mode := info.Mode()
	if mode.IsRegular() && mode.Perm()&0o077 != 0 {
		return insecure(path, fmt.Sprintf("holds a secret or what leads to one, and is open to other users (mode %04o)", mode.Perm()), "chmod 600 "+quote(path))
	}
	return nil
}

// owned refuses a file that belongs to another user.
func owned(path string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) == os.Geteuid() {
		return nil
	}
	return insecure(path, fmt.Sprintf("belongs to another user (uid %d, this is uid %d)", stat.Uid, os.Geteuid()), "use a file of your own, then chmod 600 "+quote(path))
}

// syncFolder makes a rename in the folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
