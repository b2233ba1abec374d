package customers_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/failure"
)

// statsOf runs stats over a server that has these records; total is what it says that there are.
func statsOf(t *testing.T, records string, total string, args ...string) clitest.Ran {
	t.Helper()
	body := `{"customers":[` + records + `],"page":1,"per_page":100,"total":` + total + `,"total_pages":1}`
	return runCLI(t, clitest.Answering(t, clitest.Answer(200, "application/json", body)), "", append([]string{"customers", "stats"}, args...)...)
}

func TestStats_IncompleteListIsReported(t *testing.T) {
	t.Parallel()
	record := `{"id":"` + clitest.SomeID + `","country_code":"DE"}`
	file := filepath.Join(t.TempDir(), "page.html")
	got := statsOf(t, record, "3", "-o", "json", "--html", file)
	var doc struct {
		Customers int
		Complete  *bool
	}
	if err := json.Unmarshal([]byte(got.Out), &doc); err != nil || got.Code != failure.ExitPartial || doc.Customers != 1 || doc.Complete == nil || *doc.Complete {
		t.Errorf("exit %d, %v, stdout %s", got.Code, err, got.Out)
	}
	html, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(html), "These may not be all customers. The listing may be incomplete") &&
		!strings.Contains(string(html), "These may not be all customers. the listing may be incomplete") {
		t.Errorf("%v: the page does not say that it is incomplete", err)
	}
	if got := statsOf(t, record, "3"); got.Code != failure.ExitPartial || !strings.Contains(got.ErrOut, "may be incomplete") {
		t.Errorf("exit %d, stderr %s", got.Code, got.ErrOut)
	}
}

func TestStats_ServerTextIsEscaped(t *testing.T) {
	t.Parallel()
	record := `{"id":"` + clitest.SomeID + `","country_code":"\u001b]0;evil\u0007","currency":"\u202eEUR","latest_subscription_status":"a\nb"}`
	got := statsOf(t, record, "1", "--color", "always")
	if got.Code != failure.ExitOK || strings.ContainsAny(got.Out, "\a\u202e") || strings.Contains(got.Out, "\x1b]") || !strings.Contains(got.Out, `a\nb`) {
		t.Errorf("exit %d, stdout %q", got.Code, got.Out)
	}
}

func TestStats_Empty(t *testing.T) {
	t.Parallel()
	got := statsOf(t, "", "0")
	if got.Code != failure.ExitOK || !strings.Contains(got.Out, "customers") {
		t.Errorf("exit %d, stdout %q, stderr %s", got.Code, got.Out, got.ErrOut)
	}
}
