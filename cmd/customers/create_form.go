package customers

import (
	"context"
	"errors"

	"github.com/hydracore/hydractl/internal/bulk/input"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/lineedit"
	"github.com/hydracore/hydractl/internal/failure"
)

// askFields asks for the fields that a new customer mostly has; an empty answer leaves one out. The checks are those of the flags.
func askFields(ctx context.Context, app *cli.App) (given map[string]string, places map[string]failure.Field, err error) {
	given, places = map[string]string{}, map[string]failure.Field{}
	app.Status().Note("A new customer. Enter leaves a field out, Tab completes a code.")
	for _, name := range []string{"email", "company_name", "country_code", "currency", "timezone"} {
		answer, err := app.Ask(ctx, cli.Question{Text: fieldHelp(name), Options: codeOptions(name), Check: func(answer string) error {
			return checkAnswer(name, answer)
		}})
		if err != nil {
			return nil, nil, err
		}
		if answer == "" {
			continue
		}
		if code := input.CheckCode(name, answer); code.Certain {
			app.Status().Note("%s is sent as %s.", answer, code.Suggestion)
			answer = code.Suggestion
		}
		given[name], places[name] = answer, failure.Field{Field: name}
	}
	return given, places, nil
}

// checkAnswer refuses what the flags refuse or warn about. What can mean one code only is converted to it.
func checkAnswer(name, answer string) error {
	if answer == "" {
		return nil
	}
	if err := record.CheckField(name, answer); err != nil {
		return err
	}
	code := input.CheckCode(name, answer)
	if code.Certain {
		return nil
	}
	message := input.CheckValue(name, answer)
	switch {
	case message == "":
		return nil
	case code.Suggestion != "":
		message += "; did you mean " + code.Suggestion + "?"
	}
	return errors.New(message)
}

// codeOptions returns what Tab offers for a field: codes, with the names by which they are found too.
func codeOptions(field string) func() []lineedit.Option {
	return func() (all []lineedit.Option) {
		for _, code := range input.CodeList(field) {
			all = append(all, lineedit.Option{Text: code.Code, Name: code.Name})
		}
		return all
	}
}

func fieldHelp(name string) string {
	for _, field := range record.Fields() {
		if field.Name == name {
			return field.Help
		}
	}
	return name
}
