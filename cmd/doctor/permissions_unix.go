//go:build unix

package doctor

import (
	"fmt"
	"io/fs"
	"syscall"

	"github.com/hydracore/hydractl/internal/cli"
)

// looseFile tells a file that others can read or change.
func looseFile(path string, info fs.FileInfo) *permissionProblem {
	if !cli.Private(info) {
		return loose(path, info, "600")
	}
	return nil
}

// looseFolder tells a folder in which others can put a file in place of the user's.
func looseFolder(path string, info fs.FileInfo) *permissionProblem {
	sticky := info.Mode()&fs.ModeSticky != 0
	if cli.Mine(info) && (info.Mode().Perm()&0o022 == 0 || sticky) {
		return nil
	}
	return loose(path, info, "700")
}

func loose(path string, info fs.FileInfo, mode string) *permissionProblem {
	if !cli.Mine(info) {
		return &permissionProblem{path + " belongs to somebody else", "use a folder of your own: HYDRACTL_CONFIG, HYDRACTL_STATE_DIR"}
	}
	return &permissionProblem{fmt.Sprintf("%s is open to others (mode %04o)", path, info.Mode().Perm()), "chmod " + mode + " " + cli.ShellWord(path)}
}

// freeSpace is the room on a folder's disk, in bytes.
func freeSpace(dir string) (bytes uint64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}
