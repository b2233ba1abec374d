package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
)

// ExitCodes returns the exit codes with which a command can end, in ascending order; none for one that only holds others.
func ExitCodes(c *cobra.Command) []failure.ExitCode {
	if c.IsAdditionalHelpTopicCommand() || c.HasSubCommands() {
		return nil
	}
	_, path, _ := strings.Cut(c.CommandPath(), " ")
	own := exitCodesOf(path)
	return slices.DeleteFunc(failure.ExitCodes(), func(code failure.ExitCode) bool { return !slices.Contains(own, code.Code) })
}

// exitCodesOf returns the exit codes of a command by its path without the program's name.
func exitCodesOf(path string) []int {
	local := []int{failure.ExitOK, failure.ExitUnexpected, failure.ExitUsage}
	stopped := append(slices.Clone(local), failure.ExitInterrupt, failure.ExitTerminated)
	bounded := append(slices.Clone(stopped), failure.ExitTimeout)
	read := append(slices.Clone(bounded), failure.ExitAuth, failure.ExitRejected, failure.ExitRateLimit, failure.ExitServer)
	with := func(codes []int, more ...int) []int { return append(slices.Clone(codes), more...) }
	switch path {
	case "customers count":
		return read
	case "customers list", "customers export", "customers stats", "customers diff", "customers browse":
		return with(read, failure.ExitPartial)
	case "customers get", "customers wait":
		return with(read, failure.ExitNotFound)
	case "customers create":
		return with(read, failure.ExitDuplicate, failure.ExitUnknown)
	case "customers clone":
		return with(read, failure.ExitNotFound, failure.ExitDuplicate, failure.ExitUnknown)
	case "customers import", "imports resume":
		return with(read, failure.ExitNotFound, failure.ExitPartial, failure.ExitUnknown, failure.ExitJournal)
	case "imports show", "imports rejects", "imports remove":
		return with(local, failure.ExitNotFound, failure.ExitJournal)
	case "imports list":
		return with(local, failure.ExitJournal)
	case "api":
		return with(read, failure.ExitNotFound, failure.ExitPartial, failure.ExitUnknown)
	case "auth login", "auth status", "auth token":
		return read
	case "auth logout":
		return with(bounded, failure.ExitAuth, failure.ExitServer)
	case "doctor":
		return bounded
	case "sandbox serve":
		return local
	case "schema":
		return with(local, failure.ExitNotFound)
	}
	if strings.HasPrefix(path, "sandbox ") {
		return with(local, failure.ExitNotFound)
	}
	return local
}
