package customers

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

type countOptions struct{ selectionFlags }

// customerCount is what `customers count` prints.
type customerCount struct {
	Count  int64  `json:"count"`
	Schema string `json:"schema"`
}

func newCount(app *cli.App) *cobra.Command {
	o := &countOptions{}
	c := &cobra.Command{
		Use:   "count",
		Short: "Count customers",
		Long: `Count the customers, or those whose email the server's search finds, by one
request. With --where or --created-since ("hydractl help where") every customer
is read; when the listing may be incomplete no number is printed (exit 8).`,
		Example: `  hydractl customers count
  hydractl customers count --where subs=0 --created-since 7d
  hydractl customers count --search example.com -o json`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	o.addFilter(c)
	cli.Checked(app, c, func() (selection, error) { return o.selection(app.Now()) }, runCount)
	return cli.WithColumns(app, c, countColumns())
}

func countColumns() []output.Column[customerCount] {
	return []output.Column[customerCount]{{Name: "count", Value: func(c customerCount) any { return c.Count }}}
}

func runCount(ctx context.Context, app *cli.App, s selection, _ []string) error {
	ctx, api, err := app.Connect(ctx)
	if err != nil {
		return err
	}
	opts := api.Output
	if opts.Format == "table" || opts.Format == "wide" {
		opts.NoHeaders = true // scripts expect a number alone
	}
	printer, err := output.New(opts, countColumns())
	if err != nil {
		return err
	}
	n, err := s.count(ctx, api)
	if err != nil {
		return err
	}
	return printer.Item(app.Out, customerCount{n, "customers.count"}, nil)
}

// count asks the server, or counts the customers that fulfil the conditions.
func (s *selection) count(ctx context.Context, api *cli.Session) (int64, error) {
	if s.filtered() {
		walk := s.walk(api)
		walk.progress = newReading(api.Status)
		for _, err := range walk.customers(ctx) {
			if err != nil {
				return 0, err
			}
		}
		return int64(walk.rows), walk.err()
	}
	page, err := api.Customers.List(ctx, client.ListOptions{PerPage: 1, Search: s.search})
	if err != nil {
		return 0, err
	}
	switch n := int64(len(page.Customers)); {
	case page.Total < 0:
		return 0, &failure.Failure{Exit: failure.ExitServer, Code: "bad_answer", Message: "the server's list has no total"}
	case page.Total < n:
		message := fmt.Sprintf("the server reports a total of %d customers, and sent %d", page.Total, n)
		return 0, &failure.Failure{Exit: failure.ExitServer, Code: "bad_answer", Message: message, Hint: "hydractl customers list --all -o id | wc -l counts them"}
	}
	return page.Total, nil
}
