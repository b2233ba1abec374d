package imports

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// importSettings are the choices of an import that its journal keeps, so that `imports resume` needs no more than its id.
// There is no credential among them.
type importSettings struct {
	Path    string   `json:"path,omitzero"`    // of the file, absolute; "" when the journal holds a copy
	Flags   []string `json:"flags,omitzero"`   // those of `customers import` that were given
	Profile string   `json:"profile,omitzero"` // --profile
	APIURL  string   `json:"api_url,omitzero"` // --api-url
}

// keptFlags are the flags that say what is imported and how; the others belong to one run.
func keptFlags() []string {
	return []string{
		"format", "delimiter", "encoding", "lazy-quotes", "map", "set", "ignore-columns", "ignore-unknown", "header", "header-line", "preset", "null-token", "raw", "fix-codes",
		"allow-no-email", "strict", "skip-invalid", "case-sensitive-emails", "duplicates", "clone-from", "clone-rules", "expect-tenant",
		"canary", "workers", "quiet-period", "max-outage", "max-errors",
	}
}

func (o *customersImportOptions) settings(env *cli.App, source *input.Source) (importSettings, error) {
	s := importSettings{Profile: env.Given()["profile"], APIURL: env.Given()["api_url"]}
	var err error
	if s.Path, err = keptPath(source, ""); err != nil {
		return s, err
	}
	o.flags.Visit(func(f *pflag.Flag) {
		if !slices.Contains(keptFlags(), f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			s.Flags = append(s.Flags, "--"+f.Name+"="+value)
		}
	})
	return s, nil
}

// keptPath is where a later run finds the file, "" for a copy that the journal holds.
func keptPath(source *input.Source, j string) (string, error) {
	if source.Copied() || j != "" && source.Path == journal.KeptInput(j) {
		return "", nil
	}
	return filepath.Abs(source.Path)
}

// importAgain is an import that goes on by its journal.
type importAgain struct {
	dir    string
	header journal.Header
	path   string // of the input
	decide decision
}

// decision is the user's word on rows whose outcome is unknown.
type decision int

const (
	undecided decision = iota
	resendUnknown
	assumeCreated
)

// restoreImport reads from a journal how its import was run.
func restoreImport(env *cli.App, dir string) (*cli.App, *customersImportOptions, error) {
	journal, err := journal.Read(files.Disk(), dir)
	if err != nil {
		return nil, nil, err
	}
	header, carried, path := journal.Header, journal.Carried(), journal.Path()
	if err := journal.Close(); err != nil {
		return nil, nil, err
	}
	again := &importAgain{dir: dir, header: header}
	var kept importSettings
	if err := json.Unmarshal(header.Settings, &kept); err != nil {
		f := &failure.Failure{Exit: failure.ExitJournal, Code: "journal_damaged", Message: "the journal " + dir + " does not say how the import was run"}
		f.Hint = "the same `hydractl customers import` command goes on from here"
		return nil, nil, f
	}
	if err := again.find(path, kept.Path); err != nil {
		return nil, nil, err
	}
	o := &customersImportOptions{again: again}
	set := pflag.NewFlagSet("import", pflag.ContinueOnError)
	o.addFlags(set)
	if err := set.Parse(kept.Flags); err != nil {
		return nil, nil, &failure.Failure{Exit: failure.ExitJournal, Code: "journal_damaged", Message: fmt.Sprintf("the journal %s keeps unusable settings: %v", dir, err)}
	}
	o.journal, o.cloneFrom = dir, header.CloneSource
	if !carried {
		o.resumeFrom = header.ResumeFrom
	}
	stored := config.Flags{}
	for name, value := range map[string]string{"profile": kept.Profile, "api_url": kept.APIURL} {
		if value != "" {
			stored[name] = value
		}
	}
	return env.Resuming(stored), o, nil
}

// find looks for the input: the copy beside the journal, or the file where it was last, or where it was first.
func (a *importAgain) find(last, first string) error {
	for _, path := range []string{journal.KeptInput(a.dir), last, first} {
		if _, err := os.Stat(path); path != "" && err == nil {
			if a.path = path; path != journal.KeptInput(a.dir) {
				a.header.File = journal.ShownName(a.header.File, path)
			}
			return nil
		}
	}
	f := failure.Usagef("the file of the import %s is not there any more: %s", filepath.Base(a.dir), cmp.Or(last, first, journal.KeptInput(a.dir)))
	f.Hint = "hydractl customers import FILE with the file, wherever it is now, goes on from here"
	return f
}

// sameContent refuses to resume an import whose file is another one now.
func (o *customersImportOptions) sameContent(source *input.Source, sum string) error {
	if o.again == nil || o.again.header.SHA256 == sum {
		return nil
	}
	return &failure.Failure{
		Exit: failure.ExitJournal, Code: "journal_mismatch", Message: source.Path + " was changed since the import began",
		Hint: "hydractl customers import " + cli.ShellWord(source.Path) + " --resume-from " + filepath.Base(o.again.dir) +
			" takes over what was sent, and sends what is new",
	}
}

// decide settles the unknown rows by the user's word, which has to be given twice.
func (o *customersImportOptions) decide(env *cli.App, l *importLink, journal *journal.Journal) error {
	if o.again == nil || o.again.decide == undecided {
		return nil
	}
	unknown := journal.Counts()[record.Unknown]
	if unknown == 0 {
		env.Status().Note("No row's outcome is unknown.")
		return nil
	}
	question := fmt.Sprintf("Take %s of unknown outcome as created?", cli.Plural(int64(unknown), "row"))
	if o.again.decide == resendUnknown {
		question = fmt.Sprintf("Send %s of unknown outcome again? What was created the first time would be doubled.", cli.Plural(int64(unknown), "row"))
	}
	if err := env.Confirm(l.Settings.NoInput, question, "Nothing was decided."); err != nil {
		return err
	}
	_, err := journal.Decide(o.again.decide == resendUnknown)
	return err
}
