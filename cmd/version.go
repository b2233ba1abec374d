package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

func newVersion(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Long:  "Show the version, the commit and its date, and what the program was built with\nand for.",
		Example: `  hydractl version
  hydractl version -o json`,
		Args: cli.ExactArgs(),
		RunE: app.RunE(runVersion),
	}
	return cli.NameColumns(c, versionColumns())
}

func runVersion(_ context.Context, app *cli.App, _ []string) error {
	p, err := output.New(app.OutputWithoutConfig(), versionColumns())
	if err != nil {
		return err
	}
	return p.Item(app.Out, versionDocument{"version", app.Build}, versionDetail)
}

// versionDocument is what version prints.
type versionDocument struct {
	Schema string `json:"schema"`
	cli.Build
}

func versionColumns() []output.Column[versionDocument] {
	return []output.Column[versionDocument]{
		{Name: "version", Value: func(b versionDocument) any { return b.Version }},
		{Name: "commit", Value: func(b versionDocument) any { return b.Commit }},
		{Name: "date", Value: func(b versionDocument) any { return b.Date }},
		{Name: "go", Value: func(b versionDocument) any { return b.Go }},
		{Name: "platform", Value: func(b versionDocument) any { return b.Platform }},
	}
}

func versionDetail(b versionDocument) []output.Section {
	return []output.Section{{Rows: []output.Field{
		{Label: "hydractl", Value: b.Version},
		{Label: "commit", Value: b.Commit},
		{Label: "date", Value: b.Date},
		{Label: "go", Value: b.Go},
		{Label: "platform", Value: b.Platform},
	}}}
}
