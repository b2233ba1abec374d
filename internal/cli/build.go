package cli

import (
	"runtime"
	"runtime/debug"
)

// Build says which hydractl this is.
type Build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Date     string `json:"date"` // of the commit, RFC 3339
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// NewBuild fills in what the linker was not told from what Go itself notes in the binary.
func NewBuild(version, commit, date string) Build {
	b := Build{Version: version, Commit: commit, Date: date, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if b.Version == "" {
		b.Version = "dev"
	}
	return b.withStamps()
}

// withStamps adds the stamps that `go build` and `go install` leave in the binary.
func (b Build) withStamps() Build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
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
