package cmd

import (
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/nearest"
	"github.com/hydracore/hydractl/internal/output"
)

// schemas are the JSON Schemas of the documents that commands print.
//
//go:embed schemas/*.json
var schemas embed.FS

// schemaEntry is a line of the list of schemas.
type schemaEntry struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

func newSchema(app *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [NAME]",
		Short: "Print the JSON Schema of a document",
		Long: `Print the JSON Schema (2020-12) of a document that a command prints with
-o json; without a name, list the documents. A document names its schema in
"schema". A single customer is the API's own record and does not.

Fields may be added; existing ones keep their name and type.`,
		Example: `  hydractl schema
  hydractl schema customers.list
  hydractl schema error > error.schema.json`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return cli.ExactArgs("NAME")(c, args)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return schemaNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: app.RunE(runSchema),
	}
}

func runSchema(_ context.Context, app *cli.App, args []string) error {
	if len(args) == 0 {
		return listSchemas(app)
	}
	text, err := schemas.ReadFile("schemas/" + args[0] + ".json")
	if err != nil {
		f := failure.NotFoundf("there is no schema %q", args[0])
		f.Hint = "hydractl schema lists them"
		if near := nearest.Match(args[0], schemaNames()); near != "" {
			f.Hint = "hydractl schema " + near
		}
		return f
	}
	opts := app.OutputWithoutConfig()
	if opts.Preferred || opts.Format == "" {
		opts.Format = "json"
	}
	printer, err := output.New[json.RawMessage](opts, nil)
	if err != nil {
		return err
	}
	return printer.Item(app.Out, json.RawMessage(text), nil)
}

// listSchemas prints the names of the schemas and what they are about.
func listSchemas(app *cli.App) error {
	opts := app.OutputWithoutConfig()
	opts.Width = app.Width()
	printer, err := output.New(opts, []output.Column[schemaEntry]{
		{Name: "name", Value: func(s schemaEntry) any { return s.Name }},
		{Name: "description", Fit: output.FitEnd, Min: 30, Value: func(s schemaEntry) any { return s.Description }},
		{Name: "id", Sets: output.Named, Value: func(s schemaEntry) any { return s.Name }},
	})
	if err != nil {
		return err
	}
	var all []schemaEntry
	for _, name := range schemaNames() {
		text, err := schemas.ReadFile("schemas/" + name + ".json")
		entry := schemaEntry{Name: name}
		if err == nil {
			err = json.Unmarshal(text, &entry)
		}
		if err != nil {
			return err
		}
		all = append(all, entry)
	}
	_, err = printer.List(app.Out, cli.Each(all), output.Envelope{Key: "schemas"})
	return err
}

// schemaNames returns the names of the schemas, in order.
func schemaNames() []string {
	files, _ := fs.Glob(schemas, "schemas/*.json") // the pattern is good
	for i, f := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(f, "schemas/"), ".json")
	}
	return files
}
