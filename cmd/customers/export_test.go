package customers_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/sandbox"
)

// emptySandbox returns the environment of a sandbox without customers.
func emptySandbox(t *testing.T) map[string]string {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return map[string]string{
		"HYDRACORE_API_URL": s.URL(), "HYDRACORE_API_KEY": s.Key(), "HYDRACTL_STATE_DIR": t.TempDir(),
	}
}

func succeed(t *testing.T, vars map[string]string, args ...string) clitest.Ran {
	t.Helper()
	got := runCLI(t, vars, "", args...)
	if got.Code != failure.ExitOK {
		t.Fatalf("%q: exit %d\n%s", args, got.Code, got.ErrOut)
	}
	return got
}

func TestExport_RoundTrip(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := emptySandbox(t)
	var input bytes.Buffer
	for i, name := range clitest.UnexpectedCells() {
		c := map[string]string{"email": fmt.Sprintf("a%02d+x@example.com", i), "company_name": name, "timezone": "Europe/Berlin"}
		if i%2 == 0 {
			c["country_code"], c["currency"] = "DE", "=EUR"
		}
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		input.Write(append(line, '\n'))
	}
	path := filepath.Join(dir, "input.jsonl")
	if err := os.WriteFile(path, input.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	succeed(t, first, "customers", "import", path, "--yes", "--raw")
	names := map[string]bool{}
	for _, record := range exported(t, first, filepath.Join(dir, "check.jsonl")) {
		names[fmt.Sprint(record["company_name"])] = true
	}
	for _, name := range clitest.UnexpectedCells() {
		if !names[name] {
			t.Errorf("the first tenant has no %q", name)
		}
	}
	for _, format := range []string{"csv", "jsonl"} {
		second := emptySandbox(t)
		before, after := filepath.Join(dir, "before."+format), filepath.Join(dir, "after."+format)
		want := exported(t, first, before)
		if got := succeed(t, second, "customers", "import", before, "--yes", "--raw", "-o", "json"); !strings.Contains(got.ErrOut, ", which the server sets itself") {
			t.Errorf("%s: %s", format, got.ErrOut)
		}
		if diff := cmp.Diff(want, exported(t, second, after)); diff != "" || len(want) != len(clitest.UnexpectedCells()) {
			t.Errorf("%s: %d customers before\n%s", format, len(want), diff)
		}
	}
}

// exported exports to a file and returns its records by email, without the fields that each tenant fills in itself.
func exported(t *testing.T, vars map[string]string, path string) map[string]map[string]any {
	t.Helper()
	succeed(t, vars, "customers", "export", "--raw", "--out", path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	byEmail := map[string]map[string]any{}
	for _, record := range parse(t, filepath.Ext(path), text) {
		delete(record, "id")
		delete(record, "created_at")
		byEmail[record["email"].(string)] = record
	}
	return byEmail
}

func parse(t *testing.T, format string, text []byte) (records []map[string]any) {
	t.Helper()
	if format == ".csv" {
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			record := map[string]any{}
			for i, cell := range row {
				record[rows[0][i]] = cell
			}
			records = append(records, record)
		}
		return records
	}
	for line := range bytes.Lines(text) {
		var record map[string]any
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	return records
}

func TestExport_CompleteDuringInserts(t *testing.T) {
	t.Parallel()
	settings, err := sandbox.ParseSettings([]string{"ties=page"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), sandbox.Options{
		Seed: 430, Settings: settings, Faults: []string{"insert_between_pages:n=7,rate=0.15,seed=3", "insert_between_pages:n=1,age=60,rate=0.05,seed=1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	vars := map[string]string{"HYDRACORE_API_URL": s.URL(), "HYDRACORE_API_KEY": s.Key(), "HYDRACTL_STATE_DIR": t.TempDir()}
	path := filepath.Join(t.TempDir(), "all.csv")
	complete := 0
	for range 8 {
		before := trueIDs(t, s)
		got := runCLI(t, vars, "", "customers", "export", "--out", path, "--columns", "id", "--no-headers", "--force")
		if got.Code == failure.ExitPartial {
			continue // it says so
		}
		if got.Code != failure.ExitOK {
			t.Fatalf("exit %d\n%s", got.Code, got.ErrOut)
		}
		complete++
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		ids := strings.Fields(string(text))
		slices.Sort(ids)
		for _, id := range before {
			if _, found := slices.BinarySearch(ids, id); !found {
				t.Errorf("%s was there all the time and is not in the export", id)
			}
		}
		if n := len(slices.Compact(slices.Clone(ids))); n != len(ids) {
			t.Errorf("%d ids, %d of them different", len(ids), n)
		}
	}
	if complete == 0 {
		t.Error("no export was complete")
	}
}

func trueIDs(t *testing.T, s *sandbox.Server) (ids []string) {
	t.Helper()
	truth, err := s.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range truth.Customers {
		ids = append(ids, c.ID)
	}
	return ids
}
