package cmd

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/output"
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
	return b
}

// fromInfo reads the version control stamps, which a plain `go build` leaves in the binary.
func (b Build) fromInfo() Build {
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

func newVersion(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Long:  "Show the version, the commit and its date, and what the program was built with\nand for.",
		Example: `  hydractl version
  hydractl version -o json`,
		Args: exactArgs(),
		RunE: env.run(runVersion),
	}
}

func runVersion(_ context.Context, env *Env, _ []string) error {
	p, err := output.New(env.unsettledOutput(), versionColumns())
	if err != nil {
		return err
	}
	return p.Item(env.Out, env.Build.fromInfo(), versionSheet)
}

func versionColumns() []output.Column[Build] {
	return []output.Column[Build]{
		{Name: "version", Sets: output.Default | output.CSV, Value: func(b Build) any { return b.Version }},
		{Name: "commit", Sets: output.Default | output.CSV, Value: func(b Build) any { return b.Commit }},
		{Name: "date", Sets: output.Default | output.CSV, Value: func(b Build) any { return b.Date }},
		{Name: "go", Sets: output.Default | output.CSV, Value: func(b Build) any { return b.Go }},
		{Name: "platform", Sets: output.Default | output.CSV, Value: func(b Build) any { return b.Platform }},
	}
}

func versionSheet(b Build) []output.Section {
	return []output.Section{{Rows: []output.Field{
		{Label: "hydractl", Value: b.Version},
		{Label: "commit", Value: b.Commit},
		{Label: "date", Value: b.Date},
		{Label: "go", Value: b.Go},
		{Label: "platform", Value: b.Platform},
	}}}
}
