//go:build !linux

package files

import "os"

// syncData makes a file durable.
func syncData(f *os.File) error { return f.Sync() }
