package bulk

import (
	"errors"
	"path/filepath"
)

// InUse tells whether a process is at work on the journal in dir. To find out it takes the lock for a moment.
func InUse(fs FS, dir string) bool {
	lock, err := fs.Lock(filepath.Join(dir, lockFile))
	if err != nil {
		return errors.Is(err, errLocked)
	}
	_ = lock.Close()
	return false
}
