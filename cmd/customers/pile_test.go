package customers

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestAPileGivesBackWhatWasPutOnItInEitherDirection(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 1000} { // a thousand fill several blocks
		for _, backwards := range []bool{false, true} {
			p := &pile{dir: t.TempDir()}
			var want []string
			for i := range n {
				var c client.Customer
				text := fmt.Sprintf(`{"id":"%08x-6276-4993-bfeb-53cbbbba6f08","company_name":%q}`, i+1, strings.Repeat("x", i*7%5000))
				if err := c.UnmarshalJSON([]byte(text)); err != nil {
					t.Fatal(err)
				}
				if err := p.add(c); err != nil {
					t.Fatal(err)
				}
				want = append(want, text)
			}
			if backwards {
				slices.Reverse(want)
			}
			var got []string
			for c, err := range p.all(backwards) {
				if err != nil {
					t.Fatal(err)
				}
				text := c.RawJSON()
				got = append(got, string(text))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d customers, backwards %v: %d came back, or in another order", n, backwards, len(got))
			}
			if left, _ := filepath.Glob(filepath.Join(p.dir, "tmp", "*")); p.name == "" && len(left) > 0 {
				t.Errorf("left in the folder: %v", left)
			}
			p.Close()
		}
	}
}

func TestAPileThatHasNoRoomSaysWhatNeedsNone(t *testing.T) {
	t.Parallel()
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := &pile{dir: blocked, block: make([]byte, pileBlock)}
	defer p.Close()
	if err := p.add(client.Customer{}); err == nil || !strings.Contains(err.Error(), "oldest first") {
		t.Errorf("got %v", err)
	}
}
