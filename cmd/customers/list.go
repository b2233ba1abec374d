package customers

import (
	"context"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

type customersListOptions struct {
	selection

	page, perPage   int
	watch           time.Duration
	stream          bool
	failIfTruncated bool
	out             string
	force           bool

	pageGiven, perPageGiven, consistencyGiven bool
}

func newCustomersList(env *cli.App) *cobra.Command {
	o := &customersListOptions{}
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
	o.addFlags(c)
	c.RunE = env.RunE(o.run)
	env.Check(c, func() error {
		f := c.Flags()
		o.pageGiven, o.perPageGiven = f.Changed("page"), f.Changed("per-page")
		o.emailGiven, o.consistencyGiven = f.Changed("email"), f.Changed("consistency")
		return o.check(env)
	})
	return cli.NameColumns(c, customerColumns())
}

func (o *customersListOptions) addFlags(c *cobra.Command) {
	f := c.Flags()
	f.IntVar(&o.page, "page", 1, "page number, from 1")
	f.IntVar(&o.perPage, "per-page", 20, "customers per page, 1 to 100")
	o.addFilter(c)
	f.StringVar(&o.email, "email", "", "only the customer with exactly this email")
	o.addOrder(c)
	f.BoolVar(&o.all, "all", false, "read every page")
	f.IntVar(&o.limit, "limit", 0, "stop after this many customers, over all pages; 0 is no limit")
	f.BoolVar(&o.failIfTruncated, "fail-if-truncated", false, "exit 8 when there are more customers than those listed")
	o.addConsistency(c)
	f.StringVar(&o.out, "out", "-", "file to write; - is stdout")
	f.BoolVar(&o.force, "force", false, "overwrite the file of --out")
	f.BoolVar(&o.stream, "stream", false, "print the rows of a table as they come, with the widths of the first 100")
	f.DurationVar(&o.watch, "watch", 0, "list again at this interval, such as 10s; elsewhere than on a terminal print the changes")
}

func (o *customersListOptions) run(ctx context.Context, env *cli.App, _ []string) error {
	opts, err := o.output(env)
	if err != nil {
		return err
	}
	ctx, api, printer, err := connect(ctx, env, opts, customerColumns())
	if err != nil {
		return err
	}
	if o.watch != 0 {
		opts.Within = cli.Within(ctx)
		return o.runWatch(ctx, env, api, opts)
	}
	if o.out != "" {
		return o.toFile(ctx, api, printer)
	}
	_, err = o.list(ctx, api, printer, env.Out)
	return err
}

// output returns how the list is printed: in a file by the format of its extension, and without colour and limits.
func (o *customersListOptions) output(env *cli.App) (output.Options, error) {
	opts, err := customerOutput(env)
	opts.Stream, opts.Keep = o.stream, o.fields()
	if err != nil || o.out == "" {
		return opts, err
	}
	if opts.Format, err = fileFormat(o.out, env.Given()["output"], opts.Format, output.FormatNames()); err != nil {
		return opts, err
	}
	return fileOutput(opts), nil
}

// list prints the customers, and returns how many.
func (o *customersListOptions) list(ctx context.Context, api *cli.Session, printer *output.Printer[client.Customer], w io.Writer) (rows int, err error) {
	if o.walks() {
		return o.printWalk(ctx, api, printer, w)
	}
	page, err := api.Customers.List(ctx, o.pageQuery())
	if err != nil {
		return 0, err
	}
	another := page.Page >= 0 && page.Page != int64(o.page) || page.PerPage >= 0 && page.PerPage != int64(o.perPage)
	if another {
		api.Status.Warn("page %d of %d customers was requested, and the server sent page %d of %d", o.page, o.perPage, page.Page, page.PerPage)
	}
	complete := o.page == 1 && page.Total == int64(len(page.Customers)) && !another
	result, err := printer.List(w, cli.Each(page.Customers), envelope(page.Envelope, complete))
	if err != nil {
		return 0, err
	}
	if !isDocument(printer.Format()) {
		api.Status.Footer(o.footer(page), result.Hidden)
	}
	if len(page.Customers) == 0 {
		o.noteSearch(api.Status)
	}
	switch {
	case o.sortGiven && !page.Sorted(o.pageQuery()):
		return result.Rows, o.notSorted()
	case o.failIfTruncated && !complete:
		return result.Rows, truncated(result.Rows, page.Total)
	}
	return result.Rows, nil
}

// truncated is the failure of --fail-if-truncated.
func truncated(rows int, total int64) error {
	f := &failure.Failure{
		Exit: failure.ExitPartial, Code: "truncated_list", Outcome: failure.OutcomeNone,
		Message: fmt.Sprintf("the list is truncated: %d of %s", rows, cli.Plural(total, "customer")),
		Hint:    "--all lists every customer",
	}
	if total <= int64(rows) {
		f.Message = fmt.Sprintf("the list may be truncated: %s, and there may be more", cli.Plural(int64(rows), "customer"))
	}
	return f
}

// check refuses flags that cannot be obeyed, all of them at once.
func (o *customersListOptions) check(env *cli.App) error {
	selection, target := o.selection.check(env.Now()), o.checkOut()
	opts, err := o.output(env)
	wrong := cli.Problems{o.checkNumbers(), selection, target, cli.CheckOutput(env, opts, err, customerColumns())}
	walking := o.walking()
	o.all = o.all || o.limit == 0 && (o.filtered() || o.sortsHere())
	if o.walks() && !o.perPageGiven {
		o.perPage = client.MaxPerPage
	}
	if selection == nil { // else it is not known what is read
		wrong.If(o.pageGiven && walking != "", failure.Usagef("--page does not go with %s, which reads from the first page", walking))
		wrong.If(o.consistencyGiven && !o.whole(), failure.Usagef("--consistency goes with --all, and without --limit"))
	}
	return wrong.Err()
}

// walking returns the flag for which more than one page may be read, "" for none.
func (o *customersListOptions) walking() string {
	switch {
	case o.all:
		return "--all"
	case o.limit > 0:
		return "--limit"
	case o.emailGiven:
		return "--email"
	case o.sortsHere():
		return "--sort-by " + o.sortBy
	case len(o.where) > 0:
		return "--where"
	case o.filtered():
		return "--created-since or --created-until"
	}
	return ""
}

func (o *customersListOptions) checkNumbers() error {
	perPage := failure.Invalidf("--per-page", "must be between 1 and %d (got %d)", client.MaxPerPage, o.perPage)
	perPage.Hint = "--all reads every page, --limit N the pages that N customers need"
	var wrong cli.Problems
	wrong.If(o.page < 1 || o.page > math.MaxInt/client.MaxPerPage, failure.Invalidf("--page", "must be 1 or more (got %d)", o.page))
	wrong.If(o.perPage < 1 || o.perPage > client.MaxPerPage, perPage)
	wrong.If(o.limit < 0, failure.Invalidf("--limit", "must be 0 (no limit) or more (got %d)", o.limit))
	wrong.If(o.watch != 0 && o.watch < minWatch, failure.Invalidf("--watch", "must be at least %v (got %v)", minWatch, o.watch))
	wrong.If(o.emailGiven && o.search != "", failure.Usagef("--email and --search exclude each other"))
	return wrong.Err()
}

func (o *customersListOptions) checkOut() error {
	switch {
	case o.out == "": // an unset variable of a script
		return failure.Invalidf("--out", "must not be empty (- is stdout)")
	case files.IsStdout(o.out):
		o.out = ""
		return nil
	case o.watch != 0:
		return failure.Usagef("--watch and --out exclude each other")
	}
	return files.CheckTarget("--out", o.out, o.force)
}

// walks reports whether more than one page may be read.
func (o *customersListOptions) walks() bool { return o.all || o.limit > 0 || o.emailGiven }

func (o *customersListOptions) pageQuery() client.ListOptions {
	q := o.query()
	q.Page, q.PerPage = o.page, o.perPage
	return q
}

// isDocument reports whether the format has an envelope that says how much of the list it holds.
func isDocument(f output.Format) bool { return f.Name == "json" || f.Name == "yaml" }
