package configcmd

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// configFileInfo is what config path prints.
type configFileInfo struct {
	Path   string `json:"path"`
	Origin string `json:"origin"`
	Exists bool   `json:"exists"`
}

func newPath(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "path",
		Short: "Show where the configuration file is",
		Long: `Show where the configuration file is, or would be. This works with a broken file
too.`,
		Example: `  hydractl config path
  hydractl config path -o json`,
		Args: cli.ExactArgs(),
		RunE: app.RunE(runPath),
	}
	return cli.NameColumns(c, pathColumns())
}

func runPath(_ context.Context, app *cli.App, _ []string) error {
	where := app.ConfigLocation()
	if err := where.Check(); err != nil {
		return err
	}
	_, err := os.Stat(where.Path)
	info := configFileInfo{Path: where.Path, Origin: where.Origin.String(), Exists: !errors.Is(err, fs.ErrNotExist)}
	printer, err := output.New(app.OutputWithoutConfig(), pathColumns())
	if err != nil {
		return err
	}
	if printer.Format().Human {
		return app.Print(output.Escape(info.Path) + "\n")
	}
	return printer.Item(app.Out, info, nil)
}

func pathColumns() []output.Column[configFileInfo] {
	type column = output.Column[configFileInfo]
	return []column{
		{Name: "path", Value: func(i configFileInfo) any { return i.Path }},
		{Name: "origin", Value: func(i configFileInfo) any { return i.Origin }},
		{Name: "exists", Value: func(i configFileInfo) any { return i.Exists }},
		{Name: "id", Sets: output.Named, Value: func(i configFileInfo) any { return i.Path }},
	}
}
