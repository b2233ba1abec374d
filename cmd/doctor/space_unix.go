//go:build unix

package doctor

import "syscall"

// freeSpace returns the free space of a folder's disk, in bytes.
func freeSpace(dir string) (bytes uint64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return s.Bavail * uint64(s.Bsize), true
}
