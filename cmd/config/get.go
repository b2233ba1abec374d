package configcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

func newGet(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "get KEY",
		Short: "Show one setting",
		Long: `Show the value of a setting that is in effect, wherever it came from. A secret
is masked. Nothing is printed when nothing sets it.`,
		Example: `  hydractl config get api_url
  hydractl config get output --profile sandbox
  hydractl config get output -o json`,
		Args:              cli.SecretArgs("KEY"),
		ValidArgsFunction: cli.FirstArg(completeSettings),
		RunE:              app.RunE(runGet),
	}
	return cli.WithColumns(app, c, settingColumns())
}

func runGet(_ context.Context, app *cli.App, args []string) error {
	s, err := app.Settings()
	if err != nil {
		return err
	}
	value, err := findValue(s, args[0])
	if err != nil {
		return err
	}
	printer, err := output.New(app.Output(s), settingColumns())
	if err != nil {
		return err
	}
	switch printer.Format().Name {
	case "json", "jsonl", "yaml":
		return printer.Item(app.Out, value, nil)
	}
	if value.Value == nil {
		app.Status().Note("%s is not set", value.Name)
		return nil
	}
	return app.Print(output.Escape(*value.Value) + "\n")
}

func findValue(s *config.Settings, name string) (configValue, error) {
	if name == "profile" {
		return profileValue(s), nil
	}
	setting, err := s.Find(name)
	return settingValue(setting), err
}
