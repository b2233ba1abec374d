package output

import (
	"encoding/csv"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/jsonobject"
)

// templateFuncs are the functions of text/template, and those that help output lists. table collects the rows of tablerow.
func templateFuncs(now func() time.Time, table *templateTable) map[string]templateFunc {
	text := func(f func(string) string) templateFunc {
		return templateFunc{1, 1, func(args []any) (any, error) { return f(templateText(args[0])), nil }}
	}
	funcs := map[string]templateFunc{
		"csv":   {0, -1, func(args []any) (any, error) { return csvLine(args) }},
		"join":  {2, 2, func(args []any) (any, error) { return strings.Join(templateTexts(args[1]), templateText(args[0])), nil }},
		"lower": text(strings.ToLower),
		"json": {1, 1, func(args []any) (any, error) {
			text, err := jsonobject.Encode(args[0])
			return string(appendCompact(nil, text)), err
		}},
		"tablerender": {0, 0, func([]any) (any, error) { return table.render(), nil }},
		"tablerow": {0, -1, func(args []any) (any, error) {
			table.add(args)
			return "", nil
		}},
		"timeago": text(func(s string) string { return timeAgo(s, now()) }),
		"truncate": {2, 2, func(args []any) (any, error) {
			width, ok := args[0].(int)
			if !ok {
				return nil, fmt.Errorf("the width is %s", valueKind(args[0]))
			}
			return cut(templateText(args[1]), width, FitEnd), nil
		}},
		"upper": text(strings.ToUpper),
	}
	maps.Copy(funcs, templateBuiltins())
	return funcs
}

// templateText is a value as the template itself prints it.
func templateText(v any) string {
	if v == nil { // of a name that the record lacks
		return ""
	}
	return fmt.Sprint(v)
}

// templateTexts is a list as text; any other value is a list of one.
func templateTexts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return []string{templateText(v)}
	}
	texts := make([]string, len(list))
	for i := range list {
		texts[i] = templateText(list[i])
	}
	return texts
}

// csvLine is one row of csv without its line end.
func csvLine(values []any) (string, error) {
	var cells []string
	for _, v := range values {
		cells = append(cells, templateTexts(v)...)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(cells); err != nil {
		return "", err
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// timeAgo is the age of a date as the API writes it, which without a zone is
// in UTC. What is no date stays as it is.
func timeAgo(text string, now time.Time) string {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return string(appendAge(nil, now.Unix()-t.Unix()))
		}
	}
	return text
}

// templateTable are the rows of tablerow until they are printed as a table.
type templateTable struct{ rows [][]string }

// add keeps a row; a list among the values is several cells.
func (t *templateTable) add(values []any) {
	var cells []string
	for _, v := range values {
		for _, text := range templateTexts(v) {
			cells = append(cells, Escape(text))
		}
	}
	t.rows = append(t.rows, cells)
}

// render returns the rows in columns, and begins a new table.
func (t *templateTable) render() string {
	rows := t.rows
	t.rows = nil
	if len(rows) == 0 {
		return ""
	}
	return layout(grid{rows: rows})
}
