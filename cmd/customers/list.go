package customers

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

type listOptions struct {
	selectionFlags
	cli.OutFlags

	page, perPage   int
	email           string
	all             bool
	limit           int
	watch           time.Duration
	stream          bool
	failIfTruncated bool
}

// listQuery is what the flags of a list ask for.
type listQuery struct {
	selection

	flags  *listOptions
	file   string // "" is stdout
	output output.Options
}

func newList(app *cli.App) *cobra.Command {
	o := &listOptions{}
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List customers",
		Long: `List customers, one page by default. --all reads every page. The footer on
stderr, and "complete" in json, say whether these are all the customers that
match. A listing that may be incomplete exits 8; --fail-if-truncated exits 8
also when a page or --limit leaves customers out.

--where and --created-since choose customers by any field ("hydractl help
where"). They read every page, as --sort-by does with a field that the server
cannot sort by. With --limit these are the first that match.

One page, --limit and --email list the newest first. --all lists the oldest
first: in this order no customer is missed while others are created. With
--sort-by created_at or --sort-dir desc, --all lists the newest first, once all
are read. By email or company_name, what is created meanwhile can leave --all
incomplete.

--consistency says how --all reads. fast reads what is older than five minutes
with several requests at once, and the rest page by page; scan reads everything
page by page. Both read again, at most three times, when the list changes
meanwhile. verified reads until two passes in a row agree: for lists from which
customers are deleted while others are created. Customers found by a later pass
come last.

--out writes a file as a whole or not at all, in the format of its extension. A
table is printed when its last row is known; --stream prints each row at once,
with the widths of the first 100.

--watch 10s lists again and again, newest first, until Ctrl-C or --timeout. A
terminal shows the listing, with + before a new customer and ~ before a changed
one. Elsewhere, or with -o jsonl, each change is one object: the event (added,
changed, or removed, which needs a complete listing), the time and the
customer. Server errors are reported and retried.`,
		Example: `  hydractl customers list
  hydractl customers list --where company~acme
  hydractl customers list --where subs=0 --created-since 7d
  hydractl customers list --sort-by instances --limit 10
  hydractl customers list --all --sort-by company -o csv --columns email,company,country
  hydractl customers list --all --sort-dir desc --consistency verified -o jsonl
  hydractl customers list --email ann@example.com -o json`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	o.addFlags(app, c)
	cli.Checked(app, c, func() (*listQuery, error) { return o.query(app, c.Flags()) }, runList)
	return cli.NameColumns(c, customerColumns())
}

func (o *listOptions) addFlags(app *cli.App, c *cobra.Command) {
	f := c.Flags()
	f.IntVar(&o.page, "page", 1, "page number, from 1")
	f.IntVar(&o.perPage, "per-page", 20, "customers per page, 1 to 100")
	o.addFilter(c)
	f.StringVar(&o.email, "email", "", "only the customer with exactly this email")
	o.addOrder(app, c)
	f.BoolVar(&o.all, "all", false, "read every page")
	f.IntVar(&o.limit, "limit", 0, "stop after this many customers, over all pages; 0 is no limit")
	f.BoolVar(&o.failIfTruncated, "fail-if-truncated", false, "exit 8 when there are more customers than those listed")
	o.addConsistency(app, c)
	o.OutFlags.Add(c)
	f.BoolVar(&o.stream, "stream", false, "print the rows of a table as they come, with the widths of the first 100")
	f.DurationVar(&o.watch, "watch", 0, "list again at this interval, such as 10s; without a terminal, print the changes")
}

// query returns what the flags ask for, and everything that is wrong with them.
func (o *listOptions) query(app *cli.App, given *pflag.FlagSet) (*listQuery, error) {
	q := &listQuery{flags: o}
	var unclear, target, format error
	q.selection, unclear = o.selection(app.Now())
	q.email, q.limit, q.perPage = o.email, o.limit, o.perPage
	walking := o.walking(q)
	q.all = o.all || o.limit == 0 && (q.filtered() || q.order() == ownOrder)
	if q.walks() && !given.Changed("per-page") {
		q.perPage = client.MaxPerPage
	}
	q.file, target = outFile(o.OutFlags)
	q.output, format = q.outputOptions(app)
	wrong := cli.Problems{o.checkNumbers(), o.checkEmail(given), unclear, target, cli.CheckOutput(app, q.output, format, customerColumns())}
	wrong.If(q.file != "" && o.watch != 0, failure.Usagef("--watch and --out exclude each other"))
	if unclear == nil { // else it is not known what is read
		wrong.If(given.Changed("page") && walking != "", failure.Usagef("--page does not go with %s, which reads from the first page", walking))
		wrong.If(given.Changed("consistency") && !q.whole(), failure.Usagef("--consistency goes with --all, and without --limit"))
	}
	return q, wrong.Err()
}

// walking returns the flag for which more than one page may be read, "" for none.
func (o *listOptions) walking(q *listQuery) string {
	switch {
	case o.all:
		return "--all"
	case o.limit > 0:
		return "--limit"
	case o.email != "":
		return "--email"
	case q.order() == ownOrder:
		return "--sort-by " + q.sortBy
	case len(o.where) > 0:
		return "--where"
	case q.filtered():
		return "--created-since or --created-until"
	}
	return ""
}

func (o *listOptions) checkNumbers() error {
	perPage := failure.Invalidf("--per-page", "must be between 1 and %d (got %d)", client.MaxPerPage, o.perPage)
	perPage.Hint = "--all reads every page, --limit N the pages that N customers need"
	var wrong cli.Problems
	wrong.If(o.page < 1 || o.page > math.MaxInt/client.MaxPerPage, failure.Invalidf("--page", "must be 1 or more (got %d)", o.page))
	wrong.If(o.perPage < 1 || o.perPage > client.MaxPerPage, perPage)
	wrong.If(o.limit < 0, failure.Invalidf("--limit", "must be 0 (no limit) or more (got %d)", o.limit))
	wrong.If(o.watch != 0 && o.watch < minWatch, failure.Invalidf("--watch", "must be at least %v (got %v)", minWatch, o.watch))
	return wrong.Err()
}

func (o *listOptions) checkEmail(given *pflag.FlagSet) error {
	if !given.Changed("email") {
		return nil
	}
	var wrong cli.Problems
	wrong.If(o.search != "", failure.Usagef("--email and --search exclude each other"))
	err := emailaddr.Check(o.email)
	wrong.If(err != nil, failure.Invalidf("--email", "cannot be used: %v", err))
	return wrong.Err()
}

// outputOptions returns how the list is printed: in a file by the format of its extension, and without colour and limits.
func (q *listQuery) outputOptions(app *cli.App) (output.Options, error) {
	opts, err := customerOutput(app)
	opts.Stream, opts.Keep = q.flags.stream, q.fields()
	if err != nil || q.file == "" {
		return opts, err
	}
	if opts.Format, err = fileFormat(q.file, app.Given()["output"], opts.Format, output.FormatNames()); err != nil {
		return opts, err
	}
	return fileOutput(opts), nil
}

func runList(ctx context.Context, app *cli.App, q *listQuery, _ []string) error {
	ctx, api, printer, err := connect(ctx, app, q.output, customerColumns())
	if err != nil {
		return err
	}
	switch {
	case q.flags.watch != 0:
		return q.runWatch(ctx, app, api)
	case q.file != "":
		return q.toFile(ctx, api, printer)
	}
	_, err = q.print(ctx, api, printer, app.Out)
	return err
}

// toFile writes the list to a file, as a whole or not at all.
func (q *listQuery) toFile(ctx context.Context, api *cli.Session, printer *output.Printer[client.Customer]) error {
	rows := 0
	const hint = "run it again: customers were created or deleted meanwhile; customers export has --allow-incomplete"
	err := writeList(q.flags.OutFlags, hint, func(w io.Writer) (err error) {
		rows, err = q.print(ctx, api, printer, w)
		return err
	})
	if err == nil {
		api.Status.Note("%s: %s.", q.file, cli.Plural(int64(rows), "customer"))
	}
	return err
}

// print prints the list, and returns how many customers. Those of an incomplete walk are printed before it fails.
func (q *listQuery) print(ctx context.Context, api *cli.Session, printer *output.Printer[client.Customer], w io.Writer) (int, error) {
	l, err := q.open(ctx, api)
	if err != nil {
		return 0, err
	}
	if walk, ok := l.(*walk); ok && printer.Holds() {
		walk.progress = newReading(api.Status)
	}
	rows, err := printListing(ctx, api.Status, printer, w, l)
	if err != nil {
		return rows, err
	}
	if rows == 0 {
		q.noteSearch(api.Status)
	}
	if q.flags.failIfTruncated && l.cutShort() {
		return rows, truncated(rows, l.total())
	}
	return rows, nil
}

// truncated is the failure of --fail-if-truncated.
func truncated(rows int, total int64) error {
	f := &failure.Failure{
		Exit: failure.ExitPartial, Code: "truncated_list", Outcome: failure.OutcomeNone,
		Message: fmt.Sprintf("the list is truncated: %s of %s", output.Number(rows), cli.Plural(total, "customer")),
		Hint:    "--all lists every customer",
	}
	if total <= int64(rows) {
		f.Message = fmt.Sprintf("the list may be truncated: %s, and there may be more", cli.Plural(int64(rows), "customer"))
	}
	return f
}

// walks reports whether more than one page may be read.
func (q *listQuery) walks() bool { return q.all || q.limit > 0 || q.email != "" }

// open reads the page of the list, or returns the walk over its pages.
func (q *listQuery) open(ctx context.Context, api *cli.Session) (listing, error) {
	if q.walks() {
		return q.walk(api), nil
	}
	o := q.serverOptions()
	o.Page = q.flags.page
	page, err := api.Customers.List(ctx, o)
	if err != nil {
		return nil, err
	}
	return &listedPage{CustomerPage: page, selection: &q.selection, asked: o}, nil
}
