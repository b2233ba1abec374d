package customers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// export writes one walk over all customers.
type export struct {
	options    *customersExportOptions
	printer    *output.Printer[client.Customer]
	pager      *client.Pager
	status     output.Status
	meter      output.Meter
	incomplete *client.IncompleteError // why the walk may be incomplete, or nil
}

// print writes all customers. An incomplete walk is an error unless keep is set.
func (e *export) print(ctx context.Context, env *cli.App, w io.Writer, keep bool) (rows int, err error) {
	began := env.Now()
	show := func() { e.meter.Show(exportStep(rows, e.pager.Report().Total, env.Now().Sub(began))) }
	defer func() {
		show()
		e.meter.Close()
		noteWalks(e.status, e.pager)
	}()
	seq := func(yield func(client.Customer, error) bool) {
		for c, err := range e.pager.All(ctx) {
			if errors.As(err, &e.incomplete) && keep {
				return
			}
			if !yield(c, err) || err != nil {
				return
			}
			if rows++; rows%client.MaxPerPage == 0 {
				show()
			}
		}
	}
	members := func() []output.Member {
		r := e.pager.Report()
		return mergedMembers(r, rows, r.Complete)
	}
	_, err = e.printer.List(w, seq, output.Envelope{Key: "customers", Members: members})
	return rows, err
}

// toStdout streams the rows; the exit code reports an incomplete walk.
func (e *export) toStdout(ctx context.Context, env *cli.App) error {
	rows, err := e.print(ctx, env, env.Out, true)
	if err != nil {
		return err
	}
	if e.incomplete != nil {
		return e.incomplete
	}
	if !isDocument(e.printer.Format()) {
		e.status.Footer(cli.Plural(int64(rows), "customer")+" (complete).", nil)
	}
	return nil
}

// toFile writes the file as a whole, or leaves an existing one as it is.
func (e *export) toFile(ctx context.Context, env *cli.App) error {
	o := e.options
	s := exportSummary{File: o.out, Format: e.printer.Format().Name}
	err := files.WriteWhole(files.Disk(), o.out, o.force, func(w io.Writer) (err error) {
		t := &hashWriter{w: w, sum: sha256.New()}
		s.Count, err = e.print(ctx, env, t, o.allowIncomplete)
		s.Bytes, s.SHA256 = t.bytes, hex.EncodeToString(t.sum.Sum(nil))
		return err
	})
	switch failed, isFile := errors.AsType[*files.Error](err); {
	case isFile:
		return unwritten("--out", failed)
	case err != nil && e.incomplete != nil:
		return o.withheld(e.incomplete)
	case err != nil:
		return err
	}
	s.Complete = e.incomplete == nil
	if err := s.print(ctx, env, e.status, o.summary); err != nil {
		return err
	}
	if e.incomplete != nil {
		return e.incomplete
	}
	return nil
}

// unwritten returns the failure for a file that could not be written.
func unwritten(flag string, err *files.Error) *failure.Failure {
	f := &failure.Failure{Exit: failure.ExitUnexpected, Code: "write_failed", Message: flag + ": " + err.Error() + "; no part of it was kept", Cause: err}
	switch {
	case errors.Is(err, fs.ErrExist):
		f.Exit, f.Hint = failure.ExitUsage, "another program created it meanwhile: --force overwrites it"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		f.Exit, f.Hint = failure.ExitUsage, "name a file in an existing folder that you can write to"
	default:
		f.Hint = "free some space, or name a file on another disk"
	}
	return f
}

// withheld returns the failure for a file that was not written since the list may be incomplete.
func (o *customersExportOptions) withheld(err *client.IncompleteError) *failure.Failure {
	return &failure.Failure{
		Exit: failure.ExitPartial, Code: "incomplete_list", Cause: err, Retryable: true, Outcome: failure.OutcomeNone,
		Message: o.out + " was not written: " + err.Error(),
		Hint:    "run it again: customers were created or deleted meanwhile; --allow-incomplete writes what is found",
	}
}

func exportStep(rows int, total int64, took time.Duration) output.Step {
	s := output.Step{Done: rows, Total: int(max(total, int64(rows))), Left: -1}
	if took > 0 && rows > 0 {
		s.Rate = float64(rows) / took.Seconds()
		s.Left = time.Duration(float64(s.Total-rows) / s.Rate * float64(time.Second))
	}
	return s
}
