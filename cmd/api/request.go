package api

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

// maxInput bounds what is read from a file or stdin to be sent.
const maxInput = 8 << 20

// typedRequest is a request as the user typed it.
type typedRequest struct {
	client.Request

	places map[string]failure.Field // the fields, by the names under which the API refuses them
}

// request makes the request of what the user typed; nothing is sent for one that is refused here.
func (o *options) request(app *cli.App, method, path string) (typedRequest, error) {
	r := typedRequest{Request: client.Request{Method: strings.ToUpper(method), Path: path, Header: http.Header{}}}
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
	r.places = placesOf(fields)
	if part, err := r.Check(); err != nil { // before the path is put together again
		return r, requestFailure(part, err)
	}
	switch {
	case o.input != "":
		r.Body, err = o.readInput(app, r.Header.Get("Content-Type") == "")
	case len(fields) == 0:
	case isRead(r.Method):
		r.Path, err = withQuery(r.Path, fields)
	default:
		r.Body, err = objectOf(fields)
	}
	return r, err
}

// isRead reports whether a method changes nothing on the server.
func isRead(method string) bool { return method == http.MethodGet || method == http.MethodHead }

func (o *options) check(method, path string) error {
	switch {
	case strings.Contains(path, "://"):
		f := failure.Invalidf("PATH", "must be a path below the address of the API, not an address")
		f.Hint = "hydractl api " + method + " /v1/customers; another server is another profile: hydractl config profile add --help"
		return f
	case o.input != "" && len(o.fields)+len(o.rawFields) > 0:
		return failure.Usagef("--input and -F or -f exclude each other: write what is for the query into PATH")
	case o.input != "" && isRead(method):
		return failure.Usagef("a %s has no body for --input", method)
	case o.paginate && method != http.MethodGet:
		return failure.Usagef("--paginate is for GET")
	case o.paginate && o.include:
		return failure.Usagef("--paginate and --include exclude each other: there are many answers")
	}
	return nil
}

// readInput reads the body; without a Content-Type of the user's own it has to be JSON.
func (o *options) readInput(app *cli.App, isJSON bool) ([]byte, error) {
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
