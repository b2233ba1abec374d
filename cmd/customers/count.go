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

type customersCountOptions struct{ search string }

// customerCount is what `customers count` prints.
type customerCount struct {
	Count int64 `json:"count"`
}

func newCustomersCount(env *cli.App) *cobra.Command {
	o := &customersCountOptions{}
	c := &cobra.Command{
		Use:   "count",
		Short: "Count customers",
		Long:  "Count the customers, or those whose email the server's search finds, by one\nrequest.",
		Example: `  hydractl customers count
  hydractl customers count --search example.com -o json`,
		Args:              cli.ExactArgs(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              env.RunE(o.run),
	}
	c.Flags().StringVar(&o.search, "search", "", "search by email, as the server understands it")
	return c
}

func (o *customersCountOptions) run(ctx context.Context, env *cli.App, _ []string) error {
	if err := cli.CheckText("--search", o.search); err != nil {
		return err
	}
	ctx, api, err := env.Connect(ctx)
	if err != nil {
		return err
	}
	opts := api.Output
	if opts.Format == "table" || opts.Format == "wide" {
		opts.NoHeaders = true // scripts expect a number alone
	}
	printer, err := output.New(opts, []output.Column[customerCount]{
		{Name: "count", Sets: output.Default | output.CSV, Value: func(c customerCount) any { return c.Count }},
	})
	if err != nil {
		return err
	}
	page, err := api.Customers.List(ctx, client.ListOptions{PerPage: 1, Search: o.search})
	if err != nil {
		return err
	}
	switch n := int64(len(page.Customers)); {
	case page.Total < 0:
		return &failure.Failure{Exit: failure.ExitServer, Code: "bad_answer", Message: "the server's list has no total"}
	case page.Total < n:
		message := fmt.Sprintf("the server reports a total of %d customers, and sent %d", page.Total, n)
		return &failure.Failure{Exit: failure.ExitServer, Code: "bad_answer", Message: message, Hint: "hydractl customers list --all -o id | wc -l counts them"}
	}
	return printer.Item(env.Out, customerCount{page.Total}, nil)
}
