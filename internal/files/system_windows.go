package files

import (
	"errors"
	"io"
	"io/fs"
	"syscall"
	"unsafe"
)

// Windows has no such flags, and no named pipes among its files.
const noFollow, nonBlocking = 0, 0

// The access control lists of a user's profile give the user alone access, and mode bits say nothing on Windows.

// CheckOwned accepts every file.
func CheckOwned(string, fs.FileInfo) error { return nil }

// CheckWritable accepts every file.
func CheckWritable(string, fs.FileInfo) error { return nil }

// CheckPrivate accepts every file.
func CheckPrivate(string, fs.FileInfo) error { return nil }

// CheckReplaceable accepts every file.
func CheckReplaceable(string, fs.FileInfo) error { return nil }

// inode returns 0: what Windows reports of a file by its name has no such number.
func inode(fs.FileInfo) uint64 { return 0 }

// lockHeld does nothing: an open file cannot be removed.
func lockHeld(string) (io.Closer, error) { return nil, nil }

// FreeSpace returns how many bytes this user can still write in a folder; ok is false when that is not known.
func FreeSpace(dir string) (free int64, ok bool) {
	name, err := syscall.UTF16PtrFromString(dir)
	if err != nil {
		return 0, false
	}
	get := syscall.NewLazyDLL("kernel32.dll").NewProc("GetDiskFreeSpaceExW")
	done, _, _ := get.Call(uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&free)), 0, 0) //nolint:gosec // as the call asks for
	return free, done != 0
}

// syncDir does nothing: folders cannot be synced on Windows, and renames are durable.
func syncDir(string) error { return nil }

// IsFull reports whether a disk is used up: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, and what stands for them in tests.
func IsFull(err error) bool {
	return errors.Is(err, syscall.Errno(39)) || errors.Is(err, syscall.Errno(112)) || errors.Is(err, syscall.ENOSPC)
}
