package cmd

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/config"
)

func newConfig(env *Env) *cobra.Command {
	c := newGroup("config", "Show and change settings and profiles",
		`Settings come from flags, the environment, a profile, the defaults in the
configuration file, or are built in, in this order. config list shows each value
and where it came from.

A profile is a set of settings under a name, such as the address and the key of a
tenant. --profile, HYDRACTL_PROFILE or config profile use choose one.`,
		`  hydractl config list
  hydractl config set output wide
  hydractl config profile add staging --api-url https://staging.example.com
  hydractl config set api_key - --profile staging < key.txt`)
	c.AddCommand(
		newConfigList(env),
		newConfigGet(env),
		newConfigSet(env),
		newConfigUnset(env),
		newConfigPath(env),
		newConfigEdit(env),
		newConfigProfile(env),
	)
	return c
}

// configPlace is the part of the file that a change is for.
type configPlace struct{ allProfiles bool }

func (p *configPlace) flag(c *cobra.Command) {
	c.Flags().BoolVar(&p.allProfiles, "all-profiles", false, "the default that all profiles share, not the profile in use")
}

// profile is the profile in use, or "" for the defaults: those are also what the profile default is made of as long as
// the file has none of that name.
func (p *configPlace) profile(env *Env, f *config.File) (string, error) {
	if p.allProfiles {
		if _, given := env.flags.given["profile"]; given {
			return "", usagef("--all-profiles and --profile exclude each other")
		}
		return "", nil
	}
	name, _ := f.ProfileInUse(env.flags.given, env.LookupEnv)
	if name == config.DefaultProfile && !f.Has(name) {
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

// configPath is where changes are written.
func (e *Env) configPath() string {
	return config.Locate(e.flags.config, e.LookupEnv, e.Home).Path
}

// absolute makes the path of a setting independent of the current folder; ~ stays as it is.
func absolute(d config.Definition, value string) (string, error) {
	if d.Kind != config.Path || value == "" || strings.HasPrefix(value, "~") {
		return value, nil
	}
	return filepath.Abs(value)
}

// completeSettings offers the names of settings, then the values of those that have few.
func completeSettings(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var all []cobra.Completion
	for _, d := range config.Definitions() {
		switch {
		case len(args) == 0:
			all = append(all, cobra.CompletionWithDesc(d.Name, d.Help))
		case args[0] == d.Name && d.Kind == config.Choice:
			all = append(all, d.Choices...)
		case args[0] == d.Name && d.Kind == config.Boolean:
			all = append(all, "true", "false")
		case args[0] == d.Name && d.Kind == config.Path:
			return nil, cobra.ShellCompDirectiveDefault
		}
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// completeProfile offers the profiles for the first argument.
func completeProfile(env *Env) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		f, err := env.configFile()
		if err != nil || len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return f.Profiles(), cobra.ShellCompDirectiveNoFileComp
	}
}
