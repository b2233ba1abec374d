package customers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// export writes one walk over all customers.
type export struct {
	options *customersExportOptions
	printer *output.Printer[client.Customer]
	walk    *walk
	status  output.Status
	meter   output.Meter
}

// print writes all customers. An incomplete walk is an error unless keep is set.
func (e *export) print(ctx context.Context, env *cli.App, w io.Writer, keep bool) error {
	began, read := env.Now(), 0
	show := func() { e.meter.Show(exportStep(read, e.walk.total(), env.Now().Sub(began))) }
	defer func() {
		show()
		e.meter.Close()
		e.walk.note(e.status)
	}()
	e.walk.progress = func(rows int) {
		if read = rows; rows%client.MaxPerPage == 0 {
			show()
		}
	}
	seq := func(yield func(client.Customer, error) bool) {
		for c, err := range e.walk.customers(ctx) {
			if !yield(c, err) || err != nil {
				return
			}
		}
		if e.walk.incomplete != nil && !keep {
			yield(client.Customer{}, e.walk.incomplete)
		}
	}
	_, err := e.printer.List(w, seq, output.Envelope{Key: "customers", Schema: "customers.list", Members: e.walk.members})
	return err
}

// toStdout streams the rows; the exit code reports an incomplete walk.
func (e *export) toStdout(ctx context.Context, env *cli.App) error {
	if err := e.print(ctx, env, env.Out, true); err != nil {
		return err
	}
	if err := e.walk.err(); err != nil {
		return err
	}
	if !isDocument(e.printer.Format()) {
		e.status.Footer(walkFooter(e.walk), nil)
	}
	return nil
}

// toFile writes the file as a whole, or leaves an existing one as it is.
func (e *export) toFile(ctx context.Context, env *cli.App) error {
	o := e.options
	s := exportSummary{File: o.out, Format: e.printer.Format().Name}
	err := writeFile("--out", o.out, o.force, func(w io.Writer) error {
		t := &hashWriter{w: w, sum: sha256.New()}
		err := e.print(ctx, env, t, o.allowIncomplete)
		s.Bytes, s.SHA256 = t.bytes, hex.EncodeToString(t.sum.Sum(nil))
		return err
	})
	if isIncomplete(err) {
		return withheld(o.out, err, "run it again: customers were created or deleted meanwhile; --allow-incomplete writes what is found")
	}
	if err != nil {
		return err
	}
	s.Count, s.Complete = e.walk.rows, e.walk.complete()
	if e.walk.filtered() {
		e.status.Note("%s", walkFooter(e.walk))
	}
	if err := s.print(ctx, env, e.status, o.summary); err != nil {
		return err
	}
	return e.walk.err()
}

func exportStep(rows int, total int64, took time.Duration) output.Step {
	s := output.Step{Verb: "Reading", Done: rows, Total: int(max(total, int64(rows))), Left: -1}
	if took > 0 && rows > 0 {
		s.Rate = float64(rows) / took.Seconds()
		s.Left = time.Duration(float64(s.Total-rows) / s.Rate * float64(time.Second))
	}
	return s
}

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
