package cli

import (
	"path/filepath"
	"strings"

	"github.com/hydracore/hydractl/internal/config"
)

// addConnection puts the flags that say where and as whom to connect into the profile.
func AddConnection(env *Env, f *config.File, profile string) error {
	for _, name := range []string{"api_url", "api_key", "api_key_file", "ca_cert", "allow_http"} {
		value, given := env.Flags.Given[name]
		if !given {
			continue
		}
		d, err := config.Define(name)
		if err != nil {
			return err
		}
		if value, err = Absolute(d, value); err != nil {
			return err
		}
		if err := f.Set(profile, name, value); err != nil {
			return err
		}
	}
	return nil
}

// absolute makes the path of a setting independent of the current folder; ~ stays as it is.
func Absolute(d config.Definition, value string) (string, error) {
	if d.Kind != config.Path || value == "" || strings.HasPrefix(value, "~") {
		return value, nil
	}
	return filepath.Abs(value)
}
