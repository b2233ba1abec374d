//go:build !linux && !darwin && !windows

package files

// FreeSpace returns false: the free space is not known here.
func FreeSpace(string) (free int64, ok bool) { return 0, false }
