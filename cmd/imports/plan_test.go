package imports

import (
	"testing"

	"github.com/hydracore/hydractl/internal/bulk/input"
)

func TestThePlanNamesTheColumnsThatAreNotCalledLikeTheirFields(t *testing.T) {
	for want, mapping := range map[string][]input.Mapped{
		"": {{Column: "email", Field: "email"}, {}},
		"email, Firma -> company_name; left out: Notiz": {
			{Column: "email", Field: "email"}, {Column: " Firma", Field: "company_name"}, {Column: ""}, {Column: "Notiz"},
		},
	} {
		if got := planColumns(mapping); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
