package sandboxcmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/sandbox"
)

func newFaults(app *cli.App) *cobra.Command {
	var params bool
	c := &cobra.Command{
		Use:   "faults",
		Short: "List the ways in which the sandbox can misbehave",
		Long: `List the kinds of faults for "sandbox serve --fault KIND[:name=value,...]", or
with --params the parameters that each of them takes.`,
		Example: `  hydractl sandbox faults
  hydractl sandbox faults --params
  hydractl sandbox faults -o json`,
		Args: cli.ExactArgs(),
		RunE: app.RunE(func(_ context.Context, app *cli.App, _ []string) error {
			if params {
				return printAll(app, faultParamColumns(), "params", sandbox.FaultParams(), nil)
			}
			return printAll(app, faultColumns(), "faults", sandbox.FaultKinds(), nil)
		}),
	}
	c.Flags().BoolVar(&params, "params", false, "list the parameters that every kind takes")
	return cli.NameColumns(c, faultColumns())
}

func faultColumns() []output.Column[sandbox.FaultKind] {
	type column = output.Column[sandbox.FaultKind]
	return []column{
		{Name: "name", Title: "KIND", Value: func(k sandbox.FaultKind) any { return k.Name }},
		{Name: "family", Sets: output.Wide | output.CSV, Value: func(k sandbox.FaultKind) any { return k.Family }},
		{Name: "params", Drop: 1, Fit: output.FitEnd, Value: func(k sandbox.FaultKind) any {
			var names []string
			for _, p := range k.Params {
				names = append(names, p.Name+"="+p.Default)
			}
			return strings.Join(names, " ")
		}},
		{Name: "help", Title: "WHAT IT DOES", Fit: output.FitEnd, Min: 30, Value: func(k sandbox.FaultKind) any { return k.Help }},
	}
}

func faultParamColumns() []output.Column[sandbox.FaultParam] {
	type column = output.Column[sandbox.FaultParam]
	return []column{
		{Name: "name", Value: func(p sandbox.FaultParam) any { return p.Name }},
		{Name: "default", Value: func(p sandbox.FaultParam) any { return p.Default }},
		{Name: "help", Title: "WHAT IT DOES", Fit: output.FitEnd, Min: 30, Value: func(p sandbox.FaultParam) any { return p.Help }},
	}
}
