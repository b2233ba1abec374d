package cmd

import (
	"fmt"
	"net/http"
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/cli/clitest"
)

// collector returns the settings of the garbage collector: GOGC in percent and GOMEMLIMIT in bytes.
func collector() [2]uint64 {
	samples := []metrics.Sample{{Name: "/gc/gogc:percent"}, {Name: "/gc/gomemlimit:bytes"}}
	metrics.Read(samples)
	return [2]uint64{samples[0].Value.Uint64(), samples[1].Value.Uint64()}
}

// TestCollector_ListingsLeaveItAlone reads the settings while a listing runs: they are the user's.
func TestCollector_ListingsLeaveItAlone(t *testing.T) { //nolint:paralleltest // looks at the whole process
	want := collector()
	var during [][2]uint64
	vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
		during = append(during, collector())
		row := fmt.Sprintf(`{"id":"497f6eca-6276-4993-bfeb-53cbbbba6f%02d","company_name":"x"}`, len(during)%100)
		clitest.Answer(http.StatusOK, "application/json", `{"customers":[`+row+`],"page":1,"per_page":100,"total":1,"total_pages":1}`)(w, r)
	})
	for _, args := range []string{"customers list --all -o jsonl", "customers list --all -o csv", "customers export"} {
		runCLI(t, vars, "", strings.Fields(args)...)
	}
	if len(during) == 0 {
		t.Error("no request was sent")
	}
	for _, got := range during {
		if got != want {
			t.Errorf("GOGC and GOMEMLIMIT are %v during a listing, and %v before", got, want)
		}
	}
}
