package cmd

import (
	"bufio"
	"context"
	"fmt"
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
		Args: cobra.NoArgs,
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
	ok, err := env.confirm(s.NoInput, "Delete everything in the sandbox "+path+"?")
	if err != nil || !ok {
		return err
	}
	if err := sandbox.Reset(path, o.seed); err != nil {
		return sandboxFailure(err)
	}
	env.status().Note("The sandbox %s holds %s.", path, plural(int64(o.seed), "customer"))
	return nil
}

// confirm asks a question on a terminal. Elsewhere --yes is the only answer.
func (e *Env) confirm(noInput bool, question string) (bool, error) {
	if e.flags.yes {
		return true, nil
	}
	if noInput || !e.Terminal.In || !e.Terminal.Err {
		f := usagef("this wants a confirmation, and there is nobody to ask")
		f.hint = "add --yes"
		return false, f
	}
	_, _ = fmt.Fprintf(e.Err, "%s [y/N] ", question)
	line, err := bufio.NewReader(e.In).ReadString('\n')
	answer := strings.ToLower(strings.TrimSpace(line))
	return err == nil && (answer == "y" || answer == "yes"), nil
}

// sandboxFailure is a sandbox that cannot be used: a busy port or a file that is no sandbox is the user's to mend.
func sandboxFailure(err error) error {
	return &failure{exit: exitUnexpected, code: "sandbox_failed", message: "the sandbox: " + err.Error(), cause: err}
}
