package files_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/files"
	"github.com/hydracore/hydractl/test/simulate"
)

func TestWriteWhole_FullDiskKeepsOldFile(t *testing.T) {
	t.Parallel()
	for _, old := range []string{"", "old\n"} {
		d := simulate.NewDisk(nil)
		d.Capacity = 600 << 10
		if old != "" {
			d.Files["/c.csv"] = &simulate.File{Disk: d, Name: "/c.csv", Live: []byte(old), Synced: []byte(old), Same: len(old)}
		}
		err := files.WriteWhole(d, "/c.csv", old != "", func(w io.Writer) error {
			for range 1000 {
				if err := writing(strings.Repeat("x", 1000))(w); err != nil {
					return err
				}
			}
			return nil
		})
		if failed, ok := errors.AsType[*files.Error](err); !ok || !files.IsFull(failed) {
			t.Errorf("%v", err)
		}
		switch f := d.Files["/c.csv"]; {
		case old == "" && len(d.Files) > 0:
			t.Errorf("%d files", len(d.Files))
		case old != "" && (len(d.Files) != 1 || string(f.Live) != old):
			t.Errorf("%d files, %q", len(d.Files), f.Live)
		}
	}
}

func TestWriteWhole_CrashLeavesNothingOrAll(t *testing.T) {
	t.Parallel()
	want := strings.Repeat("row\n", 200_000) // several writes
	for how := range simulate.Tears {
		for at, dead := 1, true; dead; at++ {
			d := simulate.NewDisk(&simulate.Crash{At: at})
			_ = files.WriteWhole(d, "/c.csv", false, writing(want))
			dead = d.Crash.IsDead()
			f := d.Reboot(nil, how).Files["/c.csv"]
			if f == nil && !dead || f != nil && string(f.Live) != want {
				t.Errorf("death at point %d: %v", at, f)
			}
		}
	}
}
