package files

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// syncData makes a file's content and size durable, without its times.
func syncData(f *os.File) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) {
		for {
			failed = syscall.Fdatasync(int(fd))
			if !errors.Is(failed, syscall.EINTR) {
				return
			}
		}
	})
	return errors.Join(err, failed)
}

// ChangeTime returns when a file was last written to, renamed or changed otherwise, in nanoseconds; unlike the modification
// time no program can set it.
func ChangeTime(info fs.FileInfo) int64 {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0
	}
	return stat.Ctim.Nano()
}
