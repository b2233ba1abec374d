package customers

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

type diffOptions struct {
	selectionFlags

	against string
}

func newDiff(app *cli.App) *cobra.Command {
	o := &diffOptions{}
	c := &cobra.Command{
		Use:   "diff --against PROFILE",
		Short: "List the customers that another profile lacks",
		Long: `List the customers of the profile in use whose email no customer of the other
profile has, in any spelling of the same address. Customers without an email are
counted and left out, since they cannot be matched.

Address and credential of the other profile come from that profile alone, never
from the environment or from flags. With -o csv the output has the fields that
an import takes. Lists have no locale and no industry, so it lacks these.

Both sides are read completely. When one of them may lack customers the exit
code is 8; when it is the other profile, nothing is printed.`,
		Example: `  hydractl customers diff --against sandbox
  hydractl -p staging customers diff --against sandbox -o csv > missing.csv
  hydractl -p staging customers diff --against sandbox --where status=active`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	c.Flags().StringVar(&o.against, "against", "", "the other profile (required)")
	o.addFilter(c)
	o.addConsistency(app, c)
	_ = c.RegisterFlagCompletionFunc("against", app.CompleteProfile)
	cli.Checked(app, c, func() (selection, error) {
		s, err := o.selection(app.Now())
		if o.against == "" {
			f := failure.Usagef("customers diff: missing flag: --against PROFILE")
			f.Hint = "hydractl config profile list"
			err = errors.Join(f, err)
		}
		return s, err
	}, o.run)
	return cli.WithColumns(app, c, customerColumns())
}

func (o *diffOptions) run(ctx context.Context, app *cli.App, s selection, _ []string) error {
	opts, err := o.output(app)
	if err != nil {
		return err
	}
	ctx, api, printer, err := connect(ctx, app, opts, customerColumns())
	if err != nil {
		return err
	}
	other, err := app.ConnectTo(ctx, "--against", o.against)
	if err != nil {
		return err
	}
	if api.Settings.Profile == other.Settings.Profile {
		return failure.Invalidf("--against", "must be another profile than the one in use (got %q)", o.against)
	}
	d := diff{walk: s.walk(api), api: api, other: other, known: map[emailKey]struct{}{}}
	if err := d.read(ctx); err != nil {
		return err
	}
	return d.print(ctx, app, printer)
}

// output returns how the customers are printed: csv and tsv with the columns that an import takes.
func (o *diffOptions) output(app *cli.App) (output.Options, error) {
	opts, err := customerOutput(app)
	if (opts.Format == "csv" || opts.Format == "tsv") && len(opts.Columns) == 0 {
		opts.Columns = []string{"email,company_name,country_code,currency,timezone"}
	}
	return opts, err
}

// emailKey is the hash of an email, the same for all of its spellings.
type emailKey [16]byte

func keyOf(email string) emailKey {
	sum := sha256.Sum256([]byte(emailaddr.Fold(email)))
	return emailKey(sum[:16])
}

// diff compares the customers of two profiles by email.
type diff struct {
	*walk

	api, other *cli.Session
	known      map[emailKey]struct{} // of the other profile
	total      int                   // customers of the other profile
	missing    int
	noEmail    int
}

// read reads the emails of the other profile.
func (d *diff) read(ctx context.Context) error {
	theirs := selection{all: true, consistency: d.consistency}
	walk := theirs.walk(d.other)
	walk.progress = newReading(d.api.Status)
	for c, err := range walk.customers(ctx) {
		if err != nil {
			return fmt.Errorf("%s: %w", d.other.ProfileAndHost(), err)
		}
		if c.Email != nil {
			d.known[keyOf(*c.Email)] = struct{}{}
		}
	}
	walk.note(d.api.Status)
	d.total = walk.rows
	if walk.incomplete != nil {
		f := &failure.Failure{
			Exit: failure.ExitPartial, Code: "incomplete_list", Cause: walk.incomplete, Retryable: true, Outcome: failure.OutcomeNone,
			Message: d.other.ProfileAndHost() + ": " + walk.incomplete.Error(),
			Hint:    "run it again, or with --consistency verified",
		}
		return f
	}
	return nil
}

// print prints the customers that the other profile lacks.
func (d *diff) print(ctx context.Context, app *cli.App, printer *output.Printer[client.Customer]) error {
	rows := func(yield func(client.Customer, error) bool) {
		for c, err := range d.customers(ctx) {
			if err == nil && (c.Email == nil || *c.Email == "") {
				d.noEmail++
				continue
			}
			if err == nil {
				if _, known := d.known[keyOf(*c.Email)]; known {
					continue
				}
				d.missing++
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
	members := func() []output.Member {
		return []output.Member{
			{Name: "missing", Value: d.missing},
			{Name: "compared", Value: d.rows - d.noEmail},
			{Name: "without_email", Value: d.noEmail},
			{Name: "complete", Value: d.complete()},
		}
	}
	if printer.Holds() {
		d.progress = newReading(d.api.Status)
	}
	result, err := printer.List(app.Out, rows, output.Envelope{Key: "customers", Schema: "customers.list", Members: members})
	if err != nil {
		return err
	}
	d.note(d.api.Status)
	summary := fmt.Sprintf("Missing from %s (%s): %s of %s%s of %s.", d.other.ProfileAndHost(), cli.Plural(int64(d.total), "customer"),
		output.Number(d.missing), cli.Plural(int64(d.rows), "customer"), d.String(), d.api.ProfileAndHost())
	if d.noEmail > 0 {
		summary += " Without an email, and not compared: " + output.Number(d.noEmail) + "."
	}
	d.api.Status.Footer(summary, result.Hidden)
	return d.err()
}
