package cli

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/sandbox"
)

// SandboxSeed is how many made-up customers a new sandbox holds.
const SandboxSeed = 250

// StartSandbox starts the embedded sandbox, which ends with the run, and returns its address and credential.
func (a *App) StartSandbox(ctx context.Context, s *config.Settings) (string, config.Credential, error) {
	var credential config.Credential
	db, err := SandboxDB(s)
	if err != nil {
		return "", credential, err
	}
	server, err := sandbox.Start(ctx, sandbox.Options{DB: db, Seed: SandboxSeed})
	if err != nil {
		if files.IsUnusable(err) {
			f := failure.Usagef("cannot store the sandbox's data: %v", err)
			f.Hint = "set HYDRACTL_STATE_DIR to a folder that you can write to"
			return "", credential, f
		}
		return "", credential, SandboxFailure(err)
	}
	a.OnClose(func() { _ = server.Close() })
	for _, name := range []string{"HYDRACORE_API_KEY", "HYDRACORE_ACCESS_TOKEN", "HYDRACORE_API_URL"} {
		if a.Variable(name) != "" {
			a.Status().Note("%s is ignored: the profile sandbox has its own, made-up customers.", name)
			break
		}
	}
	credential.APIKey = config.NewSecret(server.Key())
	credential.Origin = config.Origin{Kind: config.FromProfile, Name: config.Sandbox}
	return server.URL(), credential, nil
}

// SandboxDB returns the path of the database of the embedded sandbox.
func SandboxDB(s *config.Settings) (string, error) {
	dir, err := s.RequireStateDir()
	return filepath.Join(dir, "sandbox.db"), err
}

// SandboxFailure returns the failure for an error of the sandbox: exit 2 for the command line, 3 for an unknown name, 1 for
// its file or port.
func SandboxFailure(err error) error {
	f := &failure.Failure{Exit: failure.ExitUnexpected, Code: "sandbox_failed", Message: err.Error(), Cause: err}
	switch {
	case errors.Is(err, sandbox.ErrOption) || errors.Is(err, sandbox.ErrExists):
		f.Exit, f.Code = failure.ExitUsage, "invalid_input"
		f.Message = strings.TrimPrefix(f.Message, sandbox.ErrOption.Error()+": ")
	case errors.Is(err, sandbox.ErrNotFound):
		f.Exit, f.Code = failure.ExitNotFound, "not_found"
	case errors.Is(err, sandbox.ErrVersion):
		f.Hint = "hydractl sandbox reset creates it again"
	case errors.Is(err, fs.ErrNotExist):
		f.Exit, f.Code = failure.ExitNotFound, "not_found"
		f.Hint = "the first use creates it: hydractl -p sandbox customers list"
	}
	return f
}
