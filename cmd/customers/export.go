package customers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

type exportOptions struct {
	selectionFlags
	cli.OutFlags

	raw             bool
	allowIncomplete bool
	summary         string
	progress        string
}

// exportQuery is what the flags of an export ask for.
type exportQuery struct {
	selection

	flags  *exportOptions
	file   string // "" is stdout
	output output.Options
}

func newExport(app *cli.App) *cobra.Command {
	o := &exportOptions{}
	c := &cobra.Command{
		Use:   "export",
		Short: "Write every customer to a file or a pipe",
		Long: `Write every customer, the oldest first: as csv, jsonl or json, by -o or by the
name of the file. --where and --created-since choose customers by any field
("hydractl help where"), --sort-by sets another order. --consistency says how
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
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f := c.Flags()
	o.OutFlags.Add(c)
	f.BoolVar(&o.raw, "raw", false, "do not prefix cells that a spreadsheet would run")
	o.addFilter(c)
	o.addOrder(app, c)
	f.BoolVar(&o.allowIncomplete, "allow-incomplete", false, "write the file of --out even if customers may be missing (exit 8)")
	f.StringVar(&o.summary, "summary", "text", "with --out: text on stderr, or json on stdout")
	f.StringVar(&o.progress, "progress", "auto", "progress on stderr: auto, json or none")
	o.addConsistency(app, c)
	app.Choice(c, "summary", "text", "json")
	app.Choice(c, "progress", output.ProgressModes()...)
	cli.Checked(app, c, func() (*exportQuery, error) { return o.query(app) }, runExport)
	return cli.NameColumns(c, customerColumns())
}

// query returns what the flags ask for, and everything that is wrong with them.
func (o *exportOptions) query(app *cli.App) (*exportQuery, error) {
	q := &exportQuery{flags: o}
	var unclear, target, format error
	q.selection, unclear = o.selection(app.Now())
	q.file, target = outFile(o.OutFlags)
	wrong := cli.Problems{unclear, target}
	if q.file == "" && target == nil {
		wrong.If(o.summary == "json", failure.Usagef("--summary json goes with --out: without it the customers go to stdout"))
		wrong.If(o.allowIncomplete, failure.Usagef("--allow-incomplete goes with --out: stdout gets every customer that is found"))
	}
	q.output, format = q.outputOptions(app)
	return q, wrong.Err(cli.CheckOutput(app, q.output, format, customerColumns()))
}

// outputOptions returns how the customers are printed. Settings that are meant for tables must not lose data here.
func (q *exportQuery) outputOptions(app *cli.App) (output.Options, error) {
	settings, err := app.Settings()
	if err != nil {
		return output.Options{}, err
	}
	opts := app.Output(settings)
	opts.Time = app.Given()["time"]
	if opts.Format, err = fileFormat(q.file, app.Given()["output"], settings.Output, exportFormats()); err != nil || q.file == "" {
		return opts, err
	}
	opts = fileOutput(opts)
	opts.Filter = nil // a filter applies to stdout
	if q.flags.raw {
		opts.Guard = nil
	}
	return opts, nil
}

// exportFormats returns the formats of an export.
func exportFormats() []string { return []string{"csv", "jsonl", "json"} }

func runExport(ctx context.Context, app *cli.App, q *exportQuery, _ []string) error {
	ctx, api, printer, err := connect(ctx, app, q.output, customerColumns())
	if err != nil {
		return err
	}
	w := q.walk(api)
	w.progress = newProgress(app, q.progressMode(app))
	if q.file != "" {
		return q.toFile(ctx, app, api.Status, printer, w)
	}
	_, err = printListing(ctx, api.Status, printer, app.Out, w)
	return err
}

// progressMode returns the progress display: without --progress only for a file, since stdout may be on the screen too.
func (q *exportQuery) progressMode(app *cli.App) string {
	if q.flags.progress == "auto" && (q.file == "" || !app.Terminal.Err || app.Quiet()) {
		return "none"
	}
	return q.flags.progress
}

// toFile writes the file as a whole, or leaves an existing one as it is.
func (q *exportQuery) toFile(ctx context.Context, app *cli.App, status output.Status, printer *output.Printer[client.Customer], walk *walk) error {
	s := exportSummary{File: q.file, Format: printer.Format().Name}
	const hint = "run it again: customers were created or deleted meanwhile; --allow-incomplete writes what is found"
	err := writeList(q.flags.OutFlags, hint, func(w io.Writer) error {
		t := &hashWriter{w: w, sum: sha256.New()}
		_, err := printer.List(t, walk.customers(ctx), output.Envelope{Key: "customers", Schema: "customers.list", Members: walk.members})
		walk.note(status)
		if err == nil && walk.incomplete != nil && !q.flags.allowIncomplete {
			err = walk.incomplete
		}
		s.Bytes, s.SHA256 = t.bytes, hex.EncodeToString(t.sum.Sum(nil))
		return err
	})
	if err != nil {
		return err
	}
	s.Count, s.Complete = walk.rows, walk.complete()
	if walk.filtered() {
		status.Note("%s", walk.footer())
	}
	if err := s.print(ctx, app, status, q.flags.summary); err != nil {
		return err
	}
	return walk.err()
}

// hashWriter counts and hashes what is written through it.
type hashWriter struct {
	w     io.Writer
	sum   hash.Hash
	bytes int64
}

func (t *hashWriter) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	t.sum.Write(p[:n])
	t.bytes += int64(n)
	return n, err
}

// exportSummary describes an exported file.
type exportSummary struct {
	File     string `json:"file"`
	Format   string `json:"format"`
	Count    int    `json:"count"` // customers
	Bytes    int64  `json:"bytes"`
	SHA256   string `json:"sha256"`
	Complete bool   `json:"complete"`
}

// print prints the summary: a note for people, or a JSON object for programs and filters.
func (s exportSummary) print(ctx context.Context, app *cli.App, status output.Status, mode string) error {
	if filter := app.Filter(); mode == "json" || filter != nil {
		printer, err := output.New[exportSummary](output.Options{Format: "json", Filter: filter.WithContext(ctx)}, nil)
		if err != nil {
			return err
		}
		return printer.Item(app.Out, s, nil)
	}
	state := "complete"
	if !s.Complete {
		state = "may be incomplete"
	}
	status.Note("%s: %s (%s; %s, SHA-256 %s).", s.File, cli.Plural(int64(s.Count), "customer"), state, cli.Plural(s.Bytes, "byte"), s.SHA256)
	return nil
}
