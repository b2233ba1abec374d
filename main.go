// Hydractl is the command-line admin tool for HydraCore.
package main

import (
	"os"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/process"
)

// Set by the release build.
var version, commit, date string //nolint:gochecknoglobals // the linker can only set package variables

func main() { os.Exit(process.Run(cli.NewBuild(version, commit, date))) }
