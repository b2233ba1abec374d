package cli

import (
	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
)

// OutFlags are the flags of a command that can write its data to a file instead of stdout.
type OutFlags struct {
	Out   string
	Force bool
}

// Add puts --out and --force on a command.
func (o *OutFlags) Add(c *cobra.Command) {
	c.Flags().StringVar(&o.Out, "out", "-", "file to write; - is stdout")
	c.Flags().BoolVar(&o.Force, "force", false, "overwrite the file of --out")
}

// File returns the path of --out, "" for stdout.
func (o *OutFlags) File() (string, error) {
	switch {
	case o.Out == "": // an unset variable of a script
		return "", failure.Invalidf("--out", "must not be empty (- is stdout)")
	case files.IsStdout(o.Out):
		return "", nil
	}
	return o.Out, nil
}
