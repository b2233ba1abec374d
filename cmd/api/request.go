package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// maxInput bounds what is read from a file or stdin to be sent.
const maxInput = 8 << 20

// rawField is a field of -F or -f.
type rawField struct {
	flag, key string
	text      string
	json      []byte // how it stands in a JSON body
}

// request makes the request of what the user typed; nothing is sent for one that is refused here.
func (o *apiOptions) request(app *cli.App, method, path string) (client.Request, error) {
	r := client.Request{Method: strings.ToUpper(method), Path: path, Header: http.Header{}}
	if err := o.check(r.Method, path); err != nil {
		return r, err
	}
	if !strings.HasPrefix(r.Path, "/") {
		r.Path = "/" + r.Path
	}
	for _, h := range o.headers {
		name, value, ok := strings.Cut(h, ":")
		if !ok {
			return r, failure.Invalidf("--header", "must be NAME: VALUE (got %q)", name)
		}
		r.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	fields, err := o.readFields(app)
	if err != nil {
		return r, err
	}
	if part, err := r.Check(); err != nil { // before the path is put together again
		return r, requestFailure(part, err)
	}
	switch {
	case o.input != "":
		r.Body, err = o.readInput(app, r.Header.Get("Content-Type") == "")
	case len(fields) == 0:
	case r.Method == http.MethodGet:
		r.Path, err = withQuery(r.Path, fields)
	default:
		r.Body = objectOf(fields)
	}
	return r, err
}

func (o *apiOptions) check(method, path string) error {
	switch {
	case strings.Contains(path, "://"):
		f := failure.Invalidf("PATH", "must be a path below the address of the API, not an address")
		f.Hint = "hydractl api " + method + " /v1/customers; another server is another profile: hydractl config profile add --help"
		return f
	case o.input != "" && len(o.fields)+len(o.rawFields) > 0:
		return failure.Usagef("--input and -F or -f exclude each other: write what is for the query into PATH")
	case o.input != "" && method == http.MethodGet:
		return failure.Usagef("a GET has no body for --input")
	case o.paginate && method != http.MethodGet:
		return failure.Usagef("--paginate is for GET")
	case o.paginate && o.include:
		return failure.Usagef("--paginate and --include exclude each other: there are many answers")
	}
	return nil
}

// readFields reads -F, then -f.
func (o *apiOptions) readFields(app *cli.App) ([]rawField, error) {
	var fields []rawField
	seen := map[string]bool{}
	add := func(flag, given string, typed bool) error {
		key, value, ok := strings.Cut(given, "=")
		if !ok || key == "" {
			return failure.Invalidf(flag, "must be KEY=VALUE (got %q)", key)
		}
		f := rawField{flag: flag, key: key, text: value}
		if seen[key] {
			return failure.Invalidf(flag+" "+key, "is given twice")
		}
		seen[key] = true
		if file, ok := strings.CutPrefix(value, "@"); ok && typed {
			content, err := readNamed(app, flag+" "+key, file)
			if err != nil {
				return err
			}
			f.text, typed = string(content), false
		}
		if err := errors.Join(cli.CheckText(flag, key), cli.CheckText(flag+" "+key, f.text)); err != nil {
			return err
		}
		if f.json = quoteJSON(f.text); typed && isLiteral(f.text) {
			f.json = []byte(f.text)
		}
		fields = append(fields, f)
		return nil
	}
	for _, given := range o.fields {
		if err := add("-F", given, true); err != nil {
			return nil, err
		}
	}
	for _, given := range o.rawFields {
		if err := add("-f", given, false); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// isLiteral reports whether a text is true, false, null or a number of JSON.
func isLiteral(text string) bool {
	return text != "" && !strings.ContainsAny(text[:1], "\"[{ \t\r\n") && strings.TrimSpace(text) == text && json.Valid([]byte(text))
}

func quoteJSON(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // text that checkText has seen cannot fail
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// objectOf writes the fields in the order in which they were given.
func objectOf(fields []rawField) []byte {
	var b bytes.Buffer
	for i, f := range fields {
		b.WriteByte("{,"[min(i, 1)])
		b.Write(quoteJSON(f.key))
		b.WriteByte(':')
		b.Write(f.json)
	}
	b.WriteByte('}')
	return b.Bytes()
}

func withQuery(path string, fields []rawField) (string, error) {
	before, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", err
	}
	for _, f := range fields {
		if values.Has(f.key) {
			return "", failure.Invalidf(f.flag+" "+f.key, "is in the query of PATH already")
		}
		values.Set(f.key, f.text)
	}
	return before + "?" + values.Encode(), nil
}

// readInput reads the body; without a Content-Type of the user's own it has to be JSON.
func (o *apiOptions) readInput(app *cli.App, isJSON bool) ([]byte, error) {
	body, err := readNamed(app, "--input", o.input)
	if err != nil {
		return nil, err
	}
	if isJSON && !json.Valid(body) {
		f := failure.Invalidf("--input", "%s is not JSON", o.input)
		f.Hint = "name its type when it is meant to be something else: -H 'Content-Type: text/csv'"
		return nil, f
	}
	return body, nil
}

// readNamed reads a file of the user's, or stdin for "-".
func readNamed(app *cli.App, flag, name string) ([]byte, error) {
	in := app.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", flag, err)
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	content, err := io.ReadAll(io.LimitReader(in, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	if len(content) > maxInput {
		return nil, failure.Invalidf(flag, "%s is larger than %d MiB", name, maxInput>>20)
	}
	return append([]byte{}, content...), nil
}
