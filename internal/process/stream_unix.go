//go:build unix

package process

import (
	"os"

	"golang.org/x/sys/unix"
)

// stream returns the file under a descriptor of its own, on which a closed pipe is an error of the write that meets it. On the
// descriptors 1 and 2 Go ends the process (os/signal, "SIGPIPE"). To watch for the signal instead would start a thread in every
// run, which is a tenth of the time of a short one. Programs that are started do not inherit the descriptor.
func stream(f *os.File) *os.File {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return f
	}
	return os.NewFile(uintptr(fd), f.Name())
}
