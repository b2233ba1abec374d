package customers

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

type customersStatsOptions struct {
	search      string
	by          string
	top         int
	html        string
	force       bool
	consistency string
}

func newCustomersStats(env *cli.App) *cobra.Command {
	o := &customersStatsOptions{}
	c := &cobra.Command{
		Use:   "stats",
		Short: "Count customers by country, currency, status and age",
		Long: `Read every customer and count: in all, by country, by currency, by the status of
the latest subscription, by running instances, and by the day, week or month of
their creation (in UTC). Customers without a value are a group of their own.

Tables show bars, with the smaller groups together as "other" (--top) and only
the latest periods. The other formats hold every group that has a customer, one
record each: group, value (null for none), count, and share of all customers.

--html also writes a self-contained page with charts. When customers may be
missing it says so, and the exit code is 8.`,
		Example: `  hydractl customers stats
  hydractl customers stats --by week --top 5
  hydractl customers stats -o csv > stats.csv
  hydractl customers stats --jq '.stats[] | select(.group == "country" and .count > 10) | .value'
  hydractl customers stats --html customers.html`,
		Args: cli.ExactArgs(),
		RunE: env.RunE(o.run),
	}
	f := c.Flags()
	f.StringVar(&o.search, "search", "", "only these, searched by email as the server understands it")
	f.StringVar(&o.by, "by", "month", "count new customers by "+cli.JoinOr(periods()))
	f.IntVar(&o.top, "top", 10, "groups that tables and pages show; 0 shows all")
	f.StringVar(&o.html, "html", "", "write a page with charts to this file")
	f.BoolVar(&o.force, "force", false, "overwrite the file of --html")
	addConsistency(c, &o.consistency)
	c.ValidArgsFunction = cobra.NoFileCompletions
	_ = c.RegisterFlagCompletionFunc("by", cli.Fixed(periods()...))
	return cli.WithColumns(c, statColumns())
}

func (o *customersStatsOptions) run(ctx context.Context, env *cli.App, _ []string) error {
	if err := o.check(); err != nil {
		return err
	}
	ctx, api, err := env.Connect(ctx)
	if err != nil {
		return err
	}
	opts := api.Output
	opts.ASCII = plain(env)
	printer, err := output.New(opts, statColumns())
	if err != nil {
		return err
	}
	statistics, incomplete, err := o.count(ctx, env, api)
	if err != nil {
		return err
	}
	if o.html != "" {
		if err := o.writePage(api.Status, statistics, incomplete); err != nil {
			return err
		}
	}
	if printer.Format().Human && len(opts.Columns) == 0 {
		err = output.Charts(env.Out, opts, o.charts(statistics))
	} else {
		_, err = printer.List(env.Out, cli.Each(statistics.stats()), statistics.envelope(incomplete == nil))
	}
	if err != nil {
		return err
	}
	if incomplete != nil {
		return incomplete
	}
	return nil
}

func (o *customersStatsOptions) check() error {
	switch {
	case !slices.Contains(periods(), o.by):
		return failure.Invalidf("--by", "must be %s (got %q)", cli.JoinOr(periods()), o.by)
	case o.top < 0:
		return failure.Invalidf("--top", "must be 0 (all) or more (got %d)", o.top)
	}
	if err := checkConsistency(o.consistency); err != nil {
		return err
	}
	if err := cli.CheckText("--search", o.search); err != nil {
		return err
	}
	if o.html == "" {
		return nil
	}
	return files.CheckTarget("--html", o.html, o.force)
}

// count reads every customer.
func (o *customersStatsOptions) count(ctx context.Context, env *cli.App, api *cli.Session) (*statistics, *client.IncompleteError, error) {
	pager := api.Customers.Pager(client.ListOptions{Search: o.search})
	setConsistency(pager, o.consistency)
	defer noteWalks(api.Status, pager)
	meter := output.NewMeter(env.Err, "none", 0, env.Now)
	defer func() { meter.Close() }()
	statistics, began := newStatistics(o.by, env.Now()), env.Now()
	show := func() {
		meter.Show(exportStep(int(statistics.customers), pager.Report().Total, env.Now().Sub(began)))
	}
	for c, err := range pager.All(ctx) {
		if incomplete, ok := errors.AsType[*client.IncompleteError](err); ok {
			show()
			return statistics, incomplete, nil
		}
		if err != nil {
			return nil, nil, err
		}
		statistics.add(c)
		if statistics.customers == noticeable && env.Terminal.Err && !env.Quiet() {
			meter = output.NewMeter(env.Err, "auto", max(env.Terminal.Width(), 20), env.Now)
		}
		if statistics.customers%client.MaxPerPage == 0 {
			show()
		}
	}
	show()
	return statistics, nil, nil
}

// noticeable is the number of customers from which on the progress is shown.
const noticeable = 1000

// plain reports whether the output may not be able to show more than ASCII.
func plain(e *cli.App) bool {
	term, _ := e.LookupEnv("TERM")
	if !e.Terminal.Out || term == "dumb" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} { // in the order of setlocale
		if locale, _ := e.LookupEnv(name); locale != "" {
			locale = strings.ToLower(locale)
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return false
}
