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

type statsOptions struct {
	selectionFlags

	by     []string
	period string
	top    int
	html   string
	force  bool
}

// statsQuery is what the flags ask for.
type statsQuery struct {
	selection

	flags *statsOptions
	by    []query.Field[client.Customer]
}

func newStats(app *cli.App) *cobra.Command {
	o := &statsOptions{}
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
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	f := c.Flags()
	o.addFilter(c)
	f.StringArrayVar(&o.by, "by", nil, "field to count by (repeatable; default: "+cli.JoinComma(defaultGroups())+")")
	f.StringVar(&o.period, "period", "month", "count times of creation by "+cli.JoinOr(periods()))
	f.IntVar(&o.top, "top", 10, "groups that tables and pages show; 0 shows all")
	f.StringVar(&o.html, "html", "", "write a page with charts to this file")
	f.BoolVar(&o.force, "force", false, "overwrite the file of --html")
	o.addConsistency(app, c)
	_ = c.RegisterFlagCompletionFunc("by", cli.Fixed(query.Names(customerFields())...))
	app.Choice(c, "period", periods()...)
	cli.Checked(app, c, func() (*statsQuery, error) { return o.query(app.Now()) }, runStats)
	return cli.WithColumns(app, c, statColumns())
}

// query returns what the flags ask for, and everything that is wrong with them.
func (o *statsOptions) query(now time.Time) (*statsQuery, error) {
	q := &statsQuery{flags: o}
	var unclear error
	q.selection, unclear = o.selection(now)
	wrong := cli.Problems{unclear}
	wrong.If(o.top < 0, failure.Invalidf("--top", "must be 0 (all) or more (got %d)", o.top))
	names := o.by
	if len(names) == 0 {
		names = defaultGroups()
	}
	for _, name := range names {
		field, err := query.Find("--by", name, customerFields())
		if err != nil && slices.Contains(periods(), name) {
			err = failure.WithHint(err, "--by created_at --period "+name+" counts new customers by "+name)
		}
		wrong = append(wrong, err)
		q.by = append(q.by, field)
	}
	if o.html != "" {
		wrong = append(wrong, files.CheckTarget("--html", o.html, o.force))
	}
	return q, wrong.Err()
}

func runStats(ctx context.Context, app *cli.App, q *statsQuery, _ []string) error {
	settings, err := app.Settings()
	if err != nil {
		return err
	}
	opts := app.Output(settings)
	opts.ASCII = plain(app)
	ctx, api, printer, err := connect(ctx, app, opts, statColumns())
	if err != nil {
		return err
	}
	walk := q.walk(api)
	walk.progress = newReading(api.Status)
	statistics := newStatistics(q.by, q.flags.period, app.Now())
	for c, err := range walk.customers(ctx) {
		if err != nil {
			return err
		}
		statistics.add(c)
	}
	walk.note(api.Status)
	if q.flags.html != "" {
		if err := q.writePage(ctx, api, statistics, walk); err != nil {
			return err
		}
	}
	if printer.Format().Human && len(opts.Columns) == 0 {
		err = output.Charts(app.Out, opts, statistics.charts(q.flags.top))
	} else {
		_, err = printer.List(app.Out, cli.Each(statistics.stats()), statistics.envelope(walk.complete()))
	}
	if err != nil {
		return err
	}
	if q.filtered() {
		api.Status.Footer(walk.footer(), nil)
	}
	return walk.err()
}

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
func (q *statsQuery) writePage(ctx context.Context, api *cli.Session, c *statistics, w *walk) error {
	page := output.Page{
		Title:  cli.Plural(c.customers(), "customer") + q.String(),
		Note:   "As of " + c.now.UTC().Format(time.RFC1123) + ", " + api.ProfileAndHost(),
		Charts: c.charts(q.flags.top),
	}
	if tenant := api.Tenant(ctx); tenant != "" {
		page.Note += ", tenant " + tenant
	}
	page.Note += "."
	if w.incomplete != nil {
		page.Warning = "These may not be all customers. " + w.incomplete.Error() + "."
	}
	if err := writeFile("--html", q.flags.html, q.flags.force, page.Write); err != nil {
		return err
	}
	api.Status.Note("Wrote %s.", q.flags.html)
	return nil
}
