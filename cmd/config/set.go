package configcmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
)

// maxValueBytes bounds a value that is read from stdin.
const maxValueBytes = 64 << 10

type setOptions struct{ place }

func newSet(app *cli.App) *cobra.Command {
	o := &setOptions{}
	c := &cobra.Command{
		Use:   "set KEY VALUE|-",
		Short: "Change a setting in the configuration file",
		Long: `Change a setting of the profile in use, or with --all-profiles the default that
all profiles share; the built-in profiles have nothing but those defaults.
Comments in the file stay.

The value - is read from stdin, or for a secret on a terminal from a hidden
prompt: a secret among the arguments can be seen by everyone on this machine.
So a key is best set with hydractl config set api_key - < FILE.`,
		Example: `  hydractl config set output wide
  hydractl config set retries 2 --all-profiles
  hydractl config set api_key_file ~/hydracore.key
  echo email,id | hydractl config set columns -`,
		Args:              cli.SecretArgs("KEY", "VALUE"),
		ValidArgsFunction: completeSettings,
		RunE:              app.RunE(o.run),
	}
	o.place.flag(c)
	return c
}

func (o *setOptions) run(ctx context.Context, app *cli.App, args []string) error {
	d, err := defineSetting(args[0])
	if err != nil {
		return err
	}
	value, err := o.value(ctx, app, d, args[1])
	if err != nil {
		return err
	}
	var profile string
	var others []string
	err = config.Update(ctx, app.ConfigPath(), func(f *config.File) error {
		if profile, err = o.place.profile(app, f); err != nil {
			return err
		}
		if err := f.Set(profile, d.Name, value); err != nil {
			return err
		}
		others, err = otherCredentials(f, profile, d)
		return err
	})
	if err != nil {
		return err
	}
	if d.Secret() && args[1] != "-" {
		app.Status().Warn("%s was an argument, which the process list and the shell's history show: hydractl config set %s -", d.Name, d.Name)
	}
	app.Status().Note("Set %s in %s (%s).", d.Name, placeName(profile), app.ConfigPath())
	for _, other := range others {
		app.Status().Warn("%s has %s too, and only one of them can be used: hydractl config unset %s", placeName(profile), other, other)
	}
	return nil
}

// defineSetting finds a setting; the profile in use is not one, though it is in the same file.
func defineSetting(name string) (config.Definition, error) {
	if name == "profile" {
		f := failure.Usagef("profile is not changed with config set or unset")
		f.Hint = "hydractl config profile use NAME"
		return config.Definition{}, f
	}
	return config.Define(name)
}

// value returns the argument, or for - what is read from stdin or a hidden prompt.
func (o *setOptions) value(ctx context.Context, app *cli.App, d config.Definition, arg string) (string, error) {
	if arg != "-" {
		return cli.Absolute(d, arg)
	}
	if d.Secret() && app.Terminal.In {
		return o.ask(ctx, app, d)
	}
	text, err := app.ReadStdin(maxValueBytes)
	if err != nil || d.Secret() { // whose own check takes the line break off
		return text, err
	}
	return cli.Absolute(d, cli.TrimLineBreak(text))
}

// ask reads a secret at a hidden prompt.
func (o *setOptions) ask(ctx context.Context, app *cli.App, d config.Definition) (string, error) {
	s, err := app.Settings()
	if err != nil {
		return "", err
	}
	return app.AskHidden(ctx, s, d.Name, "give it on stdin: hydractl config set "+d.Name+" - < FILE")
}

// otherCredentials lists the other credentials beside the one that was set: only one can be used.
func otherCredentials(f *config.File, profile string, set config.Definition) ([]string, error) {
	var others []string
	for _, d := range config.Definitions() {
		if !d.Credential() || !set.Credential() || d.Name == set.Name {
			continue
		}
		_, ok, err := f.Get(profile, d.Name)
		if err != nil {
			return nil, err
		}
		if ok {
			others = append(others, d.Name)
		}
	}
	return others, nil
}
