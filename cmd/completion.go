package cmd

import (
	"context"

	"github.com/spf13/cobra"
)

func newCompletion(env *Env) *cobra.Command {
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
		Args:      cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs),
		RunE: func(c *cobra.Command, args []string) error {
			return env.run(func(context.Context, *Env, []string) error {
				return writeCompletion(c.Root(), env, args[0])
			})(c, args)
		},
	}
}

func writeCompletion(root *cobra.Command, env *Env, shell string) error {
	switch shell {
	case "bash":
		return root.GenBashCompletionV2(env.Out, true)
	case "zsh":
		return root.GenZshCompletion(env.Out)
	case "fish":
		return root.GenFishCompletion(env.Out, true)
	}
	return root.GenPowerShellCompletionWithDesc(env.Out)
}
