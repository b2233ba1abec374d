package customers

import (
	"context"
	"runtime"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

type customersBrowseOptions struct {
	search          string
	sortBy, sortDir string
	print           string
}

// browsePrints returns the values of --print.
func browsePrints() []string { return []string{"id", "email", "json"} }

// browseSorts returns the fields that the server can sort by.
func browseSorts() []string {
	return []string{client.SortByCreatedAt, client.SortByEmail, client.SortByCompanyName}
}

func newCustomersBrowse(app *cli.App) *cobra.Command {
	o := &customersBrowseOptions{}
	c := &cobra.Command{
		Use:   "browse",
		Short: "Page through the customers on the screen",
		Long: `Page through the customers on the screen of a terminal: search, sort, look at
the details, copy an ID or email, create, clone and export. ? shows the keys.

Nothing is printed on stdout. With --print, Enter takes the selected customer
and prints its ID, its email or its record, so that a script can ask for a
customer; left without a choice, the exit code is 130. The screen is drawn on
stderr, so that stdout can be a pipe.

Scripts use "hydractl customers list".`,
		Example: `  hydractl customers browse
  hydractl customers browse --search @example.com --sort-by email
  hydractl customers get "$(hydractl customers browse --print id)"`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              app.RunE(o.run),
	}
	f := c.Flags()
	f.StringVar(&o.search, "search", "", "only these, searched by email as the server understands it")
	f.StringVar(&o.sortBy, "sort-by", "", "field to sort by: "+cli.JoinOr(browseSorts()))
	f.StringVar(&o.sortDir, "sort-dir", "", "asc or desc (default: asc for text, desc for dates)")
	f.StringVar(&o.print, "print", "", "take a customer and print it: "+cli.JoinOr(browsePrints()))
	_ = c.RegisterFlagCompletionFunc("sort-by", cli.Fixed(browseSorts()...))
	_ = c.RegisterFlagCompletionFunc("sort-dir", cli.Fixed("asc", "desc"))
	_ = c.RegisterFlagCompletionFunc("print", cli.Fixed(browsePrints()...))
	app.Check(c, func() error { return o.check(app, f.Changed("print")) })
	return cli.NameColumns(c, customerColumns())
}

// check refuses flags that cannot be obeyed, all of them at once.
func (o *customersBrowseOptions) check(app *cli.App, prints bool) error {
	var wrong cli.Problems
	wrong.If(o.sortBy != "" && !slices.Contains(browseSorts(), o.sortBy), failure.Invalidf("--sort-by", "must be %s (got %q)", cli.JoinOr(browseSorts()), o.sortBy))
	wrong.If(o.sortDir != "" && o.sortDir != client.SortAsc && o.sortDir != client.SortDesc, failure.Invalidf("--sort-dir", "must be asc or desc (got %q)", o.sortDir))
	wrong.If(prints && !slices.Contains(browsePrints(), o.print), failure.Invalidf("--print", "must be %s (got %q)", cli.JoinOr(browsePrints()), o.print))
	wrong.If(app.Filter() != nil && o.print != "json", failure.Usagef("--jq and --template go with --print json"))
	format := app.Given()["output"]
	wrong.If(!slices.Contains([]string{"", "table", "wide"}, format), failure.Invalidf("--output", "must be table or wide, and --print json for a record (got %q)", format))
	settings, err := app.Settings()
	if err == nil {
		_, err = output.New(screenOutput(app, settings), customerColumns())
	}
	return wrong.Err(cli.CheckText("--search", o.search), err)
}

func (o *customersBrowseOptions) run(ctx context.Context, app *cli.App, _ []string) error {
	if !hasScreen(app) {
		f := failure.Usagef("customers browse: needs a terminal on stdin and stderr, without --no-input and CI")
		f.Hint = "hydractl customers list prints the customers"
		return f
	}
	ctx, api, err := app.Connect(ctx)
	if err != nil {
		return err
	}
	s := &screen{app: app, session: api}
	options := s.options(ctx)
	options.Query = client.ListOptions{Search: o.search, SortBy: o.sortBy, SortDir: o.sortDir}
	options.Take = o.print != ""
	options.Actions = s.actions(ctx)
	if o.print == "email" {
		options.Missing = func(c client.Customer) string {
			if c.Email == nil || output.Escape(*c.Email) != *c.Email {
				return "This customer has no email that can be printed"
			}
			return ""
		}
	}
	picked, err := s.run(ctx, options)
	switch {
	case err != nil:
		return err
	case picked == nil && o.print != "":
		return cli.Silent(failure.ExitInterrupt)
	case picked == nil:
		return nil
	}
	return o.printPicked(ctx, app, *picked)
}

func (o *customersBrowseOptions) printPicked(ctx context.Context, app *cli.App, c client.Customer) error {
	opts := output.Options{Format: "id"}
	switch o.print {
	case "email":
		opts.Format, opts.Columns, opts.NoHeaders = "tsv", []string{"email"}, true
	case "json":
		opts.Format, opts.Filter = "json", app.Filter().WithContext(ctx)
	}
	printer, err := output.New(opts, customerColumns())
	if err != nil {
		return err
	}
	return printer.Item(app.Out, c, nil)
}

// hasScreen reports whether there is a terminal on which a program can draw: its settings are changed by its file.
func hasScreen(app *cli.App) bool {
	type file interface{ Fd() uintptr }
	_, in := app.In.(file)
	_, out := app.Stderr().(file)
	term := app.Variable("TERM")
	return in && out && app.CanPrompt() && term != "dumb" && (term != "" || runtime.GOOS == "windows")
}
