package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
)

// config reads the configuration. Without a usable one, flags and variables are used alone.
func (d *diagnostics) config() {
	e := d.app
	d.file = e.ConfigLocation()
	s, err := e.Settings()
	if err == nil {
		d.settings = s
		switch _, missing := os.Stat(d.file.Path); {
		case d.file.Path == "":
			d.warn("config", "set HOME or HYDRACTL_CONFIG", "no place for a file, because HOME is not set; profile %s", s.Profile)
		case missing != nil:
			d.ok("config", "no file (%s), profile %s", d.file.Path, s.Profile)
		default:
			d.ok("config", "%s, profile %s", d.file.Path, s.Profile)
		}
		return
	}
	d.fail("config", hintOf(err, "hydractl config edit"), "%v", err)
	d.settings = settingsWithout(e, d.file.Path)
}

// hintOf returns what an error says to do, or else another hint.
func hintOf(err error, other string) string {
	report, _ := failure.Of(err)
	return cmp.Or(report.Hint, other)
}

// settingsWithout are the settings of flags and variables alone, and if those are what is wrong, the built-in ones.
func settingsWithout(app *cli.App, path string) *config.Settings {
	none := func(string) (string, bool) { return "", false }
	noProfile := config.Lookup(app.LookupEnv).Without("HYDRACTL_PROFILE")
	flags := maps.Clone(app.Given())
	delete(flags, "profile")
	empty, _ := config.Parse(path, nil)
	for _, try := range []struct {
		flags  config.Flags
		lookup config.Lookup
	}{{app.Given(), app.LookupEnv}, {flags, noProfile}, {nil, noProfile}} {
		if s, err := empty.Resolve(try.flags, try.lookup, app.Home); err == nil {
			return s
		}
	}
	s, err := empty.Resolve(nil, none, app.Home)
	if err != nil {
		return &config.Settings{Profile: config.DefaultProfile}
	}
	return s
}

// permissions looks at who can read and change the configuration.
func (d *diagnostics) permissions() {
	const name = "config_permissions"
	info, err := os.Lstat(d.file.Path)
	if err != nil {
		d.ok(name, "nothing to look at: there is no configuration file")
		return
	}
	var texts, hints []string
	report := func(text, hint string) { texts, hints = append(texts, text), append(hints, hint) }
	check := func(err error) {
		if e, ok := errors.AsType[*files.InsecureError](err); ok {
			report(e.Error(), e.Hint)
		}
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		report(d.file.Path+" is a symbolic link, which hydractl reads but never writes through", "replace it by a file")
		info, err = os.Stat(d.file.Path)
	}
	if err == nil { // else the link points to nothing
		check(files.CheckPrivate(d.file.Path, info))
	}
	if folder, err := os.Stat(filepath.Dir(d.file.Path)); err == nil {
		check(files.CheckReplaceable(filepath.Dir(d.file.Path), folder))
	}
	if len(texts) > 0 {
		d.warn(name, strings.Join(hints, " && "), "%s", strings.Join(texts, "; "))
		return
	}
	d.ok(name, "%s and its folder are yours alone", d.file.Path)
}

// lowSpace is the room below which an import of some size may fail: a row takes about 300 bytes.
const lowSpace = 100 << 20

// stateFolder looks whether journals can be written.
func (d *diagnostics) stateFolder() {
	const name = "state_folder"
	dir, err := d.settings.RequireStateDir()
	if err != nil {
		d.fail(name, "set HOME or HYDRACTL_STATE_DIR", "no place for journals: HOME is not set")
		return
	}
	existing := dir
	info, err := os.Stat(existing)
	for errors.Is(err, fs.ErrNotExist) && filepath.Dir(existing) != existing {
		existing = filepath.Dir(existing)
		info, err = os.Stat(existing)
	}
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a folder", existing)
	}
	if err == nil {
		err = tryWriting(existing)
	}
	if err != nil {
		d.fail(name, "set HYDRACTL_STATE_DIR to a folder of yours", "%s cannot be written to: %v", dir, files.Reason(err))
		return
	}
	if e, ok := errors.AsType[*files.InsecureError](files.CheckReplaceable(dir, info)); ok && existing == dir {
		d.warn(name, e.Hint, "%s", e.Error())
		return
	}
	free, known := files.FreeSpace(existing)
	switch {
	case !known:
		d.ok(name, "%s can be written to", dir)
	case free < lowSpace:
		d.warn(name, "free disk space, or set HYDRACTL_STATE_DIR to a folder on another disk", "%s has only %d MiB free", dir, free>>20)
	default:
		d.ok(name, "%s can be written to, %s MiB free", dir, output.Number(free>>20))
	}
}

// tryWriting makes an empty file and removes it, which is the only way to know that a disk is not full or read-only.
func tryWriting(dir string) error {
	f, err := os.CreateTemp(dir, ".hydractl-doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
