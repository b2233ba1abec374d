package api

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/jsonobject"
)

// rawField is a field of -F or -f.
type rawField struct {
	flag string
	key  string   // as it was typed, such as tags[] or address[city]
	path []string // the names in key; "" stands for the next item of a list
	text string
	json []byte // how it stands in a JSON body
}

// readFields reads -F, then -f.
func (o *options) readFields(app *cli.App) ([]rawField, error) {
	fields := make([]rawField, len(o.fields)+len(o.rawFields))
	for i, given := range slices.Concat(o.fields, o.rawFields) {
		flag := "-F"
		if i >= len(o.fields) {
			flag = "-f"
		}
		var err error
		if fields[i], err = readField(app, flag, given); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// readField reads KEY=VALUE: with -F numbers, true, false, null and @FILE are what they are.
func readField(app *cli.App, flag, given string) (rawField, error) {
	typed := flag == "-F"
	key, value, ok := strings.Cut(given, "=")
	if !ok || key == "" {
		return rawField{}, failure.Invalidf(flag, "must be KEY=VALUE (got %q)", key)
	}
	f := rawField{flag: flag, key: key, text: value}
	if f.path, ok = keyPath(key); !ok {
		return f, failure.Invalidf(flag+" "+key, "must be NAME, NAME[], NAME[KEY] or NAME[KEY][]")
	}
	if file, named := strings.CutPrefix(value, "@"); named && typed {
		content, err := readNamed(app, flag+" "+key, file)
		if err != nil {
			return f, err
		}
		f.text, typed = string(content), false
	}
	if err := errors.Join(cli.CheckText(flag, key), cli.CheckText(flag+" "+key, f.text)); err != nil {
		return f, err
	}
	if f.json = quoteJSON(f.text); typed && isLiteral(f.text) {
		f.json = []byte(f.text)
	}
	return f, nil
}

// keyPath splits a key such as address[lines][] into its names.
func keyPath(key string) (path []string, ok bool) {
	name, rest, _ := strings.Cut(key, "[")
	path = []string{name}
	if len(name) == len(key) {
		return path, !strings.Contains(name, "]")
	}
	if name == "" || !strings.HasSuffix(rest, "]") {
		return nil, false
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(rest, "]"), "][") {
		if strings.ContainsAny(part, "[]") || len(path) > maxNesting {
			return nil, false
		}
		path = append(path, part)
	}
	return path, true
}

// maxNesting bounds how deep the fields of a body may lie.
const maxNesting = 32

// isLiteral reports whether a text is true, false, null or a number of JSON.
func isLiteral(text string) bool {
	return text != "" && !strings.ContainsAny(text[:1], "\"[{ \t\r\n") && strings.TrimSpace(text) == text && json.Valid([]byte(text))
}

func quoteJSON(s string) []byte {
	text, _ := jsonobject.Encode(s) // text that CheckText has seen cannot fail
	return text
}

// bodyNode is a value of a JSON body that fields make: a leaf, a list or an object in the order of its fields.
type bodyNode struct {
	leaf   []byte
	list   bool
	names  []string
	values []*bodyNode
}

// objectOf makes the body of the fields, in the order in which they were given.
func objectOf(fields []rawField) ([]byte, error) {
	root := &bodyNode{}
	for _, f := range fields {
		if err := root.set(f, f.path); err != nil {
			return nil, err
		}
	}
	return root.append(nil), nil
}

// set puts a field at its path below n.
func (n *bodyNode) set(f rawField, path []string) error {
	switch {
	case len(path) == 0 && (n.leaf != nil || len(n.values) > 0):
		return failure.Invalidf(f.flag+" "+f.key, "is given twice")
	case len(path) == 0:
		n.leaf = f.json
		return nil
	case n.leaf != nil || len(n.values) > 0 && n.list != (path[0] == ""):
		return failure.Invalidf(f.flag+" "+f.key, "is a value, a list or an object in another field")
	}
	n.list = path[0] == ""
	i := slices.Index(n.names, path[0])
	if n.list || i < 0 {
		i = len(n.values)
		n.names, n.values = append(n.names, path[0]), append(n.values, &bodyNode{})
	}
	return n.values[i].set(f, path[1:])
}

// append adds n to a JSON text.
func (n *bodyNode) append(text []byte) []byte {
	if n.leaf != nil {
		return append(text, n.leaf...)
	}
	brackets := "{}"
	if n.list {
		brackets = "[]"
	}
	text = append(text, brackets[0])
	for i, v := range n.values {
		if i > 0 {
			text = append(text, ',')
		}
		if !n.list {
			text = append(append(text, quoteJSON(n.names[i])...), ':')
		}
		text = v.append(text)
	}
	return append(text, brackets[1])
}

// withQuery adds the fields to the query of a path. NAME[] may be repeated, as NAME, which is how FastAPI reads a list; other
// keys stand as they were typed.
func withQuery(path string, fields []rawField) (string, error) {
	before, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", err
	}
	given := map[string]bool{}
	for name := range values {
		given[name] = true
	}
	for _, f := range fields {
		name, list := strings.CutSuffix(f.key, "[]")
		if given[name] {
			return "", failure.Invalidf(f.flag+" "+f.key, "is in the query of PATH already, or given twice")
		}
		values.Add(name, f.text)
		given[name] = !list
	}
	return before + "?" + values.Encode(), nil
}

// placesOf returns the fields as they were typed by the names under which the API refuses them: tags[1] and address.city.
func placesOf(fields []rawField) map[string]failure.Field {
	places, items := map[string]failure.Field{}, map[string]int{}
	for _, f := range fields {
		name := f.path[0]
		for _, part := range f.path[1:] {
			if part != "" {
				name += "." + part
				continue
			}
			item := items[name]
			items[name]++
			name += "[" + strconv.Itoa(item) + "]"
		}
		places[name] = failure.Field{Field: f.flag + " " + f.key}
	}
	return places
}
