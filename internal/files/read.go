package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

var errNotRegular = errors.New("is not a regular file")

// ReadSmall reads a regular file of at most limit bytes, and returns what the same handle says about the file. With pipes
// a named pipe is read too, without waiting for a writer that is not there. The error has no path.
func ReadSmall(path string, limit int64, pipes bool) ([]byte, fs.FileInfo, error) {
	handle, err := os.OpenFile(path, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, nil, unreadable(err)
	}
	defer handle.Close()
	info, err := handle.Stat()
	if err != nil {
		return nil, nil, unreadable(err)
	}
	if kind := info.Mode().Type(); kind != 0 && (kind != fs.ModeNamedPipe || !pipes) {
		return nil, nil, errNotRegular
	}
	data, err := io.ReadAll(io.LimitReader(handle, limit+1))
	if err != nil {
		return nil, nil, unreadable(err)
	}
	if int64(len(data)) > limit {
		return nil, nil, fmt.Errorf("is larger than %d bytes", limit)
	}
	return data, info, nil
}

func unreadable(err error) error { return fmt.Errorf("cannot be read: %w", Reason(err)) }
