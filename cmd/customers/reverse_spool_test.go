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

func TestReverseSpool_EitherDirection(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 1000} { // a thousand fill several blocks
		for _, backwards := range []bool{false, true} {
			dir := t.TempDir()
			s := newReverseSpool(dir)
			var want []string
			for i := range n {
				var c client.Customer
				text := fmt.Sprintf(`{"id":"%08x-6276-4993-bfeb-53cbbbba6f08","company_name":%q}`, i+1, strings.Repeat("x", i*7%5000))
				if err := c.UnmarshalJSON([]byte(text)); err != nil {
					t.Fatal(err)
				}
				if err := s.add(c); err != nil {
					t.Fatal(err)
				}
				want = append(want, text)
			}
			if backwards {
				slices.Reverse(want)
			}
			var got []string
			for c, err := range s.all(backwards) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, c.RawJSON())
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d customers, backwards %v: %d were returned, or in another order", n, backwards, len(got))
			}
			s.close()
			if left, _ := filepath.Glob(filepath.Join(dir, "tmp", "*")); len(left) > 0 {
				t.Errorf("left in the folder: %v", left)
			}
		}
	}
}

func TestReverseSpool_NoSpaceNamesTheWayOut(t *testing.T) {
	t.Parallel()
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := newReverseSpool(blocked)
	defer s.close()
	var err error
	for range 2 * spoolBlock / 100 {
		var c client.Customer
		if err := c.UnmarshalJSON([]byte(`{"id":"497f6eca-6276-4993-bfeb-53cbbbba6f08","company_name":"` + strings.Repeat("x", 100) + `"}`)); err != nil {
			t.Fatal(err)
		}
		if err = s.add(c); err != nil {
			break
		}
	}
	if err == nil || !strings.Contains(err.Error(), "oldest first") {
		t.Errorf("got %v", err)
	}
}
