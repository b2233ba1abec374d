package journal

import (
	"errors"
	"path/filepath"

	"github.com/hydracore/hydractl/internal/files"
)

// InUse tells whether a process is at work on the journal in dir. To find out it takes the lock for a moment.
func InUse(fs files.FS, dir string) bool {
	lock, err := fs.Lock(filepath.Join(dir, lockFile))
	if err != nil {
		return errors.Is(err, files.ErrLocked)
	}
	_ = lock.Close()
	return false
}
