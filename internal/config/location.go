package config

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// Lookup reads one environment variable, as os.LookupEnv does.
type Lookup func(name string) (string, bool)

// Without returns a lookup that does not find these variables.
func (l Lookup) Without(names ...string) Lookup {
	return func(name string) (string, bool) {
		if slices.Contains(names, name) {
			return "", false
		}
		return l(name)
	}
}

// Location is where the configuration file is, or would be. Path is empty when nothing says where: no flag, no
// variable and no home folder.
type Location struct {
	Path   string
	Origin Origin
}

// Locate finds the configuration file: --config, HYDRACTL_CONFIG, or the default.
func Locate(flag string, lookup Lookup, home string) Location {
	if flag != "" {
		return Location{flag, Origin{FromFlag, "--config"}}
	}
	if path := nonEmpty(lookup, "HYDRACTL_CONFIG"); path != "" {
		return Location{path, Origin{FromEnv, "HYDRACTL_CONFIG"}}
	}
	return Location{defaultPath(lookup, home), Origin{Kind: FromDefault}}
}

// Open opens the file there. One that --config names must exist; the others may be missing. Where the folder of the
// default file cannot be searched, as with the home folder of another user, it counts as missing.
func (l Location) Open() (*File, error) {
	f, err := Open(l.Path)
	if err == nil && l.Origin.Kind == FromFlag && !f.Exists() {
		return nil, &Error{Code: CodeRead, Where: l.Origin.Name, Message: "there is no file " + l.Path}
	}
	unread, ok := errors.AsType[*Error](err)
	if !ok || unread.Code != CodeRead {
		return f, err
	}
	if _, hidden := os.Lstat(l.Path); hidden != nil && l.Origin.Kind == FromDefault {
		return &File{path: l.Path, hidden: err}, nil
	}
	unread.Hint = "HYDRACTL_CONFIG=" + os.DevNull + " does without a configuration file"
	return nil, unread
}

// Check says what to do when there is no place for a file.
func (l Location) Check() error {
	if l.Path == "" {
		return errNowhere()
	}
	return nil
}

// defaultPath is $XDG_CONFIG_HOME/hydractl/config.yaml, else ~/.config/hydractl/config.yaml, on Windows
// %AppData%\hydractl\config.yaml. It is empty when the home folder is not known. XDG paths must be absolute, others are
// ignored (XDG Base Directory Specification).
func defaultPath(lookup Lookup, home string) string {
	folder := userFolder(lookup, home, "XDG_CONFIG_HOME", "AppData", ".config")
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, "config.yaml")
}

// defaultStateDir is $XDG_STATE_HOME/hydractl, else ~/.local/state/hydractl, on Windows %LocalAppData%\hydractl.
// It is empty when the home folder is not known.
func defaultStateDir(lookup Lookup, home string) string {
	return userFolder(lookup, home, "XDG_STATE_HOME", "LocalAppData", filepath.Join(".local", "state"))
}

// userFolder returns hydractl's folder below the first of these places that is known, or "".
func userFolder(lookup Lookup, home, xdg, windows, below string) string {
	folder := nonEmpty(lookup, xdg)
	switch {
	case filepath.IsAbs(folder):
	case runtime.GOOS == "windows":
		folder = nonEmpty(lookup, windows)
	case home == "":
		folder = ""
	default:
		folder = filepath.Join(home, below)
	}
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, "hydractl")
}

// nonEmpty reads a variable; an empty one counts as unset.
func nonEmpty(lookup Lookup, name string) string {
	text, _ := lookup(name)
	return text
}

// errNowhere says what to do when there is no place for a file.
func errNowhere() *Error {
	return &Error{
		Code:    CodeLocation,
		Message: "no place for the configuration file: HOME is not set",
		Hint:    "set HOME, or name the file with --config or HYDRACTL_CONFIG",
	}
}
