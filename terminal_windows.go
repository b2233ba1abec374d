package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// mute does nothing: the console shows what is typed only while it is read.
func mute() (restore func()) { return func() {} }

// discardInput drops what was typed and is not read yet: it was no answer to a question that comes later.
func discardInput() { _ = windows.FlushConsoleInputBuffer(windows.Handle(os.Stdin.Fd())) }
