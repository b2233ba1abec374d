package cmd

import (
	"bytes"
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

func newCompletion(app *cli.App) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print the completion script of a shell",
		Long: `Print the completion script of a shell. It completes commands, flags and their
values without any request.

  bash  source <(hydractl completion bash)
  zsh   hydractl completion zsh > "${fpath[1]}/_hydractl"
  fish  hydractl completion fish > ~/.config/fish/completions/hydractl.fish
  pwsh  hydractl completion powershell | Out-String | Invoke-Expression`,
		Example: `  hydractl completion bash
  hydractl completion zsh`,
		ValidArgs: shells,
		Args:      cobra.MatchAll(cli.ExactArgs("bash|zsh|fish|powershell"), cobra.OnlyValidArgs),
		RunE: func(c *cobra.Command, args []string) error {
			return app.RunE(func(context.Context, *cli.App, []string) error {
				var script bytes.Buffer
				if err := writeCompletion(c.Root(), &script, args[0]); err != nil {
					return err
				}
				if _, err := script.WriteTo(app.Out); err != nil {
					return &output.WriteError{Err: err}
				}
				return nil
			})(c, args)
		},
	}
}

func writeCompletion(root *cobra.Command, w io.Writer, shell string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(w, true)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return root.GenFishCompletion(w, true)
	}
	return root.GenPowerShellCompletionWithDesc(w)
}
