package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// readFile reads a file of at most limit bytes and tells what was read, from one handle. A pipe is read
// too (`--config <(...)`), without waiting for somebody to open its other end.
func readFile(path string, limit int64) ([]byte, fs.FileInfo, error) {
	handle, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	defer handle.Close()
	info, err := handle.Stat()
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	if path == os.DevNull {
		return nil, info, nil
	}
	if kind := info.Mode().Type(); kind != 0 && kind != fs.ModeNamedPipe {
		return nil, nil, &Error{Code: CodeRead, Where: path, Message: "is not a file"}
	}
	data, err := io.ReadAll(io.LimitReader(handle, limit+1))
	if err != nil {
		return nil, nil, unreadable(path, err)
	}
	if int64(len(data)) > limit {
		return nil, nil, &Error{Code: CodeRead, Where: path, Message: fmt.Sprintf("is larger than %d bytes", limit)}
	}
	return data, info, nil
}

// unreadable keeps the system's reason and drops its "open PATH", which the place says already.
func unreadable(path string, err error) *Error {
	reason := err
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		reason = e.Err
	}
	return &Error{Code: CodeRead, Where: path, Message: "cannot be read: " + reason.Error(), cause: err}
}

// insecure is a file with a secret that others could read.
func insecure(path, reason, hint string) *Error {
	return &Error{Code: CodeInsecure, Where: path, Message: reason, Hint: hint}
}

// quote makes a path one word of the shell.
func quote(path string) string {
	special := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("/._-+@:,=", r)
	}
	if !strings.ContainsFunc(path, special) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
