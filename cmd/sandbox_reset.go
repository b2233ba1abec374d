package cmd

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/sandbox"
)

type sandboxResetOptions struct {
	db   string
	seed int
}

func newSandboxReset(env *Env) *cobra.Command {
	o := &sandboxResetOptions{}
	c := &cobra.Command{
		Use:   "reset",
		Short: "Empty the sandbox and fill it anew",
		Long:  "Empty the sandbox's database and fill it with the made-up customers again. A\nfile that is no sandbox is refused.",
		Example: `  hydractl sandbox reset --yes
  hydractl sandbox reset --yes --seed 1000`,
		Args: exactArgs(),
		RunE: env.run(o.run),
	}
	f := c.Flags()
	f.StringVar(&o.db, "db", "", "database file (default: sandbox.db in the state folder)")
	f.IntVar(&o.seed, "seed", sandboxSeed, "made-up customers to fill it with")
	return c
}

func (o *sandboxResetOptions) run(_ context.Context, env *Env, _ []string) error {
	path, err := sandboxPath(env, o.db)
	if err != nil {
		return err
	}
	s, err := env.settings()
	if err != nil {
		return err
	}
	if err := env.confirm(s.NoInput, "Delete everything in the sandbox "+path+"?", "Nothing was removed."); err != nil {
		return err
	}
	if err := sandbox.Reset(path, o.seed); err != nil {
		return sandboxFailure(err)
	}
	env.status().Note("The sandbox %s holds %s.", path, plural(int64(o.seed), "customer"))
	return nil
}

// sandboxFailure says what is wrong with a sandbox: with the command line (2), with a name that it does not know (3),
// or with its file or port (1).
func sandboxFailure(err error) error {
	f := &failure{exit: exitUnexpected, code: "sandbox_failed", message: err.Error(), cause: err}
	switch {
	case errors.Is(err, sandbox.ErrOption) || errors.Is(err, sandbox.ErrExists):
		f.exit, f.code = exitUsage, "invalid_input"
		f.message = strings.TrimPrefix(f.message, sandbox.ErrOption.Error()+": ")
	case errors.Is(err, sandbox.ErrNotFound):
		f.exit, f.code = exitNotFound, "not_found"
	case errors.Is(err, sandbox.ErrVersion):
		f.hint = "hydractl sandbox reset makes it anew"
	case errors.Is(err, fs.ErrNotExist):
		f.exit, f.code = exitNotFound, "not_found"
		f.hint = "the first use makes it: hydractl -p sandbox customers list"
	}
	return f
}
