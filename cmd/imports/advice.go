package imports

import (
	"errors"
	"slices"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// advise adds to the error of a file the command that would import it, where there is one.
func (j *job) advise(err error) error {
	args := adviceOf(err)
	if args == nil {
		return err
	}
	return failure.WithHint(err, j.command(args))
}

// printReady prints the command that does what the warnings suggest, if they do.
func (j *job) printReady(checked *checkedInput) {
	var args []string
	for _, m := range checked.source.Mapping {
		if m.Resembles != "" {
			args = append(args, "--map", m.Column+"="+m.Resembles)
		}
	}
	if slices.ContainsFunc(checked.rows.Codes, func(c input.CodeCount) bool { return c.Certain && !c.Converted }) {
		args = append(args, "--fix-codes")
	}
	for _, m := range checked.rows.Markers {
		if !slices.Contains(args, m.Text) {
			args = append(args, "--null-token", m.Text)
		}
	}
	if len(args) > 0 {
		j.app.Status().Note("To do what is suggested:")
		j.app.Status().Note("  %s", j.command(args))
	}
}

// adviceOf are the flags with which the same command would work.
func adviceOf(err error) []string {
	if refusal, ok := errors.AsType[*input.Refusal](err); ok {
		return refusal.Args()
	}
	var args []string
	for _, problem := range input.Errors(err) {
		if problem.Args == nil {
			return nil
		}
		args = append(args, problem.Args...)
	}
	return args
}

// command is the command line as it was given, with further flags, which take the place of those that cannot be given twice.
func (j *job) command(args []string) string {
	s := settings{Profile: j.app.Given()["profile"], Path: j.path, Options: map[string][]string{}}
	for _, set := range []*pflag.FlagSet{j.contentFlags, j.sendingFlags, j.onceFlags} {
		s.keep(set)
	}
	for name := range s.Options {
		if f := j.contentFlags.Lookup(name); slices.Contains(args, "--"+name) && (f == nil || f.Value.Type() != "stringArray") {
			delete(s.Options, name)
		}
	}
	command := s.command("")
	for _, arg := range args {
		command += " " + files.ShellWord(arg)
	}
	return command
}
