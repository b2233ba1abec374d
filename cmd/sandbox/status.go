package sandboxcmd

import (
	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/sandbox"
)

func newStatus(app *cli.App) *cobra.Command {
	c := onDB(app, &cobra.Command{
		Use:   "status",
		Short: "Show the state of the sandbox",
		Long:  "Show where the sandbox's data is stored, and what is in it.",
		Example: `  hydractl sandbox status
  hydractl sandbox status -o json`,
		Args: cli.ExactArgs(),
	}, runStatus)
	return cli.WithColumns(app, c, statusColumns())
}

func runStatus(app *cli.App, path string, _ []string) error {
	info, err := sandbox.Status(path)
	if err != nil {
		return cli.SandboxFailure(err)
	}
	return cli.PrintItem(app, statusColumns(), info, statusDetail)
}

func statusColumns() []output.Column[sandbox.Info] {
	type column = output.Column[sandbox.Info]
	return []column{
		{Name: "path", Value: func(i sandbox.Info) any { return i.Path }},
		{Name: "bytes", Align: output.AlignRight, Value: func(i sandbox.Info) any { return i.Bytes }},
		{Name: "tenants", Align: output.AlignRight, Value: func(i sandbox.Info) any { return i.Tenants }},
		{Name: "customers", Align: output.AlignRight, Value: func(i sandbox.Info) any { return i.Customers }},
	}
}

func statusDetail(i sandbox.Info) []output.Section {
	return []output.Section{{Rows: []output.Field{
		{Label: "Database", Value: i.Path},
		{Label: "Bytes", Value: i.Bytes},
		{Label: "Tenants", Value: i.Tenants},
		{Label: "Customers", Value: i.Customers},
	}}}
}
