//go:build linux || darwin

package files

import "syscall"

// FreeSpace returns how many bytes this user can still write in a folder; ok is false when that is not known.
func FreeSpace(dir string) (free int64, ok bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true //nolint:unconvert // other types elsewhere
}
