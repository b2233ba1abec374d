package configcmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
)

func newEdit(app *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "edit",
		Short: "Edit the configuration file",
		Long: `Open a copy of the configuration file in $VISUAL, $EDITOR or vi, check the
result, and replace the file by it. A broken file can be fixed this way too.
The editor gets an environment without keys and tokens.`,
		Example: `  EDITOR=cat hydractl config edit
  EDITOR="sed -i s/wide/csv/" hydractl config edit`,
		Args: cli.ExactArgs(),
		RunE: app.RunE(runEdit),
	}
}

func runEdit(ctx context.Context, app *cli.App, _ []string) error {
	editor, err := editor(app)
	if err != nil {
		return err
	}
	path := app.ConfigPath()
	before, err := config.ReadText(path)
	if err != nil {
		return err
	}
	text := before
	if len(text) == 0 {
		text = emptyConfig()
	}
	folder, err := os.MkdirTemp("", "hydractl-")
	if err != nil {
		return err
	}
	copied := filepath.Join(folder, "config.yaml")
	after, err := edited(ctx, app, editor, copied, text)
	if err == nil && !bytes.Equal(after, text) {
		err = config.ReplaceText(ctx, path, before, after)
	}
	if err != nil && len(after) > 0 {
		return notSaved(err, path, copied)
	}
	if removed := os.RemoveAll(folder); err == nil {
		err = removed
	}
	if err != nil {
		return err
	}
	if bytes.Equal(after, text) {
		app.Status().Note("Nothing was changed.")
	} else {
		app.Status().Note("Saved %s.", path)
	}
	return nil
}

// edited runs the editor on the text, in a file at path that only the user can read, and returns the result.
func edited(ctx context.Context, app *cli.App, editor []string, path string, text []byte) ([]byte, error) {
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, err
	}
	program := exec.CommandContext(ctx, editor[0], append(editor[1:], path)...) //nolint:gosec // the user's own editor
	program.Env = childEnvironment(app)
	program.Stdin, program.Stdout, program.Stderr = app.In, app.Out, app.Stderr()
	if err := program.Run(); err != nil {
		if stopped := context.Cause(ctx); stopped != nil {
			return nil, stopped
		}
		return nil, &failure.Failure{Exit: failure.ExitUnexpected, Code: "editor_failed", Message: "the editor failed, and nothing was changed: " + err.Error(), Hint: "set VISUAL or EDITOR", Cause: err}
	}
	return os.ReadFile(path)
}

// notSaved says where the text is that could not be saved.
func notSaved(err error, path, copied string) error {
	f := &failure.Failure{Exit: failure.ExitUnexpected, Code: "unexpected", Message: err.Error(), Cause: err}
	if e, ok := errors.AsType[*config.Error](err); ok {
		f.Exit, f.Code, f.Hint = failure.ExitUsage, string(e.Code), e.Hint
		f.Fields = []failure.Field{{Field: path, Line: e.Line, Column: e.Column, Message: e.Message}}
	}
	f.Message += fmt.Sprintf("; %s is unchanged, and your text is in %s", path, copied)
	return f
}

// editor is the command of the user's editor.
func editor(app *cli.App) ([]string, error) {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		text, _ := app.LookupEnv(name)
		if strings.TrimSpace(text) == "" {
			continue
		}
		if runtime.GOOS == "windows" {
			return strings.Fields(text), nil
		}
		return []string{"sh", "-c", text + ` "$@"`, name}, nil // may hold arguments and quotes, as with git
	}
	if !app.Terminal.In || !app.Terminal.Out {
		f := failure.Usagef("config edit: needs a terminal for an editor")
		f.Hint = "set VISUAL or EDITOR, or use hydractl config set"
		return nil, f
	}
	if runtime.GOOS == "windows" {
		return []string{"notepad"}, nil
	}
	return []string{"vi"}, nil
}

// childEnvironment is what another program may know: what it needs to run and to look right, and no secret, since
// only these names are passed on.
func childEnvironment(app *cli.App) []string {
	names := strings.Fields(`HOME USER LOGNAME SHELL PATH PWD TERM TERMINFO TERMINFO_DIRS COLORTERM NO_COLOR LANG LANGUAGE
		LC_ALL LC_CTYPE LC_COLLATE LC_MESSAGES LC_TIME TZ TMPDIR TMP TEMP VISUAL EDITOR LESS VIMINIT EXINIT VIMRUNTIME
		NVIM_APPNAME DISPLAY WAYLAND_DISPLAY XAUTHORITY DBUS_SESSION_BUS_ADDRESS TMUX STY VSCODE_IPC_HOOK_CLI
		XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_HOME XDG_DATA_DIRS XDG_CACHE_HOME XDG_STATE_HOME XDG_RUNTIME_DIR
		SystemRoot SystemDrive windir ComSpec PATHEXT USERPROFILE APPDATA LOCALAPPDATA ProgramData ProgramFiles`)
	environment := []string{} // nil would pass everything on
	for _, name := range names {
		if value, ok := app.LookupEnv(name); ok {
			environment = append(environment, name+"="+value)
		}
	}
	return environment
}

// emptyConfig is the text to begin with: every setting with its default, as comments.
func emptyConfig() []byte {
	var b strings.Builder
	b.WriteString("# Configuration of hydractl. Remove the # in front of what you want to set.\n")
	for _, d := range config.Definitions() {
		if d.Credential() {
			continue
		}
		fmt.Fprintf(&b, "# %-32s # %s\n", d.Name+": "+d.Default, d.Help)
	}
	b.WriteString("#\n# profile: prod\n# profiles:\n#   - name: prod\n#     api_url: https://api.hydracore.io\n#     api_key_file: ~/.config/hydractl/prod.key\n")
	return []byte(b.String())
}
