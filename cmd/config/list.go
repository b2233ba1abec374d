package configcmd

import (
	"context"
	"iter"

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

func newConfigList(app *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "Show every setting and where it came from",
		Long: `Show every setting that counts for this call and where it came from: a flag, a
variable of the environment, the profile, the defaults in the file, or built in.
Secrets are masked.`,
		Example: `  hydractl config list
  hydractl config list --profile sandbox
  hydractl config list -o json`,
		Args: cli.ExactArgs(),
		RunE: app.RunE(runConfigList),
	}
}

func runConfigList(_ context.Context, app *cli.App, _ []string) error {
	s, err := app.Settings()
	if err != nil {
		return err
	}
	printer, err := output.New(app.Output(s), configColumns())
	if err != nil {
		return err
	}
	_, err = printer.List(app.Out, configValues(s), output.Envelope{Key: "settings", Schema: "config.list"})
	return err
}

func configColumns() []output.Column[configValue] {
	type column = output.Column[configValue]
	return []column{
		{Name: "name", Value: func(v configValue) any { return v.Name }},
		{Name: "value", Fit: output.FitMiddle, Value: func(v configValue) any { return v.Value }},
		{Name: "origin", Value: func(v configValue) any { return v.Origin }},
		{Name: "id", Sets: output.Named, Value: func(v configValue) any { return v.Name }},
	}
}

// configValues returns the profile in use, then every setting.
func configValues(s *config.Settings) iter.Seq2[configValue, error] {
	return func(yield func(configValue, error) bool) {
		if !yield(profileValue(s), nil) {
			return
		}
		for _, setting := range s.List() {
			if !yield(settingValue(setting), nil) {
				return
			}
		}
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
