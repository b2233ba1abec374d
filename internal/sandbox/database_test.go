package sandbox

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// edited runs SQL on a new sandbox database.
func edited(t *testing.T, statement string) string {
	t.Helper()
	path := newDB(t, 2)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
	return path
}

func fileWith(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "s.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// damaged is a sandbox database with a piece in the middle overwritten.
func damaged(t *testing.T) string {
	t.Helper()
	path := newDB(t, 50)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 100; i < len(content)/2; i++ {
		content[i] = 0xA5
	}
	return fileWith(t, content)
}

func TestDatabase_InvalidFilesAreLeftAlone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, path string
		want       error
		words      string
	}{
		{"text", fileWith(t, []byte("dear diary")), ErrNotSandbox, "s.db"},
		{"longer text", fileWith(t, bytes.Repeat([]byte("dear diary "), 1000)), ErrNotSandbox, "s.db"},
		{"another program's database", edited(t, "PRAGMA application_id=7"), ErrNotSandbox, "belongs to another program"},
		{"a database without a mark", edited(t, "PRAGMA application_id=0"), ErrNotSandbox, "belongs to another program"},
		{"a newer schema", edited(t, "PRAGMA user_version=99"), ErrVersion, "schema 99"},
		{"an older schema", edited(t, "PRAGMA user_version=0"), ErrVersion, "schema 0"},
		{"a damaged database", damaged(t), ErrNotSandbox, "damaged"},
		{"half a database", fileWith(t, []byte("SQLite format 3\x00")), ErrNotSandbox, "s.db"},
		{"a folder", t.TempDir(), ErrOption, "is not a regular file"},
		{"a file as a folder", filepath.Join(fileWith(t, nil), "x.db"), nil, "not a directory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, _ := os.ReadFile(tt.path)
			err := startErr(t, Options{DB: tt.path})
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("Start: %v, want %q", err, tt.words)
			}
			if after, _ := os.ReadFile(tt.path); !bytes.Equal(before, after) {
				t.Error("Start changed the file")
			}
			if _, err := Status(tt.path); err == nil {
				t.Error("Status finds nothing wrong")
			}
		})
	}
}

func TestServer_InternalErrorIsReported(t *testing.T) {
	t.Parallel()
	var reported []error
	s := start(t, Options{DB: edited(t, "DROP TABLE customer"), OnError: func(err error) { reported = append(reported, err) }})
	if status, body := call(t, s, "GET", "/v1/customers", ""); status != http.StatusInternalServerError || body != "Internal Server Error" {
		t.Errorf("%d %s", status, body)
	}
	if len(reported) != 1 || !strings.Contains(reported[0].Error(), "sandbox: GET /v1/customers: ") {
		t.Errorf("reported: %v", reported)
	}
}

func TestDatabase_LinksAreRefused(t *testing.T) {
	t.Parallel()
	target := newDB(t, 1)
	link := filepath.Join(t.TempDir(), "link.db")
	lock := filepath.Join(t.TempDir(), "s.db")
	if err := errors.Join(os.Symlink(target, link), os.Symlink(target, lock+"-serve")); err != nil {
		t.Skip(err) // Windows without the privilege
	}
	create := func() error { _, err := CreateTenant(link, "x"); return err }
	status := func() error { _, err := Status(link); return err }
	for name, err := range map[string]error{
		"Start": startErr(t, Options{DB: link}), "Status": status(), "Reset": Reset(link, 1), "CreateTenant": create(),
		"lock file": startErr(t, Options{DB: lock, Exclusive: true}),
	} {
		if !errors.Is(err, ErrOption) || !strings.Contains(err.Error(), "is a symbolic link") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReset_ForeignFilesAndOldVersions(t *testing.T) {
	t.Parallel()
	for _, path := range []string{fileWith(t, bytes.Repeat([]byte("dear diary "), 1000)), edited(t, "PRAGMA application_id=7")} {
		before, _ := os.ReadFile(path)
		if err := Reset(path, 3); !errors.Is(err, ErrNotSandbox) {
			t.Errorf("%v", err)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Error("Reset changed a foreign file")
		}
	}
	old := edited(t, "PRAGMA user_version=99; CREATE TABLE future(x); INSERT INTO future VALUES(1)")
	if err := Reset(old, 3); err != nil {
		t.Fatal(err)
	}
	if info, err := Status(old); err != nil || info.Customers != 3 || info.Tenants != 1 {
		t.Errorf("%+v, %v", info, err)
	}
}

func TestReset_SameCustomers(t *testing.T) {
	t.Parallel()
	path := newDB(t, 40)
	first := raw(t, start(t, Options{DB: path}), "GET /v1/customers?per_page=100").body
	if err := Reset(path, 40); err != nil {
		t.Fatal(err)
	}
	if again := raw(t, start(t, Options{DB: path}), "GET /v1/customers?per_page=100").body; again != first {
		t.Error("the customers differ")
	}
}

func TestDatabase_ServedOnce(t *testing.T) {
	t.Parallel()
	path := newDB(t, 1)
	first := start(t, Options{DB: path, Exclusive: true})
	if err := startErr(t, Options{DB: path, Exclusive: true}); !errors.Is(err, ErrServed) || !strings.Contains(err.Error(), first.URL()) || !strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
	if got := raw(t, start(t, Options{DB: path}), aList); got.status != 200 {
		t.Errorf("a command beside it: %d", got.status)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	start(t, Options{DB: path, Exclusive: true})
}

func TestStart_PortInUse(t *testing.T) {
	t.Parallel()
	on, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer on.Close()
	for _, o := range []Options{{Addr: on.Addr().String()}, {Control: on.Addr().String()}} {
		if err := startErr(t, o); err == nil || !strings.Contains(err.Error(), on.Addr().String()) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

func TestStart_LoopbackOnly(t *testing.T) {
	t.Parallel()
	for addr, fine := range map[string]bool{
		"127.0.0.1:0": true, "127.9.9.9:0": true, "[::1]:0": true, "localhost:0": true,
		"0.0.0.0:0": false, ":0": false, "[::]:0": false, "192.0.2.1:0": false, "example.com:0": false, "127.0.0.1": false, "": true,
	} {
		if err := startErr(t, Options{Addr: addr}); fine == errors.Is(err, ErrOption) {
			t.Errorf("%q: %v", addr, err)
		}
	}
	start(t, Options{Addr: "0.0.0.0:0", AllowRemote: true})
}

func TestStart_InvalidOptionsCreateNoFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.db")
	for _, o := range []Options{{Seed: -1}, {Addr: "nonsense"}, {Settings: Settings{"x": "y"}}, {Faults: []string{"x"}}} {
		o.DB = path
		if err := startErr(t, o); !errors.Is(err, ErrOption) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file is there: %v", err)
	}
}

func TestDatabase_FilesArePrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state", "s.db")
	s := start(t, Options{DB: path, Exclusive: true})
	raw(t, s, aCreate)
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) < 2 {
		t.Fatalf("%v %v", entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v %v", e.Name(), info.Mode(), err)
		}
	}
}

func TestDatabase_UnusualPaths(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a b.db", "a?b.db", "a#b%20.db", "ü.db", "a&mode=ro.db"} {
		path := filepath.Join(t.TempDir(), name)
		start(t, Options{DB: path, Seed: 1})
		if info, err := Status(path); err != nil || info.Customers != 1 {
			t.Errorf("%s: %+v, %v", name, info, err)
		}
	}
}
