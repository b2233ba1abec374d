package imports

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

type customersImportOptions struct {
	read  importReadFlags
	rules input.Rules

	cloneFrom  string
	cloneRules bool

	dryRun       bool
	rehearse     bool
	expectRows   int
	expectTenant string
	maxCreates   int
	canary       int
	verify       bool

	workers   int
	quiet     time.Duration
	maxOutage time.Duration
	maxErrors string

	journal    string
	resumeFrom string
	results    string
	rejects    string
	force      bool
	progress   string
	template   bool

	again *importAgain // set by `imports resume`
	flags *pflag.FlagSet
}

func NewImport(env *cli.App) *cobra.Command {
	o := &customersImportOptions{}
	c := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Create customers from a file, each exactly once",
		Long: `Create a customer for every row of a CSV, JSONL or JSON file; - reads stdin.
There is no undo: the whole file is checked first, the plan is shown, and a
question is asked (without a terminal --yes is wanted).

Every step is in a journal before it is taken. The same command resumes an
import that was stopped, also by kill -9, and sends no row again whose customer
may exist. Customers that exist already, and rows given twice, are no failure.

"hydractl help csv" says what a file may look like, and "hydractl imports list"
shows the journals.`,
		Example: `  hydractl customers import --template > customers.csv
  hydractl customers import customers.csv --dry-run
  hydractl customers import customers.csv --rehearse
  hydractl customers import customers.csv --yes
  hydractl customers import customers.csv --yes --results results.csv --rejects rejects.csv
  echo '{"email": "joe@example.com"}' | hydractl customers import - --yes --set currency=EUR
  printf 'email,company\nmax@example.com,Max Ltd\n' | hydractl customers import - --yes --clone-from ann@example.com`,
		Args: func(c *cobra.Command, args []string) error {
			if o.template {
				return cli.ExactArgs()(c, args)
			}
			return cli.ExactArgs("FILE|-")(c, args)
		},
		RunE: env.RunE(o.run),
	}
	o.addFlags(c.Flags())
	return c
}

func (o *customersImportOptions) addFlags(f *pflag.FlagSet) {
	o.flags = f
	o.read.add(f)
	f.BoolVar(&o.rules.AllowNoEmail, "allow-no-email", false, "take rows without an email: a lost answer leaves them unknown")
	f.BoolVar(&o.rules.Strict, "strict", false, "refuse rows with an unknown country, currency, locale or time zone, and rows of another shape than the header")
	f.BoolVar(&o.rules.FixCodes, "fix-codes", false, "convert what stands for one code only: Germany to DE, euro to EUR, de_DE to de-DE, Berlin to Europe/Berlin")
	f.BoolVar(&o.rules.SkipInvalid, "skip-invalid", false, "leave invalid rows out instead of refusing the file")
	f.BoolVar(&o.rules.CaseSensitiveEmails, "case-sensitive-emails", false, "take A@x.com and a@x.com as two")
	f.StringVar(&o.rules.Duplicates, "duplicates", "error", "one email with different data: error, or first to keep the first")
	f.StringVar(&o.cloneFrom, "clone-from", "", "create clones of this customer, by ID or email")
	f.BoolVar(&o.cloneRules, "clone-rules", true, "with --clone-from: take the rules along")
	f.BoolVar(&o.dryRun, "dry-run", false, "check the file, show the plan, and create nothing")
	f.BoolVar(&o.rehearse, "rehearse", false, "try the import in a throw-away sandbox with the tenant's emails, and create nothing")
	f.IntVar(&o.expectRows, "expect-rows", 0, "refuse a file with another number of rows")
	f.StringVar(&o.expectTenant, "expect-tenant", "", "refuse another tenant, by its id")
	f.IntVar(&o.maxCreates, "max-creates", 0, "refuse to create more customers than this")
	f.IntVar(&o.canary, "canary", 0, "create this many and read them back before the others")
	f.BoolVar(&o.verify, "verify", false, "read back in the end what was created, also of an import that is finished")
	f.IntVar(&o.workers, "workers", 0, "creates under way at one time, 1 to 16 (default: by rate and latency)")
	f.DurationVar(&o.quiet, "quiet-period", reconcile.QuietPeriod, "how long after a lost answer its customer may still appear")
	f.DurationVar(&o.maxOutage, "max-outage", 30*time.Minute, "stop when the server is in trouble for longer")
	f.StringVar(&o.maxErrors, "max-errors", "", "stop at N refused rows, or above P% (default: 10 equal ones in a row, or 5%)")
	f.StringVar(&o.journal, "journal", "", "folder of the journal (default: in the state folder, by content)")
	f.StringVar(&o.resumeFrom, "resume-from", "", "take over what the import of an earlier version of the file did, by its id")
	f.StringVar(&o.results, "results", "", "write what became of every row to this file (CSV, or JSON lines for .jsonl)")
	f.StringVar(&o.rejects, "rejects", "", "write the rows that were refused, with the reason, to this file")
	f.BoolVar(&o.force, "force", false, "overwrite the files of --results and --rejects, also when this import did not write them")
	f.StringVar(&o.progress, "progress", "auto", "progress on stderr: auto, json or none")
	f.BoolVar(&o.template, "template", false, "print an example file, and do nothing else")
}

func (o *customersImportOptions) run(ctx context.Context, env *cli.App, args []string) error {
	if o.template {
		return printImportTemplate(env)
	}
	return o.importFile(ctx, env, args[0])
}

// importFile is the import from the file to the summary.
func (o *customersImportOptions) importFile(ctx context.Context, env *cli.App, path string) error {
	if err := o.check(path); err != nil {
		return err
	}
	if env.Curl() && !o.dryRun {
		return cli.ErrCurlImport()
	}
	read, err := o.read.options()
	if err != nil {
		return err
	}
	s, err := env.Settings()
	if err != nil {
		return err
	}
	if _, err := output.New(env.Output(s), importColumns()); err != nil { // before anything is sent
		return err
	}
	folder, err := o.spoolFolder(s)
	if err != nil {
		return err
	}
	journals, err := o.journalFolders(folder)
	if err != nil {
		return err
	}
	if err := o.protectReports(journals...); err != nil {
		return err
	}
	o.rules.Clone = o.cloneFrom != ""
	if o.again != nil {
		read.Name = o.again.header.File
	}
	input, err := openInput(env.WatchSignals(ctx), env, o.progress, path, folder, read, o.rules)
	if err != nil {
		annotateRefusal(env, path, nil, err)
		return o.advise(env, path, err)
	}
	defer input.Close()
	if err := input.checked.Err(); err != nil {
		annotateRefusal(env, input.source.Name, input, err)
		return o.advise(env, path, o.refuse(ctx, env, input, err))
	}
	o.printReady(env, path, input)
	return o.send(ctx, env, input)
}
