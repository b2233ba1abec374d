package customers

import (
	"context"
	"hash"
	"io"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
)

// hashWriter counts and hashes what is written through it.
type hashWriter struct {
	w     io.Writer
	sum   hash.Hash
	bytes int64
}

func (t *hashWriter) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	t.sum.Write(p[:n])
	t.bytes += int64(n)
	return n, err
}

// exportSummary describes an exported file.
type exportSummary struct {
	File     string `json:"file"`
	Format   string `json:"format"`
	Count    int    `json:"count"` // customers
	Bytes    int64  `json:"bytes"`
	SHA256   string `json:"sha256"`
	Complete bool   `json:"complete"`
}

// print prints the summary: a note for people, or a JSON object for programs and filters.
func (s exportSummary) print(ctx context.Context, env *cli.App, status output.Status, mode string) error {
	if filter := env.Filter(); mode == "json" || filter != nil {
		printer, err := output.New[exportSummary](output.Options{Format: "json", Filter: filter, Within: cli.Within(ctx)}, nil)
		if err != nil {
			return err
		}
		return printer.Item(env.Out, s, nil)
	}
	state := "complete"
	if !s.Complete {
		state = "may be incomplete"
	}
	status.Note("%s: %s (%s; %s, SHA-256 %s).", s.File, cli.Plural(int64(s.Count), "customer"), state, cli.Plural(s.Bytes, "byte"), s.SHA256)
	return nil
}
