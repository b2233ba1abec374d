package cli

import (
	"runtime"
	"runtime/debug"
)

// Build identifies the program.
type Build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Date     string `json:"date"` // of the commit, RFC 3339
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// NewBuild returns what the linker flags say of the build, completed by what Go records in the binary.
func NewBuild(version, commit, date string) Build {
	b := Build{Version: version, Commit: commit, Date: date, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if b.Version == "" {
		b.Version = "dev"
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		b = b.withStamps(info)
	}
	return b
}

// withStamps adds what `go build` and `go install` record in the binary and the linker flags have left out.
func (b Build) withStamps(info *debug.BuildInfo) Build {
	if b.Version == "dev" && info.Main.Version != "" && info.Main.Version != "(devel)" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && b.Commit == "":
			b.Commit = s.Value
		case s.Key == "vcs.time" && b.Date == "":
			b.Date = s.Value
		}
	}
	return b
}

// UserAgent is the value of the User-Agent header.
func (b Build) UserAgent() string { return "hydractl/" + b.Version + " (" + b.Platform + ")" }
