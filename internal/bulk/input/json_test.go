package input

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// jsonRow is what a reader makes of an object.
type jsonRow struct {
	Values record.Values
	Line   int
	Faults []string
}

// readObjects reads all objects until one cannot be read.
func readObjects(t rapid.TB, in io.Reader, format string) (rows []jsonRow, err error) {
	t.Helper()
	m, err := newMapper(ReadOptions{IgnoreUnknown: true})
	if err != nil {
		t.Fatal(err)
	}
	source := &Source{Name: "in.json", Format: format, mapper: m}
	r := source.jsonReader(in, source.newNormalizer(Rules{}))
	for {
		rec, err := r.read()
		if err != nil {
			return rows, err
		}
		row := jsonRow{Line: rec.line}
		for i, v := range rec.values {
			if v.given {
				row.Values[i] = string(v.text)
			}
		}
		for _, f := range rec.faults {
			row.Faults = append(row.Faults, f.message)
		}
		rows = append(rows, row)
	}
}

// jsonObjects are customers as JSON, and what is to be read from them.
func jsonObjects(t *rapid.T) (objects []string, want []record.Values) {
	text := rapid.StringOf(rapid.SampledFrom([]rune("ab\"\\/{}[],:\n\tü\u2028🚀")))
	for range rapid.IntRange(0, 8).Draw(t, "objects") {
		object, values := map[string]any{}, record.Values{}
		for i, name := range record.FieldNames() {
			if rapid.Bool().Draw(t, name) {
				values[i] = text.Draw(t, "text")
				object[name] = values[i]
			}
			values[i] = string(trimOuter([]byte(values[i])))
		}
		if rapid.Bool().Draw(t, "more") {
			object["tags"] = []any{text.Draw(t, "tag"), map[string]any{"{": nil}, 1.5, true}
		}
		encoded, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		objects, want = append(objects, string(encoded)), append(want, values)
	}
	return objects, want
}

func TestJSONReader_Formats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		objects, want := jsonObjects(t)
		blank := rapid.SampledFrom([]string{"", " ", "\n", "\r\n\t"}).Draw(t, "blank")
		for name, file := range map[string]struct{ format, content string }{
			"lines":    {FormatJSONL, strings.Join(objects, "\n")},
			"array":    {FormatJSON, blank + "[" + blank + strings.Join(objects, blank+","+blank) + blank + "]" + blank},
			"sequence": {FormatJSON, blank + strings.Join(objects, blank) + blank},
		} {
			rows, err := readObjects(t, iotest.HalfReader(strings.NewReader(file.content)), file.format)
			if !errors.Is(err, io.EOF) {
				t.Fatalf("%s: %v", name, err)
			}
			var got []record.Values
			for _, row := range rows {
				got = append(got, row.Values)
				if len(row.Faults) > 0 {
					t.Errorf("%s: %v", name, row.Faults)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	})
}

func FuzzJSONReader(f *testing.F) {
	for _, seed := range []string{
		"{\"email\":\"ann@example.com\"}\n\n{\"email\":null}", `[{"email":"a\u00e9\ud83d\ude80"},{}]`, `[{"a":[1,{"b":"]"}]} , 1]`,
		`{"email":"a",}`, `{'email':1}`, "{\"email\":\"\xff\"}", `{"email":"\ud800"}`, "[", "{\"a\":\n1}{}",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, content string, lines bool) {
		format := map[bool]string{true: FormatJSONL, false: FormatJSON}[lines]
		rows, err := readObjects(t, strings.NewReader(content), format)
		inPieces, errInPieces := readObjects(t, iotest.OneByteReader(strings.NewReader(content)), format)
		if !reflect.DeepEqual(rows, inPieces) || err.Error() != errInPieces.Error() { // cmp is slow
			t.Fatalf("at once (%v) and byte by byte (%v):\n%s", err, errInPieces, cmp.Diff(rows, inPieces))
		}
		if lines {
			compareLines(t, content, rows)
		}
	})
}

// compareLines checks the rows against encoding/json, which takes more: keys given twice and broken UTF-8.
func compareLines(t *testing.T, content string, rows []jsonRow) {
	t.Helper()
	lines := strings.Split(content, "\n")
	for _, row := range rows {
		if len(row.Faults) > 0 {
			continue
		}
		var object map[string]any
		if err := json.Unmarshal([]byte(lines[row.Line-1]), &object); err != nil {
			t.Fatalf("line %d is accepted and encoding/json says %v", row.Line, err)
		}
		for i, name := range record.FieldNames() {
			want, isText := object[name].(string)
			if isText && !isBlank([]byte(want)) && row.Values[i] != string(trimOuter([]byte(want))) {
				t.Fatalf("line %d has the %s %q, want %q", row.Line, name, row.Values[i], want)
			}
		}
	}
}

func TestOriginal_Objects(t *testing.T) {
	const first, second = `{"email": "ann@example.com"}`, `{"email":1,  "industry":"a\u0062"}`
	for name, content := range map[string]string{"in.jsonl": first + "\n" + second + "\n", "in.json": "[" + first + " ," + second + "]"} {
		checked := checkText(t, name, content, ReadOptions{}, Rules{})
		var got []string
		for row, err := range checked.All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(row.Original().JSON))
		}
		if diff := cmp.Diff([]string{first, second}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestMapping_JSON(t *testing.T) {
	source := openFile(t, writeInput(t, "in.jsonl", "{\"E-Mail\":\"ann@example.com\"}\n{\"notes\":1,\"tz\":null}\n"),
		ReadOptions{IgnoreColumns: []string{"notes"}})
	if _, err := source.SHA256(); err != nil { // reads the file, but not its keys
		t.Fatal(err)
	}
	if _, err := Validate(t.Context(), source, Rules{}); err != nil {
		t.Fatal(err)
	}
	want := []Mapped{{Column: "E-Mail", Field: "email", Sample: "ann@example.com"}, {Column: "notes", Reason: "--ignore-columns"}, {Column: "tz", Field: "timezone"}}
	if diff := cmp.Diff(want, source.Mapping); diff != "" {
		t.Errorf("mapping (-want +got):\n%s", diff)
	}
}

func TestJSONReader_TooManyKeys(t *testing.T) {
	object := map[string]int{}
	for i := range maxColumns + 1 {
		object[fmt.Sprintf("k%d", i)] = i
	}
	keys := slices.Sorted(maps.Keys(object))
	_, err := readObjects(t, strings.NewReader(`{"`+strings.Join(keys, `":0,"`)+`":0}`), FormatJSONL)
	if input, ok := errors.AsType[*Error](err); !ok || input.Msg != "there are more than 10000 different keys" {
		t.Errorf("the error is %v", err)
	}
}

// TestUnknownKeys_Lists: what no field takes is not offered for one.
func TestUnknownKeys_Lists(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`{"email":"ann@example.com","attributes":{"locale":["de"],"company":"Acme"}}`: "--map attributes.company=company_name",
		`{"email":"ann@example.com","country":"DE","companies":["Acme"]}`:             "--ignore-columns companies",
		`{"email":"ann@example.com","nom de l’entreprise":"Acme"}`:                    "",
	} {
		s, err := Open(t.Context(), writeInput(t, "in.jsonl", line+"\n"), nil, t.TempDir(), ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		checked, err := Validate(t.Context(), s, Rules{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(argsOf(checked.Err()), " "); got != want {
			t.Errorf("%s is offered %q, want %q", line, got, want)
		}
	}
}

// TestUnknownKeys_OneObject: DynamoDB wraps each row in one object, and each value in another.
func TestUnknownKeys_OneObject(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), writeInput(t, "in.jsonl", `{"Item":{"email":{"S":"ann@example.com"}}}`+"\n"), nil, t.TempDir(), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	checked, err := Validate(t.Context(), s, Rules{})
	if err != nil {
		t.Fatal(err)
	}
	if err := checked.Err(); err == nil || !strings.Contains(err.Error(), "jq -c .Item FILE | hydractl customers import -") {
		t.Errorf("the error is %v", err)
	}
}
