package cli

import (
	"fmt"
	"iter"
	"strings"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// ShownTime returns a date as a cell of the output.
func ShownTime(t client.Timestamp) any {
	if t.Raw == "" {
		return nil
	}
	return output.Time{At: t.Time, Raw: t.Raw, Valid: !t.Time.IsZero()}
}

// Fraction returns part/total, with ? for a number that the server did not send.
func Fraction(part, total *int64) any {
	if part == nil && total == nil {
		return nil
	}
	text := func(n *int64) string {
		if n == nil {
			return "?"
		}
		return fmt.Sprint(*n)
	}
	return text(part) + "/" + text(total)
}

// Plural returns "1 customer" or "2 customers".
func Plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// CheckText refuses a text that no server can store: NUL ends in a 500, and invalid UTF-8 would be changed on the way.
func CheckText(place, value string) error {
	if strings.ContainsRune(value, 0) {
		return failure.Invalidf(place, "contains a NUL character")
	}
	if strings.ToValidUTF8(value, "") != value {
		return failure.Invalidf(place, "is not valid UTF-8")
	}
	return nil
}

// Each returns items as a sequence.
func Each[T any](items []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// newPrinter returns the printer of records that do not come from the server.
func newPrinter[T any](app *App, columns []output.Column[T]) (*output.Printer[T], error) {
	s, err := app.Settings()
	if err != nil {
		return nil, err
	}
	return output.New(app.Output(s), columns)
}

// PrintItem prints a record that does not come from the server; detail returns its detail view, and may be nil.
func PrintItem[T any](app *App, columns []output.Column[T], item T, detail func(T) []output.Section) error {
	printer, err := newPrinter(app, columns)
	if err != nil {
		return err
	}
	return printer.Item(app.Out, item, detail)
}

// PrintList prints a list that does not come from the server; env is what surrounds it in json.
func PrintList[T any](app *App, columns []output.Column[T], env output.Envelope, items []T) error {
	printer, err := newPrinter(app, columns)
	if err != nil {
		return err
	}
	result, err := printer.List(app.Out, Each(items), env)
	if err != nil || printer.Format().Streams {
		return err
	}
	if len(result.Hidden) > 0 {
		app.Status().Footer(Plural(int64(len(items)), "row")+".", result.Hidden)
	}
	return nil
}

// JoinComma joins words as in "a, b, c".
func JoinComma(words []string) string { return strings.Join(words, ", ") }

// JoinOr joins words as in "a, b or c".
func JoinOr(words []string) string {
	if len(words) < 2 {
		return JoinComma(words)
	}
	return JoinComma(words[:len(words)-1]) + " or " + words[len(words)-1]
}
