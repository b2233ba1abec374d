package input

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// checkText writes a file, reads and checks it.
func checkText(t *testing.T, name, content string, o ReadOptions, rules Rules) *Checked {
	t.Helper()
	_, checked := checkFile(t, writeInput(t, name, content), o, rules)
	return checked
}

func writeInput(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func checkFile(t *testing.T, path string, o ReadOptions, rules Rules) (*Source, *Checked) {
	t.Helper()
	source := openFile(t, path, o)
	checked, err := Validate(t.Context(), source, rules)
	if err != nil {
		t.Fatal(err)
	}
	return source, checked
}

func openFile(t *testing.T, path string, o ReadOptions) *Source {
	t.Helper()
	source, err := Open(t.Context(), path, nil, t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { source.Close() })
	return source
}

func allValues(t *testing.T, checked *Checked) (all []record.Values) {
	t.Helper()
	for row, err := range checked.Each() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row.Values)
	}
	return all
}

func TestSpool_Stdin(t *testing.T) {
	dir := t.TempDir()
	source, err := Open(t.Context(), "-", strings.NewReader("email\nann@example.com\n"), dir, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(source.Path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the copy can be read by others: %v", info.Mode())
	}
	if filepath.Dir(source.Path) != dir || source.Name != "-" || source.Size != 22 {
		t.Errorf("the copy is %s, the source is %q with %d bytes", source.Path, source.Name, source.Size)
	}
	if err := source.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v is left behind", left)
	}
}

func TestKeepAs_Stdin(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "input")
	source, err := Open(t.Context(), "-", strings.NewReader("email\nann@example.com\n"), t.TempDir(), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	checked, err := Validate(t.Context(), source, Rules{})
	if err != nil {
		t.Fatal(err)
	}
	if err := source.KeepAs(kept); err != nil || source.Path != kept || source.Changed() {
		t.Errorf("%v, the copy is %s", err, source.Path)
	}
	if got := allValues(t, checked); len(got) != 1 {
		t.Errorf("the rows are %q", got)
	}
	if err := source.Close(); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(kept); err != nil || string(text) != "email\nann@example.com\n" {
		t.Errorf("the copy holds %q: %v", text, err)
	}
}

func TestKeepAs_UserFile(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "input")
	path := filepath.Join(t.TempDir(), "in.csv")
	if err := os.WriteFile(path, []byte("email\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := Open(t.Context(), path, nil, dir, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(source.KeepAs(kept), source.Close()); err != nil || source.Path != path {
		t.Errorf("%v, the input is %s", err, source.Path)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%v was made", left)
	}
}

func TestSpool_Refused(t *testing.T) {
	dir := t.TempDir()
	for name, in := range map[string]io.Reader{
		"not CSV": strings.NewReader("%PDF-1.7"), "broken": iotest.ErrReader(errors.New("the pipe broke")),
	} {
		if _, err := Open(t.Context(), "-", in, dir, ReadOptions{}); err == nil {
			t.Errorf("%s: stdin was accepted", name)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%s: %v is left behind", name, left)
		}
	}
}

func TestSpool_Context(t *testing.T) {
	in, out := io.Pipe()
	defer out.Close()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if _, err := Open(ctx, "-", in, t.TempDir(), ReadOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestOpen_NoFile(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct{ path, want string }{
		"3 missing path": {filepath.Join(dir, "none.csv"), "none.csv: "}, "3 directory": {dir, "this is a folder"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), c.path, nil, dir, ReadOptions{})
			input, ok := errors.AsType[*Error](err)
			if !ok || !strings.Contains(input.Error(), c.want) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestSource_Checksum(t *testing.T) {
	const content = "\xef\xbb\xbfemail\nann@example.com\n"
	const sum = "2ea62726e0d47dbaac325d7e3ff96a8b8161350cb428928465e8d52fff566dcb"
	path := writeInput(t, "in.csv", content)
	source := openFile(t, path, ReadOptions{})
	alone, err := source.SHA256()
	if err != nil {
		t.Fatal(err)
	}
	validated, _ := checkFile(t, path, ReadOptions{}, Rules{})
	withPass, err := validated.SHA256()
	if err != nil {
		t.Fatal(err)
	}
	if alone != sum || withPass != sum || source.Size != int64(len(content)) {
		t.Errorf("the checksums are %s and %s, the size %d", alone, withPass, source.Size)
	}
}

func TestSource_Changed(t *testing.T) {
	changes := map[string]func(path string) error{
		"28 grown":  func(path string) error { return appendFile(path, "bob@example.com\n") },
		"28 shrunk": func(path string) error { return os.Truncate(path, 6) },
		"28 rewritten": func(path string) error {
			err := os.WriteFile(path, []byte("email\nbob@example.com\n"), 0o600)
			return errors.Join(err, os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)))
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			path := writeInput(t, "in.csv", "email\nann@example.com\n")
			source, checked := checkFile(t, path, ReadOptions{}, Rules{})
			if source.Changed() {
				t.Error("an unchanged file counts as changed")
			}
			if err := change(path); err != nil {
				t.Fatal(err)
			}
			if !source.Changed() {
				t.Error("the change is not noticed")
			}
			for _, err := range checked.Each() {
				if !errors.Is(err, ErrChanged) {
					t.Errorf("reading goes on with %v", err)
				}
			}
		})
	}
}

func TestSource_Replaced(t *testing.T) {
	path := writeInput(t, "in.csv", "email\nann@example.com\n")
	source := openFile(t, path, ReadOptions{})
	other := writeInput(t, "other.csv", "email\nbob@example.com\n")
	if err := os.Rename(other, path); err != nil {
		t.Skip("an open file cannot be replaced here:", err)
	}
	if !source.Changed() {
		t.Error("the replacement is not noticed")
	}
}

func TestSource_Grows(t *testing.T) {
	path := writeInput(t, "in.csv", "email\n"+strings.Repeat("\n", 2*windowBytes)+"ann@example.com\n")
	source := openFile(t, path, ReadOptions{})
	if err := appendFile(path, "bob@example.com\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := Validate(t.Context(), source, Rules{}); !errors.Is(err, ErrChanged) {
		t.Errorf("the error is %v", err)
	}
}

func appendFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

func TestRows_TextUnchanged(t *testing.T) {
	texts := []string{"00123", "1e5", "TRUE", "NULL", "N/A", "-", "a  b", "e\u0301", "👩\u200d🚀", "שלום", "a\r\nb", "x\u200by"}
	file := "company_name,email\n"
	for i, text := range texts {
		file += fmt.Sprintf("\"%s\",ann%d@example.com\n", text, i)
	}
	for i, got := range allValues(t, checkText(t, "in.csv", file, ReadOptions{}, Rules{})) {
		if got[record.CompanyName] != texts[i] {
			t.Errorf("%q becomes %q", texts[i], got[record.CompanyName])
		}
	}
}

func TestSource_SeveralReaders(t *testing.T) {
	checked := checkText(t, "in.csv", "email,currency\nann@example.com,EUR\nbob@example.com,usd\n", ReadOptions{}, Rules{})
	want := []record.Values{{record.Email: "ann@example.com", record.Currency: "EUR"}, {record.Email: "bob@example.com", record.Currency: "usd"}}
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			if diff := cmp.Diff(want, allValues(t, checked)); diff != "" {
				t.Error(diff)
			}
		})
	}
	readers.Wait()
}

// TestSource_ConcurrentReaders lets several readers make the checksum, and others read the rows (with -race).
func TestSource_ConcurrentReaders(t *testing.T) {
	source := openFile(t, writeInput(t, "in.jsonl", "{\"email\":\"ann@example.com\"}\n{\"email\":\"bob@example.com\"}\n"), ReadOptions{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			if sum, err := source.SHA256(); err != nil || len(sum) != 64 {
				t.Error(sum, err)
			}
		})
		readers.Go(func() {
			for _, err := range (&Checked{Source: source}).records(allFields, nil) {
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	readers.Wait()
}

func TestSource_TenGigabyteLine(t *testing.T) {
	path := writeInput(t, "in.csv", "email\nx")
	if err := os.Truncate(path, 10<<30); err != nil {
		t.Skip("no sparse files here:", err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	source := openFile(t, path, ReadOptions{})
	checked, err := Validate(t.Context(), source, Rules{})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if input, ok := errors.AsType[*Error](checked.Err()); !ok || input.Line != 2 {
		t.Errorf("the error is %v", checked.Err())
	}
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 8<<20 {
		t.Errorf("%d bytes were allocated", taken)
	}
}

func TestSpool_Limit(t *testing.T) {
	const text = "email\nann@example.com\n"
	for limit, fits := range map[int64]bool{0: true, int64(len(text)): true, int64(len(text)) - 1: false} {
		dir := t.TempDir()
		source, err := Open(t.Context(), "-", strings.NewReader(text), dir, ReadOptions{MaxInput: limit})
		if (err == nil) != fits || err != nil && !strings.Contains(err.Error(), "--max-input") {
			t.Errorf("limit %d: %v", limit, err)
		}
		if err == nil {
			err = source.Close()
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("limit %d: %v is left behind, %v", limit, left, err)
		}
	}
}
