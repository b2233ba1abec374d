package customers

import (
	"cmp"
	"errors"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
)

// noValidateHelp describes --no-validate.
const noValidateHelp = "send values that an import warns about, such as a country that is not a known code, without a question"

// confirmValues warns about the values that an import warns about too. To send them takes consent.
func confirmValues(env *cli.App, s *cli.Session, v record.Values, places map[string]failure.Field, dryRun bool) error {
	warnings := 0
	for i, field := range record.Fields() {
		if message := input.CheckValue(field.Name, v[i]); message != "" {
			warnings++
			at := places[field.Name]
			s.Status.Warn("%s: %s", cmp.Or(at.Place, at.Field), message)
		}
	}
	if warnings == 0 || dryRun {
		return nil
	}
	err := env.Confirm(s.Settings.NoInput, "Create the customer all the same?", "Nothing was created.")
	if f, ok := errors.AsType[*failure.Failure](err); ok && f.Code == "usage" {
		f.Hint = "correct the value, or add --yes or --no-validate"
	}
	return err
}
