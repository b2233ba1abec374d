package configcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

// configValue is a setting as config list and config get print it.
type configValue struct {
	Name   string  `json:"name"`
	Value  *string `json:"value"` // null when nothing sets it; masked when it is a secret
	Origin string  `json:"origin"`
}

func newList(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "Show every setting and where it came from",
		Long: `Show every setting that is in effect and where it came from: a flag, an
environment variable, the profile, the defaults in the file, or built in.
Secrets are masked.`,
		Example: `  hydractl config list
  hydractl config list --profile sandbox
  hydractl config list -o json`,
		Args: cli.ExactArgs(),
		RunE: app.RunE(runList),
	}
	return cli.WithColumns(app, c, settingColumns())
}

func runList(_ context.Context, app *cli.App, _ []string) error {
	s, err := app.Settings()
	if err != nil {
		return err
	}
	values := []configValue{profileValue(s)}
	for _, setting := range s.List() {
		values = append(values, settingValue(setting))
	}
	return cli.PrintList(app, settingColumns(), output.Envelope{Key: "settings", Schema: "config.list"}, values)
}

func settingColumns() []output.Column[configValue] {
	type column = output.Column[configValue]
	return []column{
		{Name: "name", Value: func(v configValue) any { return v.Name }},
		{Name: "value", Fit: output.FitEnd, Min: 20, Value: func(v configValue) any { return v.Value }},
		{Name: "origin", Drop: output.LastEarlyDrop + 1, Value: func(v configValue) any { return v.Origin }},
		{Name: "id", Sets: output.Named, Value: func(v configValue) any { return v.Name }},
	}
}

func profileValue(s *config.Settings) configValue {
	return configValue{Name: "profile", Value: &s.Profile, Origin: s.ProfileOrigin.String()}
}

func settingValue(s config.Setting) configValue {
	v := configValue{Name: s.Name, Origin: s.Origin.String()}
	if s.Value != "" {
		v.Value = &s.Value
	}
	return v
}
