package cmd

import (
	"strings"

	"github.com/spf13/cobra"
)

// usageTemplate is cobra's without the global flags, which stand on a page of their own: `hydractl help flags`.
func usageTemplate() string {
	return `Usage:{{if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND [flags]{{else}}
  {{.UseLine}}{{end}}{{if gt (len .Aliases) 0}}

Aliases:
  {{.NameAndAliases}}{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding }}  {{.Short}}{{end}}{{end}}{{end}}{{if .HasHelpSubCommands}}

Help topics:{{range .Commands}}{{if .IsAdditionalHelpTopicCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}{{end}}{{if and .HasParent .HasAvailableLocalFlags (not .IsAdditionalHelpTopicCommand)}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if not .IsAdditionalHelpTopicCommand}}

Global flags such as --profile and --output: hydractl help flags{{end}}{{if .HasAvailableSubCommands}}
More about a command: {{.CommandPath}} COMMAND --help{{end}}
`
}

// helpTemplate shows a topic as a page of text and a command with its usage.
func helpTemplate() string {
	return `{{with .Long}}{{. | trimTrailingWhitespaces}}
{{end}}{{if or .Runnable .HasSubCommands}}
{{.UsageString}}{{end}}`
}

// flagsHelp is the page of the global flags.
func flagsHelp(root *cobra.Command) string {
	return "Flags of every command:\n\n" + strings.TrimRight(root.PersistentFlags().FlagUsages(), "\n") +
		"\n\nMost of them can be set for good: hydractl help environment, hydractl config set."
}
