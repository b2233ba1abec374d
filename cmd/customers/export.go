package customers

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
)

type customersExportOptions struct {
	selection

	out             string
	force           bool
	raw             bool
	allowIncomplete bool
	summary         string
	progress        string
}

func newCustomersExport(env *cli.App) *cobra.Command {
	o := &customersExportOptions{}
	c := &cobra.Command{
		Use:   "export",
		Short: "Write every customer to a file or a pipe",
		Long: `Write every customer, the oldest first: as csv, jsonl or json, by -o or by the
name of the file. --where and --created-since choose customers by any field
("hydractl help where"), --sort-by gives another order. --consistency says how
to read, as for "customers list --all".

With --out the file is written as a whole or not at all, with mode 0600. When
the export may be incomplete no file is written and the exit code is 8;
--allow-incomplete writes what was found. Without --out csv and jsonl are
streamed to stdout, and exit code 8 means that customers may be missing.

In a csv file written with --out, cells that a spreadsheet would run as a
formula are prefixed with an apostrophe; an import removes it.`,
		Example: `  hydractl customers export --out customers.csv
  hydractl customers export --out customers.jsonl --force
  hydractl customers export --out customers.json --summary json
  hydractl customers export -o jsonl | gzip > customers.jsonl.gz
  hydractl customers export --sort-by company --columns email,company,country
  hydractl customers export --where 'instances>0' --where active=0 --out idle.csv`,
		Args: cli.ExactArgs(),
		RunE: env.RunE(o.run),
	}
	f := c.Flags()
	f.StringVar(&o.out, "out", "-", "file to write; - is stdout")
	f.BoolVar(&o.force, "force", false, "overwrite the file of --out")
	f.BoolVar(&o.raw, "raw", false, "do not prefix cells that a spreadsheet would run")
	o.addFilter(c)
	o.addOrder(c)
	f.BoolVar(&o.allowIncomplete, "allow-incomplete", false, "write the file of --out even if customers may be missing (exit 8)")
	f.StringVar(&o.summary, "summary", "text", "with --out: text on stderr, or json on stdout")
	f.StringVar(&o.progress, "progress", "auto", "progress on stderr: auto, json or none")
	o.addConsistency(c)
	c.ValidArgsFunction = cobra.NoFileCompletions
	env.Check(c, func() error {
		wrong := o.check(env.Now())
		opts, err := o.output(env)
		return errors.Join(wrong, cli.CheckOutput(env, opts, err, customerColumns()))
	})
	return cli.NameColumns(c, customerColumns())
}

func (o *customersExportOptions) run(ctx context.Context, env *cli.App, _ []string) error {
	opts, err := o.output(env)
	if err != nil {
		return err
	}
	ctx, api, printer, err := connect(ctx, env, opts, customerColumns())
	if err != nil {
		return err
	}
	e := &export{options: o, printer: printer, status: api.Status, walk: o.walk(api, o.query()), meter: o.meter(env)}
	if o.out == "" {
		return e.toStdout(ctx, env)
	}
	return e.toFile(ctx, env)
}

// output returns how the customers are printed. Settings that are meant for tables must not lose data here.
func (o *customersExportOptions) output(env *cli.App) (output.Options, error) {
	settings, err := env.Settings()
	if err != nil {
		return output.Options{}, err
	}
	opts := env.Output(settings)
	opts.Time = env.Given()["time"]
	if opts.Format, err = fileFormat(o.out, env.Given()["output"], settings.Output, exportFormats()); err != nil || o.out == "" {
		return opts, err
	}
	opts = fileOutput(opts)
	opts.Filter = nil // a filter applies to stdout
	if o.raw {
		opts.Guard = nil
	}
	return opts, nil
}

// exportFormats returns the formats of an export.
func exportFormats() []string { return []string{"csv", "jsonl", "json"} }

func (o *customersExportOptions) check(now time.Time) error {
	switch {
	case o.out == "": // an unset variable of a script
		return failure.Invalidf("--out", "must not be empty (- is stdout)")
	case files.IsStdout(o.out):
		o.out = ""
	}
	var wrong cli.Problems
	wrong.If(o.summary != "text" && o.summary != "json", failure.Invalidf("--summary", "must be text or json (got %q)", o.summary))
	wrong.If(o.summary == "json" && o.out == "", failure.Usagef("--summary json goes with --out: without it the customers go to stdout"))
	wrong.If(o.allowIncomplete && o.out == "", failure.Usagef("--allow-incomplete goes with --out: stdout gets every customer that is found"))
	wrong.If(!slices.Contains(output.MeterModes(), o.progress), failure.Invalidf("--progress", "must be %s (got %q)", cli.JoinOr(output.MeterModes()), o.progress))
	o.all = true
	if err := wrong.Err(o.selection.check(now)); err != nil || o.out == "" {
		return err
	}
	return files.CheckTarget("--out", o.out, o.force)
}

// meter returns the progress display: without --progress only for a file, since stdout may be on the screen too.
func (o *customersExportOptions) meter(env *cli.App) output.Meter {
	mode := o.progress
	if mode == "auto" && (o.out == "" || !env.Terminal.Err || env.Quiet()) {
		mode = "none"
	}
	return env.Meter(mode)
}
