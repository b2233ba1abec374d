package input_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/bulk/input"
)

// benchmarkFile writes a file of 20,000 rows with about 88 bytes each; every repeat-th row is the one before it again.
func benchmarkFile(b *testing.B, name, header, row string, repeat int) string {
	b.Helper()
	var text strings.Builder
	text.WriteString(header)
	for i := range 20_000 {
		if repeat > 0 && i%repeat == repeat-1 {
			i--
		}
		fmt.Fprintf(&text, row, i, i, i%1000)
	}
	path := filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	return path
}

// BenchmarkRead reads and checks a file as --dry-run does. Its yardstick is encoding/csv in its fastest way.
func BenchmarkRead(b *testing.B) {
	const header = "company_name,email,country_code,currency,industry,locale,timezone\n"
	const row = "Customer %07d Holding,user.%07d@example%03d.org,US,USD,logistics,en-US,America/New_York\n"
	const quoted = `"Customer %07d, ""Holding""",user.%07d@example%03d.org,"US",USD,logistics,en-US,America/New_York` + "\n"
	const object = `{"company_name":"Customer %07d Holding","email":"user.%07d@example%03d.org","country_code":"US",` +
		`"currency":"USD","industry":"logistics","locale":"en-US","timezone":"America/New_York"}` + "\n"
	for _, tt := range []struct {
		name, file, header, row string
		repeat                  int
		read                    func(*testing.B, string)
	}{
		{"encoding_csv", "plain.csv", header, row, 0, skim},
		{"csv", "plain.csv", header, row, 0, check},
		{"encoding_csv_quoted", "quoted.csv", header, quoted, 0, skim},
		{"csv_quoted", "quoted.csv", header, quoted, 0, check},
		{"csv_repeated", "repeated.csv", header, row, 100, check},
		{"jsonl", "lines.jsonl", "", object, 0, check},
	} {
		b.Run(tt.name, func(b *testing.B) {
			path := benchmarkFile(b, tt.file, tt.header, tt.row, tt.repeat)
			for b.Loop() {
				tt.read(b, path)
			}
		})
	}
}

func skim(b *testing.B, path string) {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.ReuseRecord = true
	for err == nil {
		_, err = r.Read()
	}
	if !errors.Is(err, io.EOF) {
		b.Fatal(err)
	}
}

func check(b *testing.B, path string) {
	source, err := input.Open(b.Context(), path, nil, filepath.Dir(path), input.ReadOptions{})
	if err != nil {
		b.Fatal(err)
	}
	defer source.Close()
	checked, err := input.Validate(b.Context(), source, input.Rules{})
	if err != nil {
		b.Fatal(err)
	}
	if err := checked.Err(); err != nil {
		b.Fatal(err)
	}
}
