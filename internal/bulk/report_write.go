package bulk

import (
	"context"
	"encoding/csv"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/files"
)

// WriteResults writes a line for every row in the order of the input: JSON lines when the name ends in .jsonl or
// .ndjson, else CSV with a header. The file appears whole or not at all, in place of an older one.
func WriteResults(ctx context.Context, fs files.FS, path string, j *journal.Journal, c *input.Checked) error {
	return j.WriteReport(fs, path, func(w io.Writer) error {
		write := resultsCSV(w)
		if isJSONLines(path) {
			write = resultsJSON(w)
		}
		for r, err := range Results(ctx, j, c) {
			if err != nil {
				return err
			}
			if err := write(r); err != nil {
				return err
			}
		}
		return write(nil)
	})
}

func isJSONLines(path string) bool {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".jsonl", ".ndjson":
		return true
	}
	return false
}

// resultsCSV returns a function that writes a row, and flushes for nil.
func resultsCSV(w io.Writer) func(*Result) error {
	out := csv.NewWriter(w)
	header := []string{"line", "key", "state", "id", "evidence", "attempts", "status", "code", "error"}
	return func(r *Result) error {
		if header != nil {
			if err := out.Write(header); err != nil {
				return err
			}
			header = nil
		}
		if r == nil {
			out.Flush()
			return out.Error()
		}
		return out.Write([]string{
			strconv.Itoa(r.Line), input.Guard(r.Key), string(r.State), r.ID, r.Evidence, strconv.Itoa(r.Attempts), number(r.Status), r.Code,
			input.Guard(r.Text),
		})
	}
}

// number leaves out a status that is not known.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func resultsJSON(w io.Writer) func(*Result) error {
	return func(r *Result) error {
		if r == nil {
			return nil
		}
		line, err := json.Marshal(struct {
			Line     int          `json:"line"`
			Key      string       `json:"key,omitzero"`
			State    record.State `json:"state"`
			ID       string       `json:"id,omitzero"`
			Evidence string       `json:"evidence,omitzero"`
			Attempts int          `json:"attempts"`
			Status   int          `json:"status,omitzero"`
			Code     string       `json:"code,omitzero"`
			Error    string       `json:"error,omitzero"`
			Differs  []Difference `json:"differences,omitzero"`
		}{r.Line, r.Key, r.State, r.ID, r.Evidence, r.Attempts, r.Status, r.Code, r.Text, r.Differences})
		if err != nil {
			return err
		}
		_, err = w.Write(append(line, '\n'))
		return err
	}
}
