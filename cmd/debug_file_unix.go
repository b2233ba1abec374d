//go:build unix

package cmd

import (
	"io/fs"
	"syscall"
)

// noFollow makes opening a symbolic link fail.
const noFollow = syscall.O_NOFOLLOW

// private tells whether a file is the user's own, and only theirs.
func private(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 == 0 && mine(info) }
