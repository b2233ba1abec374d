package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/pkg/client"
)

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

const benchKey = "hc_test_0123456789abcdef0123456789abcdef"

func header(sum string) journal.Header {
	return journal.Header{Operation: "create", Host: "http://127.0.0.1", SHA256: sum}
}

// importHTTP is all that `customers import` does: reading, validation, journal, sending.
func importHTTP(ctx context.Context, j job, f *figures) error {
	path := filepath.Join(j.dir, "customers.csv")
	if err := writeCSV(path, j.sends, "company_name,email,currency", "Company %[1]d,user%[1]d@example.com,EUR"); err != nil {
		return err
	}
	source, err := input.Open(ctx, path, nil, j.dir, input.ReadOptions{})
	if err != nil {
		return err
	}
	defer source.Close()
	checked, err := input.Validate(ctx, source, input.Rules{})
	if err != nil {
		return err
	}
	limiter := bulk.NewRateLimiter()
	c, err := client.New(j.url, client.WithAPIKey(benchKey), client.WithMaxRetries(0), client.WithLimiter(limiter))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(j.dir, "http")
	if err != nil {
		return err
	}
	return run(ctx, dir, bulk.RunOptions{
		Target: bulk.Target{API: reconcile.NewAPI(c, c), Limiter: limiter},
		Input:  bulk.Input{Rows: checked.Each(), Changed: source.Changed},
		Plan:   journal.PlanRecord{Rows: checked.Rows}, Workers: j.workers,
	}, f)
}

// importMemory is an import whose server answers at once, without a network: what remains is the engine and the disk.
func importMemory(ctx context.Context, j job, f *figures) error {
	return run(ctx, filepath.Join(j.dir, fmt.Sprintf("memory-%d", j.rows)), bulk.RunOptions{
		Target: bulk.Target{API: &instant{}, Limiter: bulk.NewRateLimiter()}, Input: bulk.Input{Rows: rows(j.rows)},
		Plan: journal.PlanRecord{Rows: j.rows}, Workers: j.workers,
	}, f)
}

func run(ctx context.Context, dir string, o bulk.RunOptions, f *figures) error {
	journal, err := journal.Open(files.Disk(), dir, header(dir))
	if err != nil {
		return err
	}
	o.Journal = journal
	defer bulk.CollectLess(o.Plan.Rows)()
	began := time.Now()
	s, err := bulk.NewRunner(o).Run(ctx)
	took := time.Since(began)
	if err = errors.Join(err, journal.Close()); err != nil {
		return err
	}
	if s.Stop != nil || s.Counts[record.Created] != s.Rows {
		return fmt.Errorf("%v: %w", s.Counts, s.Stop)
	}
	info, err := os.Stat(filepath.Join(dir, "journal"))
	if err != nil {
		return err
	}
	f.Bytes = float64(info.Size()) / float64(s.Rows)
	f.Note = fmt.Sprintf("%.0f bytes of journal a row; %.0f rows/s while sending", f.Bytes, float64(s.Rows)/took.Seconds())
	return nil
}

// openJournal opens the journal that importMemory has left.
func openJournal(_ context.Context, j job, _ *figures) error {
	dir := filepath.Join(j.dir, fmt.Sprintf("memory-%d", j.rows))
	journal, err := journal.Open(files.Disk(), dir, header(dir))
	if err != nil {
		return err
	}
	if n := journal.Counts()[record.Created]; n != j.rows {
		return fmt.Errorf("%d of %d rows are created", n, j.rows)
	}
	return journal.Close()
}

func rows(n int) iter.Seq2[record.Row, error] {
	return func(yield func(record.Row, error) bool) {
		for i := range n {
			email := fmt.Sprintf("user%d@example.com", i)
			v := record.Values{record.CompanyName: fmt.Sprintf("Company %d", i), record.Email: email, record.Currency: "EUR"}
			if !yield(record.Row{Index: i, Line: i + 2, Values: v, Key: email}, nil) {
				return
			}
		}
	}
}

// instant is a server in memory.
type instant struct {
	reconcile.API
	made atomic.Uint64
}

func (s *instant) Create(context.Context, client.CreateRequest) (*client.CreatedCustomer, error) {
	n := s.made.Add(1)
	id := uuid.UUID{6: 0x40, 8: 0x80}
	for i := range 6 {
		id[15-i] = byte(n >> (8 * i))
	}
	return &client.CreatedCustomer{ID: id.String()}, nil
}
