// Package customers holds the commands of "hydractl customers", except import.
package customers

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/query"
	"github.com/hydracore/hydractl/pkg/client"
)

// New makes the command.
func New(app *cli.App, importing func(*cli.App) *cobra.Command) *cobra.Command {
	c := cli.NewGroup("customers", "List, read, create, import and export customers",
		`Work with the end-customers of your tenant. A customer is named by its ID or by
its exact email. Many customers at once come from a file with import, and go
into one with export.

There is no update and no delete: what is created stays created.`,
		`  hydractl customers list
  hydractl customers get ann@example.com
  hydractl customers create --email bob@example.org --company-name "Bob & Sons, Inc."
  hydractl customers import --template > customers.csv
  hydractl customers import customers.csv --dry-run
  hydractl customers export --out all.csv`,
		"customer")
	return app.Fill(c,
		newList,
		newBrowse,
		newGet,
		newCreate,
		newClone,
		newCount,
		newStats,
		newDiff,
		newWait,
		importing,
		newExport,
	)
}

// customerOutput returns how customers are printed.
func customerOutput(app *cli.App) (output.Options, error) {
	settings, err := app.Settings()
	if err != nil {
		return output.Options{}, err
	}
	return app.CustomerOutput(settings), nil
}

// connect returns the session of a command that reads, and its printer.
func connect[T any](ctx context.Context, app *cli.App, opts output.Options, columns []output.Column[T]) (context.Context, *cli.Session, *output.Printer[T], error) {
	ctx, api, err := app.Connect(ctx)
	if err != nil {
		return ctx, nil, nil, err
	}
	opts.Filter = opts.Filter.WithContext(ctx)
	printer, err := output.New(opts, columns)
	return ctx, api, printer, err
}

// customerColumns are the columns of a list of customers. csv shows the API's own fields, tables a digest of them.
func customerColumns() []output.Column[client.Customer] {
	const right, wide = output.AlignRight, output.Wide | output.CSV
	return withValues(customerFields(), []output.Column[client.Customer]{
		{Name: "email", Fit: output.FitMiddle},
		{Name: "company_name", Title: "COMPANY", Fit: output.FitEnd, Min: 16, Tight: 8, Drop: 12},
		{Name: "country_code", Title: "COUNTRY", Drop: 3},
		{Name: "currency", Sets: wide, Drop: 1},
		{Name: "timezone", Sets: wide, Drop: 1},
		{Name: "subscription_count", Title: "SUBS", Align: right, Drop: 5},
		{Name: "active_subscription_count", Title: "ACTIVE", Align: right, Sets: wide, Drop: 1},
		{Name: "instances", Align: right, Sets: output.Default, Drop: 4, Value: runningOf},
		{Name: "instance_count", Align: right, Sets: output.CSV, Drop: 1},
		{Name: "running_instance_count", Title: "RUNNING", Align: right, Sets: output.CSV, Drop: 1},
		{Name: "latest_subscription_status", Title: "STATUS", Drop: 11, Color: statusColor},
		{Name: "created_at", Title: "CREATED", Drop: 2, Value: func(c client.Customer) any { return shownTime(c.CreatedAt) }},
		{Name: "id", Drop: 6, Value: func(c client.Customer) any { return c.ID }},
	})
}

// withValues sets the value of columns that have none to that of the field with their name, a text or a number.
func withValues[T any](fields []query.Field[T], columns []output.Column[T]) []output.Column[T] {
	for i := range columns {
		c := &columns[i]
		for _, f := range fields {
			switch {
			case c.Value != nil || f.Name != c.Name:
			case f.Text != nil:
				c.Value = func(record T) any { return f.Text(record) }
			default:
				c.Value = func(record T) any { return f.Number(record) }
			}
		}
	}
	return columns
}

func runningOf(c client.Customer) any { return fraction(c.RunningInstanceCount, c.InstanceCount) }

func statusColor(c client.Customer) output.Color {
	if c.LatestSubscriptionStatus == nil {
		return output.Plain
	}
	return colorOf(*c.LatestSubscriptionStatus)
}

// colorOf returns the colour of a subscription's or an instance's status.
func colorOf(status string) output.Color {
	switch status {
	case "active", "running":
		return output.Green
	case "trialing", "past_due", "paused":
		return output.Yellow
	case "unpaid", "incomplete", "incomplete_expired", "error":
		return output.Red
	}
	return output.Plain
}
