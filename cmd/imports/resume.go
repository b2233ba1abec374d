package imports

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
)

type resumeOptions struct {
	once          onceOptions
	resendUnknown bool
	assumeCreated bool
	last          bool
}

func newResume(app *cli.App) *cobra.Command {
	o := &resumeOptions{}
	c := &cobra.Command{
		Use:   "resume ID|--last",
		Short: "Resume an import that was stopped",
		Long: `Resume an import that was stopped, as the command that started it would: the
journal knows the file and its options. Input that came from stdin is kept
beside the journal. No row is sent again whose customer may exist.

You decide about rows whose outcome stays unknown: look for the customers, then
--assume-created counts the rows as created, and --resend-unknown sends them
again, which creates a second customer for those that were created after all.`,
		Example: `  hydractl imports list
  hydractl imports list -o id | head -n 1 | xargs -r hydractl imports resume --yes`,
		Args: func(c *cobra.Command, args []string) error {
			if o.last {
				return cli.ExactArgs()(c, args)
			}
			return cli.ExactArgs("ID")(c, args)
		},
		ValidArgsFunction: cli.FirstArg(completeImport(app)),
		RunE:              app.RunE(o.resume),
	}
	f := c.Flags()
	f.BoolVar(&o.resendUnknown, "resend-unknown", false, "send the rows again whose outcome is unknown")
	f.BoolVar(&o.assumeCreated, "assume-created", false, "count the rows whose outcome is unknown as created")
	f.BoolVar(&o.last, "last", false, "resume the newest import that is not finished")
	o.once.addShared(f)
	app.Choice(c, "progress", output.ProgressModes()...)
	groupFlags(c)
	return cli.NameColumns(c, summaryColumns())
}

func (o *resumeOptions) resume(ctx context.Context, app *cli.App, args []string) error {
	if o.resendUnknown && o.assumeCreated {
		return failure.Usagef("--resend-unknown and --assume-created exclude each other")
	}
	dir, err := o.journal(app, args)
	if err != nil {
		return err
	}
	j, err := restoreJob(app, dir)
	if err != nil {
		return err
	}
	run := &j.once
	run.reports, run.progress, run.verify = o.once.reports, o.once.progress, o.once.verify
	switch {
	case o.resendUnknown:
		j.resumed.decision = resendUnknown
	case o.assumeCreated:
		j.resumed.decision = assumeCreated
	}
	return j.run(ctx)
}

// journal returns the folder of the journal to resume.
func (o *resumeOptions) journal(app *cli.App, args []string) (string, error) {
	if !o.last {
		return findJournal(app, args[0])
	}
	past, dir, err := pastImports(app)
	if err != nil {
		return "", err
	}
	for _, p := range past {
		if p.State != "finished" && p.State != "continued" && p.Error == "" {
			app.Status().Note("Import %s of %s, started %s.", p.ID, p.File, strings.Replace(p.CreatedAt, "T", " ", 1))
			return p.Journal, nil
		}
	}
	f := failure.NotFoundf("there is no import to resume: every one is finished")
	f.Hint = "hydractl imports list"
	if len(past) == 0 {
		f.Message, f.Hint = "there is no import to resume in "+dir, "hydractl customers import FILE starts one"
	}
	return "", f
}

// resumed is what the journal of an import says about it.
type resumed struct {
	dir      string
	host     string
	profile  string // in use when it started, "" for the default one
	file     string // the name of the input in messages
	sha256   string
	decision decision
}

// decision is what the user decided about rows whose outcome is unknown.
type decision int

const (
	undecided decision = iota
	resendUnknown
	assumeCreated
)

// restoreJob reads from a journal how its import was run.
func restoreJob(app *cli.App, dir string) (*job, error) {
	read, err := journal.Read(files.Disk(), dir)
	if err != nil {
		return nil, err
	}
	header, carried, path := read.Header, read.Carried(), read.Path()
	if err := read.Close(); err != nil {
		return nil, err
	}
	o := newOptions()
	kept, err := parseSettings(header.Settings)
	if err == nil {
		err = kept.restore(o)
	}
	if err != nil {
		f := &failure.Failure{Exit: failure.ExitJournal, Code: "journal_damaged", Message: fmt.Sprintf("journal %s: cannot read the options of the import: %v", dir, err)}
		f.Hint = "to resume: the same `hydractl customers import` command"
		return nil, f
	}
	o.once.journal, o.cloneFrom = dir, header.CloneSource
	if !carried {
		o.once.resumeFrom = header.ResumeFrom
	}
	j := &job{options: o, app: app, resumed: &resumed{dir: dir, host: header.Host, profile: kept.Profile, file: header.File, sha256: header.SHA256}}
	if j.path, err = findInput(dir, path, kept.Path); err != nil {
		return nil, err
	}
	if j.path != journal.KeptInput(dir) {
		j.resumed.file = journal.DisplayName(header.File, j.path)
	}
	return j, nil
}

// findInput looks for the input of a journal: the copy beside it, or the file where it was last, or where it was first.
func findInput(dir, last, first string) (string, error) {
	for _, path := range []string{journal.KeptInput(dir), last, first} {
		if _, err := os.Stat(path); path != "" && err == nil {
			return path, nil
		}
	}
	f := failure.Usagef("the file of the import %s does not exist any more: %s", filepath.Base(dir), cmp.Or(last, first, journal.KeptInput(dir)))
	f.Hint = "to resume: hydractl customers import FILE, wherever the file is now"
	return "", f
}

// checkContent refuses to resume an import whose file has another content now.
func (r *resumed) checkContent(path, sum string) error {
	if r == nil || r.sha256 == sum {
		return nil
	}
	return &failure.Failure{
		Exit: failure.ExitJournal, Code: "journal_mismatch", Message: path + " was changed since the import started",
		Hint: "to keep what was sent and send what is new: hydractl customers import " + files.ShellWord(path) + " --resume-from " + filepath.Base(r.dir),
	}
}

// decide applies the user's decision about the unknown rows, after a confirmation.
func (j *job) decide(ctx context.Context, p *plan) error {
	if j.resumed == nil || j.resumed.decision == undecided {
		return nil
	}
	unknown := p.journal.Counts()[record.Unknown]
	if unknown == 0 {
		j.app.Status().Note("No row has an unknown outcome.")
		return nil
	}
	resend := j.resumed.decision == resendUnknown
	rows := cli.Plural(int64(unknown), "row")
	question := fmt.Sprintf("Count %s of unknown outcome as created?", rows)
	if resend {
		question = fmt.Sprintf("Send %s of unknown outcome again? Customers that were created the first time will exist twice.", rows)
	}
	if err := j.app.Confirm(ctx, question, "Nothing was changed."); err != nil {
		return err
	}
	_, err := p.journal.Decide(resend)
	return err
}
