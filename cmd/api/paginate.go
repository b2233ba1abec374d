package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/internal/jsonobject"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// pageWalk reads the numbered pages of any list, one after another until a short one.
type pageWalk struct {
	session *cli.Session
	request typedRequest
	path    string
	query   url.Values
	size    int // of a full page

	key     string              // the member that holds the rows, "" for a bare list
	members []jsonobject.Member // of the last page, without the rows
	seen    map[string]bool     // ids that were handed out
	rows    int
	drift   []string
}

// walkPages prints all pages of a list as one.
func walkPages(ctx context.Context, app *cli.App, api *cli.Session, printer *output.Printer[json.RawMessage], r typedRequest) error {
	w := &pageWalk{session: api, request: r, seen: map[string]bool{}}
	if err := w.prepare(); err != nil {
		return err
	}
	first, err := w.read(ctx, 1)
	if err != nil {
		return err
	}
	if w.key == "" {
		_, err = printer.Items(app.Out, w.all(ctx, first), nil)
	} else {
		_, err = printer.List(app.Out, w.all(ctx, first), output.Envelope{Key: w.key, Members: w.merged})
	}
	if err == nil && len(w.drift) > 0 {
		return &client.IncompleteError{Rows: w.rows, Total: w.total(), Reasons: w.drift}
	}
	return err
}

// prepare splits the path; pages are as large as the user says, else as large as the API allows.
func (w *pageWalk) prepare() (err error) {
	path, query, _ := strings.Cut(w.request.Path, "?")
	if w.query, err = url.ParseQuery(query); err != nil {
		return err
	}
	w.path = path
	if w.query.Has("page") {
		return failure.Usagef("--paginate reads from the first page: leave page out of the query")
	}
	if !w.query.Has("per_page") {
		w.query.Set("per_page", strconv.Itoa(client.MaxPerPage))
	}
	w.size, err = strconv.Atoi(w.query.Get("per_page"))
	if err != nil || w.size < 1 {
		return failure.Invalidf("per_page", "must be a whole number from 1 (got %q)", w.query.Get("per_page"))
	}
	return nil
}

// read gets one page and its rows.
func (w *pageWalk) read(ctx context.Context, number int) ([]json.RawMessage, error) {
	w.query.Set("page", strconv.Itoa(number))
	w.request.Path = w.path + "?" + w.query.Encode()
	answer, err := w.session.Do(ctx, w.request.Request)
	if err != nil {
		return nil, w.request.explain(err)
	}
	if rows, ok := elements(answer.Body); ok {
		return rows, nil
	}
	members, err := jsonobject.Members(answer.Body)
	if err != nil {
		return nil, noList()
	}
	lists := slices.DeleteFunc(slices.Clone(members), func(m jsonobject.Member) bool {
		_, ok := elements(m.Value)
		return !ok || w.key != "" && m.Name != w.key
	})
	if len(lists) != 1 {
		return nil, noList()
	}
	w.key = lists[0].Name
	rows, _ := elements(lists[0].Value)
	w.members = slices.DeleteFunc(members, func(m jsonobject.Member) bool { return m.Name == w.key })
	return rows, nil
}

func noList() error {
	return &failure.Failure{Exit: failure.ExitServer, Code: "bad_answer", Message: "the answer contains no list whose pages could be read", Hint: "leave out --paginate"}
}

// all hands out each row once, until the last page or one that brings nothing new.
func (w *pageWalk) all(ctx context.Context, page []json.RawMessage) iter.Seq2[json.RawMessage, error] {
	return func(yield func(json.RawMessage, error) bool) {
		for number := 1; ; number++ {
			before := w.rows
			for _, row := range page {
				if w.isNew(row) && !yield(row, nil) {
					return
				}
			}
			repeated := w.rows == before && len(page) > 0
			if repeated || w.isLast(page) {
				w.finish(repeated)
				return
			}
			next, err := w.read(ctx, number+1)
			if err != nil {
				yield(nil, err)
				return
			}
			if slices.EqualFunc(page, next, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }) {
				w.finish(len(page) > 0)
				return
			}
			page = next
		}
	}
}

// isNew counts a row that was not handed out yet.
func (w *pageWalk) isNew(row json.RawMessage) bool {
	if id := idOf(row); id != "" {
		if w.seen[id] {
			return false
		}
		w.seen[id] = true
	}
	w.rows++
	return true
}

// isLast reports whether a page is empty, or short with no more rows expected.
func (w *pageWalk) isLast(page []json.RawMessage) bool {
	return len(page) == 0 || len(page) < w.size && w.total() <= int64(w.rows)
}

// finish looks for signs that the list is incomplete.
func (w *pageWalk) finish(repeated bool) {
	if repeated {
		w.drift = append(w.drift, "a page brought no new row")
	}
	if t := w.total(); t >= 0 && t != int64(w.rows) {
		w.drift = append(w.drift, fmt.Sprintf("%d rows were read, the server reports %d", w.rows, t))
	}
}

// total is the count of rows in the last page, -1 for none.
func (w *pageWalk) total() int64 {
	for _, m := range w.members {
		var n int64
		if m.Name == "total" && json.Unmarshal(m.Value, &n) == nil && n >= 0 {
			return n
		}
	}
	return -1
}

// merged are the members of one page that holds everything.
func (w *pageWalk) merged() []output.Member {
	counts := map[string]any{"page": 1, "per_page": w.rows, "total_pages": min(w.rows, 1)}
	var out []output.Member
	for _, m := range w.members {
		if n, ok := counts[m.Name]; ok {
			out = append(out, output.Member{Name: m.Name, Value: n})
		} else if m.Name != "complete" {
			out = append(out, output.Member{Name: m.Name, Value: m.Value})
		}
	}
	return append(out, output.Member{Name: "complete", Value: len(w.drift) == 0})
}

// idOf is a row's id, "" when it has none.
func idOf(row json.RawMessage) string {
	var r struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(row, &r) != nil {
		return ""
	}
	return string(r.ID)
}
