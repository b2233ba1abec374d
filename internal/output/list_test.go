package output

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plain is a record that encoding/json marshals.
type plain struct {
	ID   string  `json:"id"`
	Name *string `json:"name"`
}

func plainColumns() []Column[plain] {
	return []Column[plain]{
		{Name: "name", Value: func(p plain) any { return p.Name }},
		{Name: "id", Value: func(p plain) any { return p.ID }},
	}
}

func plainRows() []plain {
	return []plain{{ID: "a1", Name: new("Foo, <Inc.>")}, {ID: "b2"}}
}

func plainPrinter(t *testing.T, format string) *Printer[plain] {
	t.Helper()
	p, err := New(Options{Format: format, Now: testNow}, plainColumns())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func plainEnvelope() Envelope {
	return Envelope{Key: "things", Members: func() []Member {
		return []Member{{"page", 1}, {"next", nil}, {"complete", true}}
	}}
}

func TestList_WholeDocumentInEveryFormat(t *testing.T) {
	for format, want := range map[string]string{
		"table": "NAME         ID\nFoo, <Inc.>  a1\n-            b2\n",
		"wide":  "NAME         ID\nFoo, <Inc.>  a1\n-            b2\n",
		"json": `{
  "things": [
    {
      "id": "a1",
      "name": "Foo, <Inc.>"
    },
    {
      "id": "b2",
      "name": null
    }
  ],
  "page": 1,
  "next": null,
  "complete": true
}
`,
		"jsonl": "{\"id\":\"a1\",\"name\":\"Foo, <Inc.>\"}\n{\"id\":\"b2\",\"name\":null}\n",
		"yaml": `things:
  - id: a1
    name: Foo, <Inc.>
  - id: b2
    name: null
page: 1
next: null
complete: true
`,
		"csv": "name,id\n\"Foo, <Inc.>\",a1\n,b2\n",
		"tsv": "name\tid\nFoo, <Inc.>\ta1\n\tb2\n",
		"id":  "a1\nb2\n",
	} {
		var b strings.Builder
		res, err := plainPrinter(t, format).List(&b, sequence(plainRows(), nil), plainEnvelope())
		if err != nil || res.Rows != 2 {
			t.Errorf("%s: %d rows, %v", format, res.Rows, err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

func TestList_EmptyDocument(t *testing.T) {
	for format, want := range map[string]string{
		"table": "", "wide": "", "jsonl": "", "id": "",
		"json": "{\n  \"things\": [],\n  \"page\": 1,\n  \"next\": null,\n  \"complete\": true\n}\n",
		"yaml": "things: []\npage: 1\nnext: null\ncomplete: true\n",
		"csv":  "name,id\n",
		"tsv":  "name\tid\n",
	} {
		var b strings.Builder
		if _, err := plainPrinter(t, format).List(&b, sequence[plain](nil, nil), plainEnvelope()); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

func TestItem_IsTheRecord(t *testing.T) {
	for format, want := range map[string]string{
		"table": "NAME         ID\nFoo, <Inc.>  a1\n",
		"json":  "{\n  \"id\": \"a1\",\n  \"name\": \"Foo, <Inc.>\"\n}\n",
		"jsonl": "{\"id\":\"a1\",\"name\":\"Foo, <Inc.>\"}\n",
		"yaml":  "id: a1\nname: Foo, <Inc.>\n",
		"csv":   "name,id\n\"Foo, <Inc.>\",a1\n",
		"id":    "a1\n",
	} {
		var b strings.Builder
		if err := plainPrinter(t, format).Item(&b, plainRows()[0], nil); err != nil {
			t.Errorf("%s: %v", format, err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

func TestItems_BareList(t *testing.T) {
	for format, want := range map[string][2]string{
		"json": {"[]\n", "[\n  {\n    \"id\": \"a1\",\n    \"name\": \"Foo, <Inc.>\"\n  },\n  {\n    \"id\": \"b2\",\n    \"name\": null\n  }\n]\n"},
		"yaml": {"[]\n", "- id: a1\n  name: Foo, <Inc.>\n- id: b2\n  name: null\n"},
	} {
		for i, rows := range [][]plain{nil, plainRows()} {
			var b strings.Builder
			if _, err := plainPrinter(t, format).Items(&b, sequence(rows, nil), nil); err != nil {
				t.Errorf("%s: %v", format, err)
			}
			if diff := cmp.Diff(want[i], b.String()); diff != "" {
				t.Errorf("%s: %s", format, diff)
			}
		}
	}
}

func TestList_FailingRowsLeaveWholeLines(t *testing.T) {
	lost := errors.New("page 2 is lost")
	for format, want := range map[string]string{
		"table": "", "wide": "", "json": "", "yaml": "",
		"jsonl": "{\"id\":\"a1\",\"name\":\"Foo, <Inc.>\"}\n{\"id\":\"b2\",\"name\":null}\n",
		"csv":   "name,id\n\"Foo, <Inc.>\",a1\n,b2\n",
		"tsv":   "name\tid\nFoo, <Inc.>\ta1\n\tb2\n",
		"id":    "a1\nb2\n",
	} {
		var b strings.Builder
		_, err := plainPrinter(t, format).List(&b, sequence(plainRows(), lost), plainEnvelope())
		if err != lost { //nolint:errorlint // the very error is promised
			t.Errorf("%s: %v", format, err)
		}
		if diff := cmp.Diff(want, b.String()); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

func TestList_FirstRowFailingWritesNothing(t *testing.T) {
	lost := errors.New("unauthorized")
	for _, format := range FormatNames() {
		var b strings.Builder
		if _, err := plainPrinter(t, format).List(&b, sequence[plain](nil, lost), plainEnvelope()); !errors.Is(err, lost) {
			t.Errorf("%s: %v", format, err)
		}
		if b.Len() > 0 {
			t.Errorf("%s wrote %q", format, b.String())
		}
	}
}

// full is a writer with room for some bytes.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return f.room, syscall.ENOSPC
	}
	f.room -= len(p)
	return len(p), nil
}

func TestList_WriteErrorStopsRows(t *testing.T) {
	for _, format := range FormatNames() {
		p, asked, most := plainPrinter(t, format), 0, 100
		if p.Format().Streams {
			most = 2 * streamBuffer
		}
		rows := func(yield func(plain, error) bool) {
			for ; asked < most; asked++ {
				if !yield(plainRows()[0], nil) {
					return
				}
			}
		}
		_, err := p.List(&full{room: 100}, rows, plainEnvelope())
		var failed *WriteError
		if !errors.As(err, &failed) || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v", format, err)
		}
		if strings.Count(err.Error(), "no space") != 1 {
			t.Errorf("%s: said more than once: %v", format, err)
		}
		if p.Format().Streams && asked == most {
			t.Errorf("%s: read all rows for a full disk", format)
		}
	}
}

// broken cannot be marshalled.
type broken struct{}

func (broken) MarshalJSON() ([]byte, error) { return nil, errors.New("no raw text") }

func TestList_EncodingErrorNamesPlace(t *testing.T) {
	for _, format := range []string{"json", "jsonl", "yaml"} {
		p, err := New[broken](Options{Format: format}, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.List(io.Discard, sequence([]broken{{}}, nil), Envelope{Key: "x"})
		if err == nil || err.Error() != "encode record 1: no raw text" {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestList_MembersReadAfterRows(t *testing.T) {
	for _, format := range []string{"json", "yaml"} {
		seen := 0
		rows := func(yield func(plain, error) bool) {
			for _, r := range plainRows() {
				seen++
				if !yield(r, nil) {
					return
				}
			}
		}
		env := Envelope{Key: "things", Members: func() []Member { return []Member{{"total", seen}} }}
		var b strings.Builder
		if _, err := plainPrinter(t, format).List(&b, rows, env); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "2\n") {
			t.Errorf("%s: %s", format, b.String())
		}
	}
}

func TestList_RecordKeepsServerText(t *testing.T) {
	raw := json.RawMessage(`{"z":1,"new":{"deep":[1.50,1e3]},"id":"x","name":null}`)
	p, err := New[json.RawMessage](Options{Format: "jsonl"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := p.Item(&b, raw, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(raw)+"\n", b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestList_PointersToRecords(t *testing.T) {
	c := newCustomer(1, "a@example.com", "Acme", "DE", "active")
	p, err := New[*customer](Options{Format: "jsonl"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := p.Item(&b, &c, nil); err != nil {
		t.Fatal(err)
	}
	if b.String() != string(c.raw)+"\n" {
		t.Errorf("%s", b.String())
	}
}
