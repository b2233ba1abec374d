package output

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"
	"time"

	"github.com/hydracore/hydractl/internal/jsonobject"
)

// templateFuncs are the functions of a --template beside those of the
// language. help output lists them.
func templateFuncs(now func() time.Time) template.FuncMap {
	return template.FuncMap{
		printText:  templatePrinted,
		"csv":      csvLine,
		"join":     func(between string, list any) string { return strings.Join(templateTexts(list), between) },
		"json":     templateJSON,
		"lower":    func(v any) string { return strings.ToLower(templateText(v)) },
		"timeago":  func(v any) string { return timeAgo(templateText(v), now()) },
		"truncate": func(width int, v any) string { return cut(templateText(v), width, FitEnd) },
		"upper":    func(v any) string { return strings.ToUpper(templateText(v)) },
	}
}

// null is a null of the document: it prints nothing, counts as false and as
// equal to "".
type null string

// MarshalJSON is for the function json.
func (null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

// templateValue gives v, a decoded document, with whole numbers as int, so that
// they compare with those of a template, and with null for nil.
func templateValue(v any) any {
	switch v := v.(type) {
	case nil:
		return null("")
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		if !strings.ContainsAny(v.String(), ".eE") {
			return v // a whole number that no type holds is printed as it is
		}
		if f, err := v.Float64(); err == nil && !strings.ContainsAny(v.String(), "eE") {
			return f
		}
	case []any:
		for i := range v {
			v[i] = templateValue(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = templateValue(v[name])
		}
	}
	return v
}

// templatePrinted is what a template prints of a value: nothing of a name that the record lacks.
func templatePrinted(v any) any {
	if v == nil {
		return null("")
	}
	return v
}

// templateText is a value as the template itself prints it.
func templateText(v any) string {
	if v == nil { // of a name that the record lacks
		return ""
	}
	return fmt.Sprint(v)
}

// templateTexts is a list as text; a value that is none is a list of one.
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
func csvLine(values ...any) (string, error) {
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

func templateJSON(v any) (string, error) {
	text, err := jsonobject.Encode(v)
	return string(appendCompact(nil, text)), err
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

// funcs are the functions of a template that make a table.
func (t *templateTable) funcs() template.FuncMap {
	return template.FuncMap{"tablerow": t.add, "tablerender": t.render}
}

// add keeps a row; a list among the values is several cells.
func (t *templateTable) add(values ...any) string {
	var cells []string
	for _, v := range values {
		for _, text := range templateTexts(v) {
			cells = append(cells, Escape(text))
		}
	}
	t.rows = append(t.rows, cells)
	return ""
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
