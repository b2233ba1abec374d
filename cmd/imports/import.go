package imports

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
)

// NewImport returns `customers import`.
func NewImport(app *cli.App) *cobra.Command {
	o := newOptions()
	c := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Create customers from a file, each exactly once",
		Long: `Create a customer for every row of a CSV, JSONL or JSON file; - reads stdin.
There is no undo: hydractl checks the whole file first, shows the plan, and asks
for confirmation (use --yes without a terminal).

Every step is written to a journal before it is taken. The same command resumes
an import that was stopped, even by kill -9, and never resends a row whose
customer may exist. Customers that exist already and duplicate rows are not
failures.

"hydractl help csv" describes the file, and "hydractl imports list" shows the
journals.`,
		Example: `  hydractl customers import --template > customers.csv
  hydractl customers import customers.csv --dry-run
  hydractl customers import customers.csv --rehearse
  hydractl customers import customers.csv --yes
  hydractl customers import customers.csv --yes --results results.csv --rejects rejects.csv
  echo '{"email": "joe@example.com"}' | hydractl customers import - --yes --set currency=EUR
  printf 'email,company\nmax@example.com,Max Ltd\n' | hydractl customers import - --yes --clone-from ann@example.com`,
		Args: func(c *cobra.Command, args []string) error {
			if o.once.template {
				return cli.ExactArgs()(c, args)
			}
			return cli.ExactArgs("FILE|-")(c, args)
		},
		RunE: app.RunE(func(ctx context.Context, app *cli.App, args []string) error {
			if o.once.template {
				return app.Print(exampleFile)
			}
			return (&job{app: app, options: o, path: args[0]}).run(ctx)
		}),
	}
	o.addTo(c.Flags())
	completeImportFlags(app, c)
	app.Choice(c, "format", input.FormatCSV, input.FormatJSONL, input.FormatJSON)
	app.Choice(c, "duplicates", input.DuplicatesError, input.DuplicatesFirst)
	app.Choice(c, "on-exists", onExistsSkip, onExistsReport, onExistsError)
	app.Choice(c, "progress", output.ProgressModes()...)
	groupFlags(c)
	app.Check(c, o.check)
	return cli.NameColumns(c, summaryColumns())
}

// groupFlags puts the flags under the titles of the help.
func groupFlags(c *cobra.Command) {
	cli.GroupFlags(c, "Input", "format", "delimiter", "encoding", "lazy-quotes", "header", "header-line", "preset", "null-token", "raw", "max-input", "template")
	cli.GroupFlags(c, "Mapping", "map", "set", "ignore-columns", "ignore-unknown", "fix-codes", "clone-from", "clone-rules")
	cli.GroupFlags(c, "Safety", "dry-run", "rehearse", "expect-tenant", "expect-rows", "max-creates", "canary", "verify", "strict", "skip-invalid", "allow-no-email",
		"duplicates", "on-exists", "case-sensitive-emails", "journal", "resume-from", "new", "resend-unknown", "assume-created", "last")
	cli.GroupFlags(c, "Pace", "workers", "quiet-period", "max-outage", "max-errors")
	cli.GroupFlags(c, "Reports", "results", "rejects", "force", "progress")
}

// job is an import to be run.
type job struct {
	*options

	app     *cli.App
	path    string   // of the input; - is stdin
	resumed *resumed // nil for `customers import`
}

// run is the import, phase by phase, from the file to the summary.
func (j *job) run(ctx context.Context) error {
	if err := j.check(); err != nil {
		return err
	}
	if j.app.Curl() && !j.once.dryRun {
		f := failure.Usagef("--curl does not go with an import, which writes many times")
		f.Hint = "add --dry-run, or show one create: hydractl customers create --curl"
		return f
	}
	if err := j.checkHost(); err != nil {
		return err
	}
	checked, err := j.checkInput(j.app.WatchSignals(ctx))
	if err != nil {
		return err
	}
	defer checked.Close()
	ctx, target, err := j.connect(ctx)
	if err != nil {
		return err
	}
	p, err := j.plan(ctx, target, checked)
	if err != nil {
		return err
	}
	defer p.close()
	ran, err := j.execute(ctx, p)
	if ran == nil && err != nil {
		return err
	}
	return errors.Join(j.report(ctx, p, ran), err)
}

// exampleFile has every column, a name with a comma, and empty cells.
const exampleFile = `email,company_name,country_code,currency,industry,locale,timezone
ada@example.com,"Ada & Sons, Inc.",DE,EUR,plumbing,de-DE,Europe/Berlin
grace@example.com,Grace Ltd,GB,GBP,,en-GB,Europe/London
linus@example.org,Linus Oy,FI,,,,
`
