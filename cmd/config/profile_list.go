package configcmd

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

// configProfile is a row of config profile list.
type configProfile struct {
	Name       string  `json:"name"`
	InUse      bool    `json:"in_use"`
	APIURL     *string `json:"api_url"`    // null for the built-in profiles that have it from elsewhere
	Credential *string `json:"credential"` // the setting that holds it; null when the file has none for it
}

func newProfileList(app *cli.App) *cobra.Command {
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List the profiles",
		Long: `List the profiles of the configuration file and those built in: the address that
each one connects to, and which setting holds its credential.`,
		Example: `  hydractl config profile list
  hydractl config profile list -o json`,
		Args: cli.ExactArgs(),
		RunE: app.RunE(runProfileList),
	}
	return cli.NameColumns(c, profileColumns())
}

func runProfileList(_ context.Context, app *cli.App, _ []string) error {
	f, err := app.ConfigFile()
	if err != nil {
		return err
	}
	inUse, _ := f.ProfileInUse(app.Given(), app.LookupEnv)
	s, err := settingsOfAny(app, f, inUse)
	if err != nil {
		return err
	}
	printer, err := output.New(app.Output(s), profileColumns())
	if err != nil {
		return err
	}
	rows := func(yield func(configProfile, error) bool) {
		for _, name := range f.Profiles() {
			row, err := newProfileRow(f, name)
			row.InUse = name == inUse
			if !yield(row, err) {
				return
			}
		}
	}
	_, err = printer.Items(app.Out, rows, nil)
	return err
}

// settingsOfAny resolves the settings even when the profile in use does not exist, which this list helps to fix.
func settingsOfAny(app *cli.App, f *config.File, inUse string) (*config.Settings, error) {
	given := maps.Clone(app.Given())
	if names := f.Profiles(); !slices.Contains(names, inUse) {
		given["profile"] = names[0]
	}
	return f.Resolve(given, app.LookupEnv, app.Home)
}

// newProfileRow reads what the file alone says of a profile.
func newProfileRow(f *config.File, name string) (configProfile, error) {
	row := configProfile{Name: name}
	unset := func(string) (string, bool) { return "", false }
	s, err := f.Resolve(config.Flags{"profile": name, "allow_http": "true"}, unset, "")
	if err != nil {
		return row, err
	}
	if s.APIURL != "" && name != config.Environment {
		row.APIURL = &s.APIURL
	}
	for _, d := range config.Definitions() {
		if setting, err := s.Find(d.Name); err == nil && d.Credential() && setting.Value != "" && row.Credential == nil {
			row.Credential = &d.Name
		}
	}
	return row, nil
}

func profileColumns() []output.Column[configProfile] {
	type column = output.Column[configProfile]
	return []column{
		{Name: "name", Value: func(p configProfile) any { return p.Name }},
		{Name: "in_use", Color: inUseColor, Value: func(p configProfile) any { return p.InUse }},
		{Name: "api_url", Fit: output.FitEnd, Value: func(p configProfile) any { return p.APIURL }},
		{Name: "credential", Value: func(p configProfile) any { return p.Credential }},
		{Name: "id", Sets: output.Named, Value: func(p configProfile) any { return p.Name }},
	}
}

func inUseColor(p configProfile) output.Color {
	if p.InUse {
		return output.Green
	}
	return output.Plain
}
