package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/output"
)

// help prints what a command is for and its usage, for a terminal of that width; 0 is none. Plain code: a template would be parsed
// at every start.
func help(c *cobra.Command, width int) error {
	if words := c.Flags().Args(); c.HasSubCommands() && len(words) > 0 {
		return UnknownCommand(c, words)
	}
	var b strings.Builder
	if c.Long != "" {
		b.WriteString(Narrow(strings.TrimRight(c.Long, " \n"), width) + "\n")
	}
	if c.Runnable() || c.HasSubCommands() {
		b.WriteString("\n" + usage(c, width))
	}
	_, _ = io.WriteString(c.OutOrStdout(), b.String()) // its ErrorWriter keeps the error
	return nil
}

// ShowUsage prints the usage alone.
func ShowUsage(c *cobra.Command) error {
	_, err := io.WriteString(c.OutOrStderr(), usage(c, 0))
	return err
}

// Narrow wraps the paragraphs of a help text that are too wide, and the descriptions in its lists. What else is indented stays as
// it is: examples are to be pasted.
func Narrow(text string, width int) string {
	if width == 0 {
		return text
	}
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		lines := strings.Split(p, "\n")
		isWide := func(line string) bool { return output.DisplayWidth(line) > width }
		switch {
		case !slices.ContainsFunc(lines, isWide):
		case !strings.Contains("\n"+p, "\n "):
			paragraphs[i] = strings.Join(output.Wrap(p, width), "\n")
		default:
			for n, line := range lines {
				lines[n] = narrowEntry(line, width)
			}
			paragraphs[i] = strings.Join(lines, "\n")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// narrowEntry wraps the description of a line "  name  description", to the right of the name where there is room.
func narrowEntry(line string, width int) string {
	name, description, found := strings.Cut(strings.TrimLeft(line, " "), "  ")
	indent := len(line) - len(strings.TrimLeft(line, " "))
	switch {
	case output.DisplayWidth(line) <= width:
		return line
	case indent == 0:
		return beside(line, 0, width)
	case !found:
		return line
	}
	const least = 20
	column := len(line) - len(strings.TrimLeft(description, " "))
	if width-column < least {
		column = indent + 2
		name += "\n" + strings.Repeat(" ", column)
	} else {
		name += strings.Repeat(" ", column-indent-len(name))
	}
	return strings.Repeat(" ", indent) + name + beside(description, column, width)
}

// beside returns a text wrapped to the right of something of that many columns.
func beside(text string, columns, width int) string {
	return strings.Join(output.Wrap(text, max(width-columns, 0)), "\n"+strings.Repeat(" ", columns))
}

// usage is cobra's without the global flags, which have a page of their own: `hydractl help flags`.
func usage(c *cobra.Command, width int) string {
	var b strings.Builder
	b.WriteString("Usage:\n  ")
	b.WriteString(UseLine(c))
	if len(c.Aliases) > 0 {
		b.WriteString("\n\nAliases:\n  " + c.NameAndAliases())
	}
	if c.HasExample() {
		b.WriteString("\n\nExamples:\n" + c.Example)
	}
	listCommands(&b, "Commands", c, width, (*cobra.Command).IsAvailableCommand)
	listCommands(&b, "Help topics", c, width, (*cobra.Command).IsAdditionalHelpTopicCommand)
	if !c.IsAdditionalHelpTopicCommand() {
		if c.HasParent() {
			for _, g := range FlagGroups(c) {
				b.WriteString("\n\n" + g.Title + ":\n" + strings.TrimRight(g.Flags.FlagUsagesWrapped(width), " \n"))
			}
		}
		if codes := ExitCodes(c); len(codes) > 0 && !c.HasSubCommands() {
			b.WriteString("\n\nExit codes (hydractl help exit-codes):")
			for _, code := range codes {
				fmt.Fprintf(&b, "\n  %-3d  %s", code.Code, beside(code.Short, 7, width))
			}
		}
		b.WriteString("\n\n" + beside("Global flags such as --profile and --output: hydractl help flags", 0, width))
	}
	if c.HasAvailableSubCommands() {
		b.WriteString("\n" + beside("More about a command: "+c.CommandPath()+" COMMAND --help", 0, width))
	}
	return b.String() + "\n"
}

// UseLine returns how a command is called, with its arguments.
func UseLine(c *cobra.Command) string {
	if c.HasAvailableSubCommands() {
		return c.CommandPath() + " COMMAND [flags]"
	}
	return c.UseLine()
}

// listCommands adds a title and a line for each subcommand of a kind, or nothing where there is none.
func listCommands(b *strings.Builder, title string, c *cobra.Command, width int, of func(*cobra.Command) bool) {
	for _, sub := range c.Commands() {
		if !of(sub) {
			continue
		}
		if title != "" {
			b.WriteString("\n\n" + title + ":")
			title = ""
		}
		fmt.Fprintf(b, "\n  %-*s  %s", sub.NamePadding(), sub.Name(), beside(sub.Short, sub.NamePadding()+4, width))
	}
}

// FlagsHelp is the page of the global flags.
func FlagsHelp(root *cobra.Command, width int) string {
	return "Flags of every command:\n\n" + strings.TrimRight(root.PersistentFlags().FlagUsagesWrapped(width), "\n") +
		"\n\n" + beside("To set most of them permanently: hydractl config set, or hydractl help environment", 0, width)
}

// FlagGroup is the flags of a command under one title.
type FlagGroup struct {
	Title string
	Flags *pflag.FlagSet
}

// groupAnnotation is where a flag keeps the title of its group.
const groupAnnotation = "group"

// GroupFlags puts flags of a command under a title of its help. What is in no group comes last, as Flags.
func GroupFlags(c *cobra.Command, title string, names ...string) {
	for _, name := range names {
		_ = c.Flags().SetAnnotation(name, groupAnnotation, []string{title}) // fails for a flag that the command lacks
	}
}

// FlagGroups returns the command's own flags, in the groups of its help.
func FlagGroups(c *cobra.Command) []FlagGroup {
	var groups []FlagGroup
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		title := "Flags"
		if given := f.Annotations[groupAnnotation]; len(given) > 0 {
			title = given[0]
		}
		i := slices.IndexFunc(groups, func(g FlagGroup) bool { return g.Title == title })
		if i < 0 {
			i = len(groups)
			groups = append(groups, FlagGroup{title, pflag.NewFlagSet(title, pflag.ContinueOnError)})
			groups[i].Flags.SortFlags = c.LocalFlags().SortFlags
		}
		groups[i].Flags.AddFlag(f)
	})
	slices.SortStableFunc(groups, func(a, b FlagGroup) int { return cmp.Compare(groupRank(a.Title), groupRank(b.Title)) })
	return groups
}

// groupRank is the place of a group in the help: the general flags are the last.
func groupRank(title string) int {
	order := []string{"Customer", "Selection", "Input", "Mapping", "Safety", "Pace", "Reports", "Request", "Output"}
	if i := slices.Index(order, title); i >= 0 {
		return i
	}
	return len(order)
}
