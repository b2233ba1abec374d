package cli

import (
	"runtime/debug"
	"strings"
	"testing"
)

// TestBuild_GoInstall checks that the server gets the version that `hydractl version` shows, also without linker flags.
func TestBuild_GoInstall(t *testing.T) {
	t.Parallel()
	info := &debug.BuildInfo{
		Main:     debug.Module{Version: "v1.4.0"},
		Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}},
	}
	for _, tt := range []struct {
		linked Build
		want   Build
	}{
		{Build{Version: "dev"}, Build{Version: "v1.4.0", Commit: "abc", Date: "2026-01-02T03:04:05Z"}},
		{Build{Version: "1.5.0", Commit: "def", Date: "today"}, Build{Version: "1.5.0", Commit: "def", Date: "today"}},
	} {
		got := tt.linked.withStamps(info)
		if got != tt.want || !strings.HasPrefix(got.UserAgent(), "hydractl/"+tt.want.Version+" (") {
			t.Errorf("%+v: %+v, User-Agent %q", tt.linked, got, got.UserAgent())
		}
	}
	if got := (Build{Version: "dev"}).withStamps(&debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}); got.Version != "dev" {
		t.Errorf("a build from a working tree is version %s", got.Version)
	}
}
