package input

import (
	"testing"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

func TestCodeList_IsKnown(t *testing.T) {
	for _, field := range record.FieldNames() {
		seen := map[string]bool{}
		for _, code := range CodeList(field) {
			if known := CheckCode(field, code.Code); known.Message != "" || seen[code.Code] {
				t.Errorf("%s: %q (%s)", field, code.Code, known.Message)
			}
			seen[code.Code] = true
		}
		if codes := field == "country_code" || field == "currency" || field == "timezone"; codes != (len(seen) > 100) {
			t.Errorf("%s has %d codes", field, len(seen))
		}
	}
}
