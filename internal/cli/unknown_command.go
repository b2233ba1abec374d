package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/nearest"
)

// UnknownCommand returns a usage error with what may have been meant, also where the word is mistyped.
func UnknownCommand(c *cobra.Command, args []string) error {
	f := failure.Usagef("unknown command %q for %q", args[0], c.CommandPath())
	word := strings.ToLower(args[0])
	f.Hint = cmp.Or(commandGuess(c, word), nearestCommand(c, word), usageHint(c))
	return f
}

// commandGuesses are words that programs use for one thing, and what to do where no command below the present one has such a name.
func commandGuesses() []struct{ words, hint string } {
	return []struct{ words, hint string }{
		{"set", "hydractl config set KEY VALUE"},
		{"unset", "hydractl config unset KEY"},
		{"delete remove rm destroy unset", "not possible with this API: it has no delete, and what is created stays created"},
		{"set update edit patch modify", "not possible with this API: it has no update, and what is created stays as it is"},
		{"list ls users accounts clients", "hydractl customers list"},
		{"get show describe view", "hydractl customers get ID|EMAIL"},
		{"create add new", "hydractl customers create"},
		{"clone copy", "hydractl customers clone SOURCE"},
		{"import load", "hydractl customers import FILE"},
		{"export dump", "hydractl customers export --out FILE"},
		{"search find", "hydractl customers list --search TEXT"},
		{"count", "hydractl customers count"},
		{"stats", "hydractl customers stats"},
		{"browse", "hydractl customers browse"},
		{"resume", "hydractl imports resume ID"},
		{"login signin", "hydractl auth login"},
		{"logout signout", "hydractl auth logout"},
		{"status whoami me", "hydractl auth status"},
		{"token", "hydractl auth token"},
		{"profile profiles context contexts", "hydractl config profile list"},
		{"use switch", "hydractl config profile use NAME"},
		{"settings configure", "hydractl config list"},
		{"tenant tenants", "hydractl auth status shows the tenant of the credential"},
		{"key keys apikey", "hydractl auth status shows the credential in use; keys are created in HydraCore itself"},
	}
}

// commandGuess returns the command that does what a word is used for in other programs; "" for none.
func commandGuess(c *cobra.Command, word string) string {
	hint := ""
	for _, guess := range commandGuesses() {
		words := strings.Fields(guess.words)
		if !slices.Contains(words, word) {
			continue
		}
		for _, other := range words {
			if subcommand(c, other) != nil {
				return c.CommandPath() + " " + other
			}
		}
		hint = cmp.Or(hint, guess.hint)
	}
	return hint
}

// nearestCommand returns the command that a mistyped word is near to; "" for none.
func nearestCommand(c *cobra.Command, word string) string {
	names := Subcommands(c)
	for _, guess := range commandGuesses() {
		names = append(names, strings.Fields(guess.words)...)
	}
	near := nearest.Match(word, names)
	switch sub := subcommand(c, near); {
	case near == "":
		return ""
	case sub != nil:
		if sub.IsAdditionalHelpTopicCommand() {
			return c.Root().Name() + " help " + sub.Name()
		}
		return sub.CommandPath()
	}
	return commandGuess(c, near)
}

// subcommand returns the command below c that a word names, nil for none.
func subcommand(c *cobra.Command, word string) *cobra.Command {
	for _, sub := range c.Commands() {
		if sub.Name() == word || sub.HasAlias(word) {
			return sub
		}
	}
	return nil
}

// Subcommands lists the names under which the commands and topics of c can be called.
func Subcommands(c *cobra.Command) []string {
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
			names = append(append(names, sub.Name()), sub.Aliases...)
		}
	}
	return names
}
