//go:build unix

package cli

import (
	"io/fs"
	"os"
	"syscall"
)

// noFollow makes opening a symbolic link fail.
const noFollow = syscall.O_NOFOLLOW

// private tells whether a file is the user's own, and only theirs.
func Private(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 && Mine(info) }

func Mine(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(stat.Uid) == os.Geteuid()
}
