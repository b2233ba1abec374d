// Package configcmd holds the commands of "hydractl config": settings and profiles.
package configcmd

import (
	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
)

// New makes the command.
func New(app *cli.App) *cobra.Command {
	c := cli.NewGroup("config", "Show and change settings and profiles",
		`Settings come from flags, the environment, a profile, the defaults in the
configuration file, or are built in, in this order. config list shows each value
and where it came from.

A profile is a set of settings under a name, such as the address and the key of
a tenant. --profile, HYDRACTL_PROFILE or config profile use choose one.`,
		`  hydractl config list
  hydractl config set output wide
  hydractl config profile add staging --api-url https://staging.example.com
  hydractl config set api_key_file ~/staging.key --profile staging`)
	return app.Fill(c,
		newList,
		newGet,
		newSet,
		newUnset,
		newPath,
		newEdit,
		newProfile,
	)
}

// place is the part of the file that a change is for.
type place struct{ allProfiles bool }

func (p *place) flag(c *cobra.Command) {
	c.Flags().BoolVar(&p.allProfiles, "all-profiles", false, "change the default that all profiles share")
}

// profile is the profile in use, or "" for the defaults: those are also where the built-in profiles, which the file does
// not hold, take their settings from.
func (p *place) profile(app *cli.App, f *config.File) (string, error) {
	if p.allProfiles {
		if _, given := app.Given()["profile"]; given {
			return "", failure.Usagef("--all-profiles and --profile exclude each other")
		}
		return "", nil
	}
	name, origin := f.ProfileInUse(app.Given(), app.LookupEnv)
	switch {
	case f.Has(name):
		return name, nil
	case name == config.DefaultProfile, name == config.Sandbox && origin.Kind != config.FromFlag:
		return "", nil
	}
	return name, nil
}

// placeName names a part of the file in a note.
func placeName(profile string) string {
	if profile == "" {
		return "the defaults"
	}
	return "profile " + profile
}

// completeSettings offers the names of settings, then the values of those that have few.
func completeSettings(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var all []cobra.Completion
	for _, d := range config.Definitions() {
		switch {
		case len(args) == 0:
			all = append(all, cobra.CompletionWithDesc(d.Name, d.Help))
		case len(args) > 1 || args[0] != d.Name:
		case d.Kind == config.Choice:
			all = append(all, d.Choices...)
		case d.Kind == config.Boolean:
			all = append(all, "true", "false")
		case d.Kind == config.Path:
			return nil, cobra.ShellCompDirectiveDefault
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}
