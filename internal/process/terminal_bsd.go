//go:build unix && !linux && !solaris && !aix

package process

import (
	"os"

	"golang.org/x/sys/unix"
)

const getTermios, setTermios = unix.TIOCGETA, unix.TIOCSETA

// discardInput drops what was typed and is not read yet: it was no answer to a question that comes later.
func discardInput() {
	const read = 1 // FREAD
	_ = unix.IoctlSetPointerInt(int(os.Stdin.Fd()), unix.TIOCFLUSH, read)
}
