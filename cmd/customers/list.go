package customers

import (
	"context"
	"math"
	"time"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

type customersListOptions struct {
	page, perPage   int
	search          string
	sortBy, sortDir string
	email           string
	all             bool
	limit           int
	consistency     string
	watch           time.Duration

	pageGiven, emailGiven, sortGiven, consistencyGiven bool

	sortedHere bool // the server did not sort the walk, and this side did
}

func newCustomersList(env *cli.App) *cobra.Command {
	o := &customersListOptions{}
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List customers",
		Long: `List customers, one page by default. --all reads every page. The footer on
stderr, and "complete" in json, say whether these are all the customers that
match. A listing that may be incomplete exits 8.

One page, --limit and --email list the newest first. --all lists the oldest
first: in this order no customer is missed while others are created. With
--sort-by created_at or --sort-dir desc, --all lists the newest first, once all
are read. By any other field, what is created meanwhile can leave --all
incomplete.

--consistency says how --all reads. fast reads what is older than five minutes
with several requests at once, and the rest page by page; scan reads everything
page by page. Both read again, at most three times, when the list changes
meanwhile. verified reads until two passes in a row agree: for lists from which
customers are deleted while others are created. Customers found by a later pass
come last.

--watch 10s lists again and again, newest first, until Ctrl-C or --timeout. A
terminal shows the listing, with + before a new customer and ~ before a changed
one. Elsewhere, or with -o jsonl, each change is one object: the event (added,
changed, or removed, which needs a complete listing), the time and the
customer. Server errors are reported and retried.`,
		Example: `  hydractl customers list
  hydractl customers list --search example.com --sort-by email --sort-dir asc
  hydractl customers list --all -o csv > customers.csv
  hydractl customers list --all --sort-dir desc --consistency verified -o jsonl
  hydractl customers list --limit 5 --columns email,+timezone
  hydractl customers list --email ann@example.com -o json`,
		Args: cli.ExactArgs(),
	}
	f := c.Flags()
	f.IntVar(&o.page, "page", 1, "page number, from 1")
	f.IntVar(&o.perPage, "per-page", 20, "customers per page, 1 to 100")
	f.StringVar(&o.search, "search", "", "search by email, as the server understands it")
	f.StringVar(&o.sortBy, "sort-by", "created_at", "field to sort by")
	f.StringVar(&o.sortDir, "sort-dir", "desc", "asc or desc; --all by itself is asc")
	f.StringVar(&o.email, "email", "", "only the customer with exactly this email")
	f.BoolVar(&o.all, "all", false, "read every page")
	f.IntVar(&o.limit, "limit", 0, "stop after this many customers, over all pages; 0 is no limit")
	addConsistency(c, &o.consistency)
	c.ValidArgsFunction = cobra.NoFileCompletions
	_ = c.RegisterFlagCompletionFunc("sort-by", cli.Fixed("created_at", "email", "company_name"))
	_ = c.RegisterFlagCompletionFunc("sort-dir", cli.Fixed("asc", "desc"))
	f.DurationVar(&o.watch, "watch", 0, "list again at this interval, such as 10s; elsewhere than on a terminal print the changes")
	c.RunE = func(c *cobra.Command, args []string) error {
		o.pageGiven, o.emailGiven = f.Changed("page"), f.Changed("email")
		o.sortGiven, o.consistencyGiven = f.Changed("sort-by") || f.Changed("sort-dir"), f.Changed("consistency")
		if o.walks() && !f.Changed("per-page") {
			o.perPage = client.MaxPerPage
		}
		return env.RunE(o.run)(c, args)
	}
	return cli.WithColumns(c, customerColumns())
}

func (o *customersListOptions) run(ctx context.Context, env *cli.App, _ []string) error {
	if err := o.check(); err != nil {
		return err
	}
	ctx, api, err := env.Connect(ctx)
	if err != nil {
		return err
	}
	if o.watch != 0 {
		return o.runWatch(ctx, env, api)
	}
	printer, err := output.New(api.CustomerOutput(), customerColumns())
	if err != nil {
		return err
	}
	if o.walks() {
		return o.walk(ctx, env, api, printer)
	}
	page, err := api.Customers.List(ctx, o.query())
	if err != nil {
		return err
	}
	another := page.Page >= 0 && page.Page != int64(o.page) || page.PerPage >= 0 && page.PerPage != int64(o.perPage)
	if another {
		api.Status.Warn("page %d of %d customers was asked for, and the server sent page %d of %d", o.page, o.perPage, page.Page, page.PerPage)
	}
	complete := o.page == 1 && page.Total == int64(len(page.Customers)) && !another
	result, err := printer.List(env.Out, cli.Each(page.Customers), envelope(page.Envelope, complete))
	if err != nil {
		return err
	}
	if !isDocument(printer.Format()) {
		api.Status.Footer(o.footer(page), result.Hidden)
	}
	if o.sortGiven && !page.Sorted(o.query()) {
		return o.notSorted()
	}
	return nil
}

func (o *customersListOptions) check() error {
	switch {
	case o.page < 1 || o.page > math.MaxInt/client.MaxPerPage:
		return failure.Invalidf("--page", "must be 1 or more (got %d)", o.page)
	case o.perPage < 1 || o.perPage > client.MaxPerPage:
		return failure.Invalidf("--per-page", "must be between 1 and %d (got %d)", client.MaxPerPage, o.perPage)
	case o.sortDir != "asc" && o.sortDir != "desc":
		return failure.Invalidf("--sort-dir", "must be asc or desc (got %q)", o.sortDir)
	case o.limit < 0:
		return failure.Invalidf("--limit", "must be 0 (no limit) or more (got %d)", o.limit)
	case o.watch != 0 && o.watch < minWatch:
		return failure.Invalidf("--watch", "must be at least %v (got %v)", minWatch, o.watch)
	case o.pageGiven && o.walks():
		return failure.Usagef("--page does not go with --all, --limit or --email, which read from the first page")
	case o.consistencyGiven && (!o.all || o.limit > 0):
		return failure.Usagef("--consistency goes with --all, and without --limit")
	case o.emailGiven && o.search != "":
		return failure.Usagef("--email and --search exclude each other")
	}
	if err := checkConsistency(o.consistency); err != nil {
		return err
	}
	if o.emailGiven {
		if err := emailaddr.Check(o.email); err != nil {
			return failure.Invalidf("--email", "cannot be used: %v", err)
		}
	}
	for flag, value := range map[string]string{"--search": o.search, "--sort-by": o.sortBy} {
		if err := cli.CheckText(flag, value); err != nil {
			return err
		}
	}
	return nil
}

func (o *customersListOptions) walks() bool { return o.all || o.limit > 0 || o.emailGiven }

func (o *customersListOptions) query() client.ListOptions {
	q := client.ListOptions{Page: o.page, PerPage: o.perPage, Search: o.search, SortBy: o.sortBy, SortDir: o.sortDir}
	if o.emailGiven {
		q.Search = o.email
	}
	return q
}

// isDocument reports whether the format has an envelope that says how much of the list it holds.
func isDocument(f output.Format) bool { return f.Name == "json" || f.Name == "yaml" }
