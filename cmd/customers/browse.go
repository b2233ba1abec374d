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

type browseOptions struct {
	search          string
	sortBy, sortDir string
	print           string
}

// browsePrints returns the values of --print.
func browsePrints() []string { return []string{"id", "email", "json"} }

func newBrowse(app *cli.App) *cobra.Command {
	o := &browseOptions{}
	c := &cobra.Command{
		Use:   "browse",
		Short: "Page through the customers on the screen",
		Long: `Page through the customers on the screen of a terminal: search, sort, look at
the details, copy an ID or email, create, clone and export. ? shows the keys.

Nothing is printed on stdout. With --print, Enter picks the selected customer
and prints its ID, its email or its record, so that a script can ask for a
customer; quitting without a choice exits 130. The screen is drawn on stderr, so
that stdout can be a pipe.

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
	f.StringVar(&o.sortBy, "sort-by", "", "field to sort by: "+cli.JoinOr(serverSorts()))
	f.StringVar(&o.sortDir, "sort-dir", "", "asc or desc (default: asc for text, desc for dates)")
	f.StringVar(&o.print, "print", "", "pick a customer and print it: "+cli.JoinOr(browsePrints()))
	app.Choice(c, "sort-by", serverSorts()...)
	app.Choice(c, "sort-dir", client.SortAsc, client.SortDesc)
	app.Choice(c, "print", browsePrints()...)
	app.Check(c, func() error { return o.check(app, f.Changed("print")) })
	return cli.NameColumns(c, customerColumns())
}

// check refuses flags that cannot be obeyed, all of them at once.
func (o *browseOptions) check(app *cli.App, prints bool) error {
	var wrong cli.Problems
	wrong.If(prints && o.print == "", failure.Invalidf("--print", "must be %s (got %q)", cli.JoinOr(browsePrints()), o.print))
	wrong.If(app.Filter() != nil && o.print != "json", failure.Usagef("--jq and --template go with --print json"))
	format := app.Given()["output"]
	wrong.If(!slices.Contains([]string{"", "table", "wide"}, format), failure.Invalidf("--output", "must be table or wide, and --print json for a record (got %q)", format))
	settings, err := app.Settings()
	if err == nil {
		_, err = output.New(screenOutput(app, settings), customerColumns())
	}
	return wrong.Err(cli.CheckText("--search", o.search), err)
}

func (o *browseOptions) run(ctx context.Context, app *cli.App, _ []string) error {
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
	options.Pick = o.print != ""
	options.Actions = s.actions(ctx)
	if o.print == "email" {
		options.Unpickable = func(c client.Customer) string {
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

func (o *browseOptions) printPicked(ctx context.Context, app *cli.App, c client.Customer) error {
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
