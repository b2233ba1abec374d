//go:build unix

package config

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/hydracore/hydractl/internal/files"
)

func TestStore_NotPrivateIsRefused(t *testing.T) {
	t.Parallel()
	_, store, c := stored(t)
	if err := store.Save(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	want := func(what string, err error) {
		t.Helper()
		if _, ok := errors.AsType[*files.InsecureError](err); !ok {
			t.Errorf("%s: got %v", what, err)
		}
	}
	if err := os.Chmod(store.Place, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := store.Load(t.Context())
	want("open to others", err)
	if os.Geteuid() == 0 {
		if err := errors.Join(os.Chmod(store.Place, 0o600), os.Chown(store.Place, 12345, -1)); err != nil {
			t.Fatal(err)
		}
		_, err = store.Load(t.Context())
		want("of another user", err)
		want("writing over that of another user", store.Save(t.Context(), c))
	}
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := errors.Join(os.Remove(store.Place), os.Symlink(elsewhere, store.Place)); err != nil {
		t.Fatal(err)
	}
	want("through a link", store.Save(t.Context(), c))
	folder := filepath.Dir(store.Place)
	if err := errors.Join(os.RemoveAll(folder), os.Symlink(t.TempDir(), folder)); err != nil {
		t.Fatal(err)
	}
	want("in a folder that is a link", store.Save(t.Context(), c))
	_, err = store.Lock(t.Context())
	want("a lock in a folder that is a link", err)
	if _, err := os.Lstat(elsewhere); err == nil {
		t.Error("the link was followed")
	}
}
