package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/hydracore/hydractl/internal/bulk"
	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/pkg/client"
)

// wideFile has every column, about 88 bytes a row.
const (
	wideFile   = "wide.csv"
	wideHeader = "company_name,email,country_code,currency,industry,locale,timezone"
	wideRow    = "Customer %07[1]d Holding,user.%07[1]d@example%03[2]d.org,US,USD,logistics,en-US,America/New_York"
)

// writeCSV writes a file whose row format has the number of the row, and its last three digits.
func writeCSV(path string, rows int, header, row string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, header)
	for i := range rows {
		fmt.Fprintf(w, row+"\n", i, i%1000)
	}
	return errors.Join(w.Flush(), f.Close())
}

// skim reads the file with encoding/csv in its fastest way.
func skim(_ context.Context, j job, _ *figures) error {
	f, err := os.Open(filepath.Join(j.dir, wideFile))
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// dryRun is what --dry-run does where the tenant has customers, none of them in the file.
func dryRun(ctx context.Context, j job, _ *figures) error {
	source, err := input.Open(ctx, filepath.Join(j.dir, wideFile), nil, j.dir, input.ReadOptions{})
	if err != nil {
		return err
	}
	defer source.Close()
	checked, err := input.Validate(ctx, source, input.Rules{})
	if err != nil {
		return err
	}
	journal, err := journal.Open(files.Disk(), filepath.Join(j.dir, "dry"), header("dry"))
	if err != nil {
		return err
	}
	defer journal.Close()
	plan, err := bulk.NewPlan(ctx, bulk.PlanOptions{
		API: strangers{}, Journal: journal, Total: checked.Rows, Rows: checked.Keys(),
	})
	if err == nil && plan.Create != j.rows {
		err = fmt.Errorf("%d of %d rows are to be created", plan.Create, j.rows)
	}
	return err
}

// strangers is a server with ten customers.
type strangers struct{ reconcile.API }

func (strangers) List(context.Context, client.ListOptions) (*client.CustomerPage, error) {
	page := &client.CustomerPage{Total: 10}
	for i := range 10 {
		email := fmt.Sprintf("stranger%d@example.com", i)
		page.Customers = append(page.Customers, client.Customer{ID: fmt.Sprintf("497f6eca-6276-4993-bfeb-53cbbbba6f%02d", i), Email: &email})
	}
	return page, nil
}

func (s strangers) FindByEmail(ctx context.Context, email string) ([]client.Customer, error) {
	page, err := s.List(ctx, client.ListOptions{})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(page.Customers, func(c client.Customer) bool { return *c.Email != email }), nil
}
