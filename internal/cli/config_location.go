package cli

import (
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/output"
)

// configPath is where changes are written.
func (e *Env) ConfigPath() string {
	return config.Locate(e.Flags.Config, e.LookupEnv, e.Home).Path
}

// unsettledOutput is the output of a command that works without the configuration file: flags and environment alone.
func (e *Env) UnsettledOutput() output.Options {
	o := output.Options{Format: e.Flags.Given["output"], Columns: e.Flags.columns, NoHeaders: e.Flags.noHeaders, Filter: e.Flags.Filter}
	if o.Format == "" {
		o.Format, o.Preferred = e.Variable("HYDRACTL_OUTPUT"), true
	}
	return o
}
