package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// dryRun is what `api --dry-run` prints.
type dryRun struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"` // the credential's value is not shown
	Body    any               `json:"body"`
}

// printDryRun prints the request without the credential.
func printDryRun(app *cli.App, api *cli.Session, opts output.Options, request client.Request) error {
	described, err := api.FirstRequest(func(c *client.Client) error {
		_, err := c.Do(context.Background(), request)
		return err
	})
	if err != nil {
		return err
	}
	printer, err := output.New[dryRun](opts, nil)
	if err != nil {
		return err
	}
	api.Status.Note("Dry run: nothing was sent.")
	d := dryRun{Method: described.Method, URL: described.URL, Headers: cli.Flat(described.Header), Body: bodyValue(described.Body)}
	return printer.Item(app.Out, d, nil)
}

// bodyValue is a body inside a JSON document: itself when it is JSON, else a string.
func bodyValue(body []byte) any {
	switch {
	case body == nil:
		return nil
	case json.Valid(body):
		return json.RawMessage(body)
	}
	return string(body)
}

// print prints an answer of any kind.
func (o *options) print(app *cli.App, printer *output.Printer[json.RawMessage], a *client.Response) error {
	if o.include {
		var head strings.Builder
		fmt.Fprintf(&head, "HTTP/1.1 %d %s\n", a.Status, http.StatusText(a.Status))
		cli.WriteHeaders(&head, "", a.Header)
		if err := app.Print(head.String() + "\n"); err != nil {
			return err
		}
	}
	switch {
	case len(a.Body) == 0:
		return nil
	case !a.JSON:
		return printText(app, a.Body)
	}
	if items, ok := elements(a.Body); ok && printer.Format().Name == "jsonl" {
		_, err := printer.Items(app.Out, cli.Each(items), nil)
		return err
	}
	return printer.Item(app.Out, json.RawMessage(a.Body), nil)
}

// printText prints an answer that is no JSON: byte for byte, but for a terminal with everything spelled out that could
// steer it.
func printText(app *cli.App, body []byte) error {
	if app.Filter() != nil {
		return &failure.Failure{Exit: failure.ExitUnexpected, Code: "not_json", Message: "the answer is not JSON, so --jq and --template cannot read it", Hint: "leave them out to see it"}
	}
	text := string(body)
	if app.Terminal.Out {
		var b strings.Builder
		for line := range strings.Lines(text) {
			b.WriteString(output.Escape(strings.TrimRight(line, "\r\n")) + "\n")
		}
		text = b.String()
	}
	return app.Print(text)
}

// printable refuses an answer that is no JSON where -o asks for it. A write was carried out all the same; a refusal has an
// error of its own.
func printable(app *cli.App, method string, a *client.Response) error {
	if a.JSON || len(a.Body) == 0 || a.Status > 299 || app.Given()["output"] == "" {
		return nil
	}
	f := &failure.Failure{Exit: failure.ExitServer, Code: "not_json", Message: "the answer is not JSON, so -o cannot print it", Hint: "leave -o out to see it"}
	if !isRead(method) {
		f.Exit, f.Code, f.Hint = failure.ExitUnknown, "outcome_unknown", "look before you repeat it, with hydractl api GET"
		f.Message = fmt.Sprintf("the request may have been carried out: the answer (%d) is not JSON, so -o cannot print it", a.Status)
	}
	return f
}

// elements takes a JSON list apart.
func elements(body []byte) ([]json.RawMessage, bool) {
	var items []json.RawMessage
	err := json.Unmarshal(body, &items)
	return items, err == nil && items != nil
}

// requestFailure names the part of a refused request as the user typed it.
func requestFailure(part string, err error) error {
	place := map[string]string{"method": "METHOD", "path": "PATH", "header": "--header"}[part]
	f := failure.Invalidf(place, "%v", err)
	f.Hint = "hydractl api --help"
	return f
}

// explain describes an error of the request: the fields as they were typed, a route that does not exist, and a write whose outcome is
// unknown.
func (r typedRequest) explain(err error) error {
	if client.MaybeApplied(err) {
		f := &failure.Failure{Exit: failure.ExitUnknown, Code: "outcome_unknown", Cause: err}
		f.Message = "the outcome is unknown, the request may have been carried out: " + cli.Describe(err)
		f.Hint = "look before you repeat it, with hydractl api GET"
		return f
	}
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		return err
	}
	if e.Code == "no_such_route" || e.Code == "method_not_allowed" {
		f := &failure.Failure{Exit: failure.ExitNotFound, Code: string(e.Code), Cause: err, Message: fmt.Sprintf("there is no %s %s here: %s", r.Method, e.Path, cli.ServerMessage(e))}
		if e.Code == "method_not_allowed" {
			f.Exit = failure.ExitRejected
		}
		f.Hint = "check the method and the path; the address is that of: hydractl config get api_url"
		return f
	}
	return cli.WithPlaces(err, r.places)
}
