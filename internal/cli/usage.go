package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// help prints what a command is for and its usage. Plain code: a template would be parsed at every start.
func help(c *cobra.Command) error {
	if words := c.Flags().Args(); c.HasSubCommands() && len(words) > 0 {
		return UnknownCommand(c, words)
	}
	var b strings.Builder
	if c.Long != "" {
		b.WriteString(strings.TrimRight(c.Long, " \n") + "\n")
	}
	if c.Runnable() || c.HasSubCommands() {
		b.WriteString("\n" + usage(c))
	}
	_, _ = io.WriteString(c.OutOrStdout(), b.String()) // its ErrorWriter keeps the error
	return nil
}

// ShowUsage prints the usage alone.
func ShowUsage(c *cobra.Command) error {
	_, err := io.WriteString(c.OutOrStderr(), usage(c))
	return err
}

// usage is cobra's without the global flags, which stand on a page of their own: `hydractl help flags`.
func usage(c *cobra.Command) string {
	var b strings.Builder
	b.WriteString("Usage:\n  ")
	if c.HasAvailableSubCommands() {
		b.WriteString(c.CommandPath() + " COMMAND [flags]")
	} else {
		b.WriteString(c.UseLine())
	}
	if len(c.Aliases) > 0 {
		b.WriteString("\n\nAliases:\n  " + c.NameAndAliases())
	}
	if c.HasExample() {
		b.WriteString("\n\nExamples:\n" + c.Example)
	}
	listCommands(&b, "Commands", c, (*cobra.Command).IsAvailableCommand)
	listCommands(&b, "Help topics", c, (*cobra.Command).IsAdditionalHelpTopicCommand)
	if !c.IsAdditionalHelpTopicCommand() {
		if c.HasParent() && c.HasAvailableLocalFlags() {
			b.WriteString("\n\nFlags:\n" + strings.TrimRight(c.LocalFlags().FlagUsages(), " \n"))
		}
		b.WriteString("\n\nGlobal flags such as --profile and --output: hydractl help flags")
	}
	if c.HasAvailableSubCommands() {
		b.WriteString("\nMore about a command: " + c.CommandPath() + " COMMAND --help")
	}
	return b.String() + "\n"
}

// listCommands adds a title and a line for each subcommand of a kind, or nothing where there is none.
func listCommands(b *strings.Builder, title string, c *cobra.Command, of func(*cobra.Command) bool) {
	for _, sub := range c.Commands() {
		if !of(sub) {
			continue
		}
		if title != "" {
			b.WriteString("\n\n" + title + ":")
			title = ""
		}
		fmt.Fprintf(b, "\n  %-*s  %s", sub.NamePadding(), sub.Name(), sub.Short)
	}
}

// FlagsHelp is the page of the global flags.
func FlagsHelp(root *cobra.Command) string {
	return "Flags of every command:\n\n" + strings.TrimRight(root.PersistentFlags().FlagUsages(), "\n") +
		"\n\nMost of them can be set for good: hydractl help environment, hydractl config set."
}
