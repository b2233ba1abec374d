package imports

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// settingsVersion is written; a newer one is not read.
const settingsVersion = 1

// settings are the choices of an import that its journal keeps. There is no credential among them.
type settings struct {
	Version int                 `json:"version"`
	Path    string              `json:"path,omitzero"`    // of the file, absolute; "" when the journal holds a copy
	Profile string              `json:"profile,omitzero"` // in use when the import started; for messages alone
	Options map[string][]string `json:"options,omitzero"` // by the name of the flag, those with another value than the default
}

// parseSettings reads the settings of a journal's header.
func parseSettings(doc []byte) (*settings, error) {
	s := &settings{}
	if err := json.Unmarshal(doc, s); err != nil {
		return nil, err
	}
	if s.Version > settingsVersion {
		return nil, fmt.Errorf("its settings have version %d, and this hydractl knows %d", s.Version, settingsVersion)
	}
	if s.Options == nil {
		s.Options = map[string][]string{}
	}
	return s, nil
}

// usedProfile is the name of the profile in use, "" for the default one.
func usedProfile(s *config.Settings) string {
	if s.ProfileOrigin.Kind == config.FromDefault {
		return ""
	}
	return s.Profile
}

// keep adds the options of a flag set.
func (s *settings) keep(set *pflag.FlagSet) {
	set.VisitAll(func(f *pflag.Flag) {
		if !isDefault(f) {
			s.Options[f.Name] = flagValues(f)
		}
	})
}

// isDefault reports whether a flag has its default value; that of a list is empty, and a list of one empty text prints as one.
func isDefault(f *pflag.Flag) bool {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return len(list.GetSlice()) == 0
	}
	return f.Value.String() == f.DefValue
}

func flagValues(f *pflag.Flag) []string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	return []string{f.Value.String()}
}

// restore gives the options the values that the journal keeps.
func (s *settings) restore(o *options) error {
	for name, values := range s.Options {
		f := o.contentFlags.Lookup(name)
		if f == nil {
			f = o.sendingFlags.Lookup(name)
		}
		if f == nil {
			return fmt.Errorf("unknown option --%s", name)
		}
		if err := setFlag(f, values); err != nil {
			return fmt.Errorf("--%s: %w", name, err)
		}
	}
	return nil
}

func setFlag(f *pflag.Flag, values []string) error {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.Replace(values)
	}
	for _, value := range values {
		if err := f.Value.Set(value); err != nil {
			return err
		}
	}
	return nil
}

// difference names the first option of a flag set that has another value now, with both values; "" when there is none.
func (s *settings) difference(set *pflag.FlagSet) (name, then, now string) {
	set.VisitAll(func(f *pflag.Flag) {
		was, is := slices.Sorted(slices.Values(s.Options[f.Name])), slices.Sorted(slices.Values(flagValues(f)))
		if slices.Equal(was, []string{f.DefValue}) {
			was = nil
		}
		if isDefault(f) {
			is = nil
		}
		if name == "" && f.Name != "clone-from" && !slices.Equal(was, is) { // the header names the source itself
			name, then, now = f.Name, describeOption(was), describeOption(is)
		}
	})
	return name, then, now
}

func describeOption(values []string) string {
	if len(values) == 0 {
		return "the default"
	}
	return cli.JoinComma(values)
}

// words are the options as words of a command line, sorted by name.
func (s *settings) words() []string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(s.Options)) {
		words = append(words, flagWords(name, s.Options[name])...)
	}
	return words
}

// command is the command line of the import, for a file that messages call so.
func (s *settings) command(file string) string {
	words := []string{"hydractl"}
	if s.Profile != "" {
		words = append(words, "-p", files.ShellWord(s.Profile))
	}
	words = append(words, "customers", "import", files.ShellWord(cmp.Or(s.Path, file)))
	return strings.Join(append(words, s.words()...), " ")
}

// flagWords are the words of a command line that give a flag its values.
func flagWords(name string, values []string) []string {
	var words []string
	for _, value := range values {
		switch value {
		case "true":
			words = append(words, "--"+name)
		case "false":
			words = append(words, "--"+name+"=false")
		default:
			words = append(words, "--"+name, files.ShellWord(value))
		}
	}
	return words
}

// rejectsOf is the import that a file of rejects comes from.
type rejectsOf struct {
	importID string              // "" where the file has no rejects, or their import is not known
	adopted  map[string][]string // its options that the new import has taken over
	below    bool                // its journal is in the folder of --journal, and the new one belongs below it
}

// adoptOptions takes over the options of the import that a file of rejects comes from, except those that describe the file itself.
// An option on the command line wins.
func (j *job) adoptOptions(importID string) (rejectsOf, error) {
	h, below, err := j.findImport(importID)
	if err != nil {
		return rejectsOf{}, j.adoptNothing(importID)
	}
	kept, err := parseSettings(h.Settings)
	if err != nil {
		return rejectsOf{below: below}, j.adoptNothing(importID)
	}
	adopted := &settings{Options: map[string][]string{}}
	for name, values := range kept.Options {
		f := j.contentFlags.Lookup(name)
		if f == nil || f.Changed || slices.Contains(fileOptions(), name) {
			continue
		}
		if err := setFlag(f, values); err != nil {
			return rejectsOf{}, fmt.Errorf("--%s: %w", name, err)
		}
		adopted.Options[name] = values
	}
	if len(adopted.Options) > 0 {
		j.app.Status().Note("Rejects of the import %s, with its options: %s", importID, strings.Join(adopted.words(), " "))
	}
	return rejectsOf{importID, adopted.Options, below}, nil
}

// findImport reads the header of the import that a file of rejects names: in the state folder, or in the folder of --journal. below
// is true there: the rejects get a journal of their own below it.
func (j *job) findImport(importID string) (h journal.Header, below bool, err error) {
	s, err := j.app.Settings()
	if err != nil {
		return h, false, err
	}
	err = journal.ErrNoJournal
	if s.StateDir != "" && importID == filepath.Base(importID) { // the text is from a file
		for _, folder := range []string{"imports", checkedFolder} {
			if h, err = journal.ReadHeader(files.Disk(), filepath.Join(s.StateDir, folder, importID)); err == nil {
				return h, false, nil
			}
		}
	}
	if dir := j.once.journal; dir != "" {
		if h, err = journal.ReadHeader(files.Disk(), dir); err == nil && journal.ImportID(h) == importID {
			return h, true, nil
		}
	}
	return h, false, cmp.Or(err, journal.ErrNoJournal)
}

// fileOptions describe the bytes of a file: those of a file of rejects are its own.
func fileOptions() []string {
	return []string{"format", "delimiter", "encoding", "lazy-quotes", "header", "header-line", "skip-invalid"}
}

// adoptNothing refuses a file of rejects whose journal cannot be read, unless the command line has options for it.
func (j *job) adoptNothing(importID string) error {
	given := false
	j.contentFlags.VisitAll(func(f *pflag.Flag) { given = given || f.Changed })
	if given {
		j.app.Status().Note("Rejects of the import %s, whose journal is not on this machine: only the options given here apply.", importID)
		return nil
	}
	f := failure.Usagef("the file has rejects of the import %s, whose journal is not on this machine; nothing was sent", input.Clip(importID))
	f.Hint = "if that import had --journal DIR, add the same here; else give its options, such as --set, --map or --clone-from; --duplicates error when it had none"
	return f
}
