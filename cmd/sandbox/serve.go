package sandboxcmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/sandbox"
)

type serveOptions struct {
	addr        string
	db          string
	seed        int
	allowRemote bool
	faults      []string
	settings    []string
	control     string
}

func newServe(app *cli.App) *cobra.Command {
	o := &serveOptions{}
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the sandbox over HTTP until stopped",
		Long: `Serve the sandbox over HTTP until SIGINT or SIGTERM (exit 0). The first lines on
stdout are the address and the key, as export lines of a shell.

--fault makes it misbehave: KIND[:rate=0.1,seed=7,times=1,...]; the kinds are
listed by "hydractl sandbox faults". --set chooses among the answers that the
contract leaves open. --control opens a second port that reports the true state,
whatever the faults made clients believe, and changes the faults while it runs.`,
		Example: `  hydractl sandbox serve --addr 127.0.0.1:8099
  hydractl sandbox serve --db rehearsal.db --seed 1000
  hydractl sandbox serve --fault drop_after_commit:rate=0.1,seed=7 --control 127.0.0.1:8100
  hydractl sandbox serve --set duplicate-status=400`,
		Args: cli.ExactArgs(),
		RunE: app.RunE(o.run),
	}
	f := c.Flags()
	f.StringVar(&o.addr, "addr", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	f.StringVar(&o.db, "db", "", "database file (default: sandbox.db in the state folder)")
	f.IntVar(&o.seed, "seed", cli.SandboxSeed, "made-up customers in a new database")
	f.StringArrayVar(&o.faults, "fault", nil, "how to misbehave: KIND[:name=value,...]; repeatable")
	_ = c.RegisterFlagCompletionFunc("fault", completeFault)
	f.StringArrayVar(&o.settings, "set", nil, "an answer that the contract leaves open: NAME=VALUE; repeatable")
	f.StringVar(&o.control, "control", "", "loopback address of the control port")
	f.BoolVar(&o.allowRemote, "allow-remote", false, "listen on an address that other machines can reach")
	app.Check(c, o.check)
	return c
}

// completeFault completes the kind of a fault.
func completeFault(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var all []cobra.Completion
	for _, kind := range sandbox.FaultKinds() {
		all = append(all, cobra.CompletionWithDesc(kind.Name, kind.Help))
	}
	return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func (o *serveOptions) check() error {
	var wrong cli.Problems
	wrong.If(o.seed < 0 || o.seed > 1_000_000, failure.Invalidf("--seed", "must be between 0 and 1000000 (got %d)", o.seed))
	if _, err := sandbox.ParseSettings(o.settings); err != nil {
		wrong = append(wrong, failure.Invalidf("--set", "%s", strings.TrimPrefix(err.Error(), sandbox.ErrOption.Error()+": ")))
	}
	return wrong.Err()
}

func (o *serveOptions) run(ctx context.Context, app *cli.App, _ []string) error {
	path, err := dbPath(app, o.db)
	if err != nil {
		return err
	}
	settings, err := sandbox.ParseSettings(o.settings)
	if err != nil {
		return cli.SandboxFailure(err)
	}
	ctx = app.WatchSignals(ctx)
	status := app.Status()
	server, err := sandbox.Start(ctx, sandbox.Options{
		DB: path, Addr: o.addr, AllowRemote: o.allowRemote, Exclusive: true, Seed: o.seed,
		Settings: settings, Faults: o.faults, Control: o.control,
		OnError: func(err error) { status.Warn("%v", err) },
	})
	if err != nil {
		return cli.SandboxFailure(err)
	}
	app.OnClose(func() { _ = server.Close() })
	lines := fmt.Sprintf("export HYDRACORE_API_URL=%s\nexport HYDRACORE_API_KEY=%s\n", server.URL(), server.Key())
	if err := app.Print(lines); err != nil {
		return err
	}
	status.Note("Serving the sandbox %s. Stop it with Ctrl-C.", path)
	if url := server.ControlURL(); url != "" {
		status.Note("The control port is %s.", url)
	}
	<-ctx.Done()
	return nil
}
