package customers

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/query"
	"github.com/hydracore/hydractl/pkg/client"
)

type customersStatsOptions struct {
	selection

	by     []string
	period string
	top    int
	html   string
	force  bool

	fields []query.Field[client.Customer] // of by
}

func newCustomersStats(env *cli.App) *cobra.Command {
	o := &customersStatsOptions{}
	c := &cobra.Command{
		Use:   "stats",
		Short: "Count customers by country, currency, status, creation or another field",
		Long: `Read every customer and count: in all, and by country, currency, status of the
latest subscription, number of running instances and time of creation; or by the
fields of --by. Times are counted by --period: day, week or month (in UTC).
Customers without a value are a group of their own. --where and --created-since
choose the customers that are counted ("hydractl help where").

Tables show bars, with the smaller groups together as "other" (--top) and only
the latest periods. The other formats have every group that has a customer, one
record each: group, value (null for none), count, and share of all customers.

--html also writes a self-contained page with charts. When customers may be
missing it says so, and the exit code is 8.`,
		Example: `  hydractl customers stats
  hydractl customers stats --by country
  hydractl customers stats --by created_at --period week --where status=active
  hydractl customers stats -o csv > stats.csv
  hydractl customers stats --jq '.stats[] | select(.group == "country_code" and .count > 10) | .value'
  hydractl customers stats --html customers.html`,
		Args: cli.ExactArgs(),
		RunE: env.RunE(o.run),
	}
	f := c.Flags()
	o.addFilter(c)
	f.StringArrayVar(&o.by, "by", nil, "field to count by (repeatable; default: "+cli.JoinComma(defaultGroups())+")")
	f.StringVar(&o.period, "period", "month", "count times of creation by "+cli.JoinOr(periods()))
	f.IntVar(&o.top, "top", 10, "groups that tables and pages show; 0 shows all")
	f.StringVar(&o.html, "html", "", "write a page with charts to this file")
	f.BoolVar(&o.force, "force", false, "overwrite the file of --html")
	o.addConsistency(c)
	c.ValidArgsFunction = cobra.NoFileCompletions
	_ = c.RegisterFlagCompletionFunc("by", cli.Fixed(query.Names(customerFields())...))
	_ = c.RegisterFlagCompletionFunc("period", cli.Fixed(periods()...))
	env.Check(c, func() error { return o.check(env.Now()) })
	return cli.WithColumns(env, c, statColumns())
}

func (o *customersStatsOptions) run(ctx context.Context, env *cli.App, _ []string) error {
	settings, err := env.Settings()
	if err != nil {
		return err
	}
	opts := env.Output(settings)
	opts.ASCII = plain(env)
	ctx, api, printer, err := connect(ctx, env, opts, statColumns())
	if err != nil {
		return err
	}
	statistics, walk, err := o.count(ctx, env, api)
	if err != nil {
		return err
	}
	if o.html != "" {
		if err := o.writePage(ctx, api, statistics, walk); err != nil {
			return err
		}
	}
	if printer.Format().Human && len(opts.Columns) == 0 {
		err = output.Charts(env.Out, opts, o.charts(statistics))
	} else {
		_, err = printer.List(env.Out, cli.Each(statistics.stats()), statistics.envelope(walk.complete()))
	}
	if err != nil {
		return err
	}
	if o.filtered() {
		api.Status.Footer(walkFooter(walk), nil)
	}
	return walk.err()
}

func (o *customersStatsOptions) check(now time.Time) error {
	var wrong cli.Problems
	wrong.If(!slices.Contains(periods(), o.period), failure.Invalidf("--period", "must be %s (got %q)", cli.JoinOr(periods()), o.period))
	wrong.If(o.top < 0, failure.Invalidf("--top", "must be 0 (all) or more (got %d)", o.top))
	o.all = true
	if o.fields = nil; len(o.by) == 0 {
		o.by = defaultGroups()
	}
	for _, name := range o.by {
		field, err := query.Find("--by", name, customerFields())
		if err != nil {
			if slices.Contains(periods(), name) {
				err = failure.WithHint(err, "--by created_at --period "+name+" counts new customers by "+name)
			}
			wrong = append(wrong, err)
			continue
		}
		o.fields = append(o.fields, field)
	}
	if o.html != "" {
		wrong = append(wrong, files.CheckTarget("--html", o.html, o.force))
	}
	return wrong.Err(o.selection.check(now))
}

// count reads every customer.
func (o *customersStatsOptions) count(ctx context.Context, env *cli.App, api *cli.Session) (*statistics, *walk, error) {
	walk := o.walk(api, o.query())
	defer walk.note(api.Status)
	meter := env.Meter("none")
	defer func() { meter.Close() }()
	statistics, began := newStatistics(o.fields, o.period, env.Now()), env.Now()
	walk.progress = func(read int) {
		if read == noticeable && env.Terminal.Err && !env.Quiet() {
			meter = env.Meter("auto")
		}
		if read%client.MaxPerPage == 0 {
			meter.Show(exportStep(read, walk.total(), env.Now().Sub(began)))
		}
	}
	for c, err := range walk.customers(ctx) {
		if err != nil {
			return nil, nil, err
		}
		statistics.add(c)
	}
	meter.Show(exportStep(walk.pager.Report().Rows, walk.total(), env.Now().Sub(began)))
	return statistics, walk, nil
}

// noticeable is the number of customers from which on the progress is shown.
const noticeable = 1000

// plain reports whether the output may not be able to show more than ASCII.
func plain(e *cli.App) bool {
	return !e.Terminal.Out || e.Variable("TERM") == "dumb" || foreignLocale(e)
}

// foreignLocale reports whether the locale says that the terminal does not show UTF-8.
func foreignLocale(e *cli.App) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} { // in the order of setlocale
		if locale, _ := e.LookupEnv(name); locale != "" {
			locale = strings.ToLower(locale)
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return false
}

// writePage writes the page of --html as a whole, or not at all.
func (o *customersStatsOptions) writePage(ctx context.Context, api *cli.Session, c *statistics, w *walk) error {
	page := output.Page{
		Title:  cli.Plural(c.customers, "customer") + o.String(),
		Note:   "As of " + c.now.UTC().Format(time.RFC1123) + ", " + api.Where(),
		Charts: o.charts(c),
	}
	if tenant := api.Tenant(ctx); tenant != "" {
		page.Note += ", tenant " + tenant
	}
	page.Note += "."
	if w.incomplete != nil {
		page.Warning = "These may not be all customers. " + w.incomplete.Error() + "."
	}
	if err := writeFile("--html", o.html, o.force, page.Write); err != nil {
		return err
	}
	api.Status.Note("Wrote %s.", o.html)
	return nil
}
