package customers

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/query"
	"github.com/hydracore/hydractl/pkg/client"
)

// sortedByCompany sorts customers, made from the JSON texts, in a folder, and returns their texts.
func sortedByCompany(t *testing.T, dir, sortDir string, texts []string) (got []string, err error) {
	t.Helper()
	field, err := query.Find("--sort-by", "company", customerFields())
	if err != nil {
		t.Fatal(err)
	}
	w := &walk{selection: &selection{sortField: field, sortBy: field.Name, sortDir: sortDir, sorts: true}, stateDir: dir}
	var rows iter.Seq2[client.Customer, error] = func(yield func(client.Customer, error) bool) {
		for _, text := range texts {
			var c client.Customer
			if err := c.UnmarshalJSON([]byte(text)); !yield(c, err) {
				return
			}
		}
	}
	for c, err := range w.sorted(rows) {
		if err != nil {
			return nil, err
		}
		got = append(got, c.RawJSON())
	}
	return got, nil
}

func TestSorted_EitherDirection(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 1000} { // a thousand fill the memory several times
		for _, sortDir := range []string{client.SortAsc, client.SortDesc} {
			dir := t.TempDir()
			var texts, want []string
			for i := range n {
				texts = append(texts, fmt.Sprintf(`{"id":"%08x-6276-4993-bfeb-53cbbbba6f08","company_name":"%04d%s"}`, i+1, i*7%n, strings.Repeat("x", i*7%5000)))
			}
			want = slices.Clone(texts)
			slices.SortFunc(want, func(a, b string) int { return strings.Compare(a[53:], b[53:]) })
			if sortDir == client.SortDesc {
				slices.Reverse(want)
			}
			got, err := sortedByCompany(t, dir, sortDir, texts)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%d customers, %s: %d were returned, or in another order (%v)", n, sortDir, len(got), err)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "tmp", "*")); len(left) > 0 {
				t.Errorf("left in the folder: %v", left)
			}
		}
	}
}

func TestSorted_NoSpaceNamesTheWayOut(t *testing.T) {
	t.Parallel()
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	text := `{"id":"497f6eca-6276-4993-bfeb-53cbbbba6f08","company_name":"` + strings.Repeat("x", 100) + `"}`
	if _, err := sortedByCompany(t, blocked, client.SortAsc, slices.Repeat([]string{text}, 2*spoolBlock/100)); err == nil || !strings.Contains(err.Error(), "oldest first") {
		t.Errorf("got %v", err)
	}
}
