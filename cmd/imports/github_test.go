package imports

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// An annotation holds foreign text too: none of it may end the annotation's line, or one of its properties.
func TestAnnotation_IsOneCommand(t *testing.T) {
	t.Parallel()
	for _, text := range append(clitest.HostileBytes(), "a,line=1::b", "100%", "%0A::error::x", "a\n::error::b", "##[error]x") {
		for _, got := range []string{message(text), property(text)} {
			if strings.ContainsAny(got, "\r\n") || strings.Contains(strings.ReplaceAll(got, "%25", ""), "%0A") || strings.Contains(got, "##[") {
				t.Errorf("%q becomes %q", text, got)
			}
		}
		if got := property(text); strings.ContainsAny(got, ":,") {
			t.Errorf("the property %q becomes %q", text, got)
		}
	}
}

func TestAnnotation_PathFromWorkspace(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ workspace, file, want string }{
		{filepath.Dir(here), "data/c.csv", filepath.Base(here) + "/data/c.csv"},
		{filepath.Dir(here), "../c.csv", "c.csv"},
		{here, filepath.Join(here, "c.csv"), "c.csv"},
		{here, "../c.csv", "../c.csv"},
		{"", "c.csv", "c.csv"},
		{here, "-", "-"},
	} {
		app := clitest.Env(t, map[string]string{"GITHUB_WORKSPACE": tt.workspace}, "")
		if got := workspacePath(cli.NewApp(app, nil), tt.file); got != tt.want {
			t.Errorf("%s in %s: %s, want %s", tt.file, tt.workspace, got, tt.want)
		}
	}
}
