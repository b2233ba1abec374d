package process

import (
	"os"

	"golang.org/x/sys/windows"
)

// raw returns nil: the console itself edits a line.
func raw() func(redraw func()) (restore func()) { return nil }

// mute keeps what is typed from being shown.
func mute() (restore func()) {
	in := windows.Handle(os.Stdin.Fd())
	var before uint32
	if windows.GetConsoleMode(in, &before) != nil || windows.SetConsoleMode(in, before&^windows.ENABLE_ECHO_INPUT) != nil {
		return func() {}
	}
	return func() { _ = windows.SetConsoleMode(in, before) }
}

// discardInput drops what was typed and is not read yet: it was no answer to a question that comes later.
func discardInput() { _ = windows.FlushConsoleInputBuffer(windows.Handle(os.Stdin.Fd())) }
