package cmd

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

func newCompletion(app *cli.App, root *cobra.Command) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Print the completion script of a shell",
		Long: `Print the completion script of a shell. It completes commands, flags and their
values; emails and IDs of customers by one request of at most 300 ms, whose
answer is kept for a minute. There is no request with a credential that may
prompt (a keyring, key_command), nor after
"hydractl config set completion.customers false".

  bash  source <(hydractl completion bash)
  zsh   hydractl completion zsh > "${fpath[1]}/_hydractl"
  fish  hydractl completion fish > ~/.config/fish/completions/hydractl.fish
  pwsh  hydractl completion powershell | Out-String | Invoke-Expression`,
		Example: `  hydractl completion bash
  hydractl completion zsh`,
		ValidArgs: shells,
		Args:      cli.ExactArgs("bash|zsh|fish|powershell"),
		RunE: app.RunE(func(_ context.Context, app *cli.App, args []string) error {
			var script bytes.Buffer
			if err := writeCompletion(root, &script, args[0]); err != nil {
				return err
			}
			return app.Print(script.String())
		}),
	}
}

func writeCompletion(root *cobra.Command, w io.Writer, shell string) error {
	switch shell {
	case "bash":
		return writeBashCompletion(root, w)
	case "zsh":
		return root.GenZshCompletion(w)
	case "fish":
		return writeFishCompletion(root, w)
	case "powershell":
		return root.GenPowerShellCompletionWithDesc(w)
	}
	return failure.Invalidf("SHELL", "must be bash, zsh, fish or powershell (got %q)", shell)
}

// bashWords are functions that the script of cobra takes from the package bash-completion, which not every machine has.
//
//go:embed completion.bash
var bashWords string

// writeBashCompletion prints the script of cobra with functions of its own around it: one splits the line into words as the
// shell would run it, the other one leaves out of the answers what readline keeps on the line.
func writeBashCompletion(root *cobra.Command, w io.Writer) error {
	var script bytes.Buffer
	if err := root.GenBashCompletionV2(&script, true); err != nil {
		return err
	}
	const process = "    __hydractl_process_completion_results\n"
	return writeEdited(w, bashWords+script.String(), map[string]string{
		`    if declare -F _init_completion >/dev/null 2>&1; then
        _init_completion -n =: || return
    else
        __hydractl_init_completion -n =: || return
    fi
`: "    __hydractl_split_words\n    local typed=$cur\n",
		process + "}\n": process + "    __hydractl_trim_answers \"$typed\"\n}\n",
	})
}

// writeFishCompletion prints the script of cobra, in which an answer that begins with a dash is not an option of fish's split.
func writeFishCompletion(root *cobra.Command, w io.Writer) error {
	var script bytes.Buffer
	if err := root.GenFishCompletion(&script, true); err != nil {
		return err
	}
	const split = `string split --max 1 \t $__hydractl_comp_results[1]`
	return writeEdited(w, script.String(), map[string]string{split: strings.Replace(split, `\t`, `-- \t`, 1)})
}

// writeEdited prints a script with some places replaced, each of which it has once.
func writeEdited(w io.Writer, script string, edits map[string]string) error {
	for old, edited := range edits {
		if strings.Count(script, old) != 1 {
			return fmt.Errorf("the completion script of cobra has changed: %q", old)
		}
		script = strings.Replace(script, old, edited, 1)
	}
	_, err := io.WriteString(w, script)
	return err
}
