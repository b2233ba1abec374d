package input

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// csvRow is what a reader makes of a record.
type csvRow struct {
	Cells  []string
	Places [][2]int // line, and column in bytes
	Faults int
}

// readCSV reads all records until one cannot be read.
func readCSV(in io.Reader, delimiter byte, lazy bool) (rows []csvRow, err error) {
	r := newCSVReader(in, "in.csv", dialect{delimiter: delimiter, lazy: lazy})
	for {
		rec, err := r.read()
		if err != nil {
			return rows, err
		}
		row := csvRow{Cells: r.cells(), Faults: len(rec.faults)}
		for _, c := range r.rec.cells {
			line, _ := rec.place(int(c.at))
			before := rec.raw[:c.at]
			row.Places = append(row.Places, [2]int{line, len(before) - bytes.LastIndexByte(before, '\n')})
		}
		rows = append(rows, row)
	}
}

// readStandardCSV is readCSV by encoding/csv.
func readStandardCSV(in io.Reader, delimiter rune, lazy bool) (rows []csvRow, err error) {
	r := csv.NewReader(in)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = delimiter, lazy, -1
	for {
		cells, err := r.Read()
		if err != nil {
			return rows, err
		}
		row := csvRow{Cells: cells}
		for i := range cells {
			line, column := r.FieldPos(i)
			row.Places = append(row.Places, [2]int{line, column})
		}
		rows = append(rows, row)
	}
}

func TestCSVReader_LikeEncodingCSV(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringOf(rapid.SampledFrom([]rune("ab ,;\"'\n\tü日\u00a0=-")))
		table := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 4), 1, 20).Draw(t, "table")
		delimiter := rapid.SampledFrom([]rune(",;\t|")).Draw(t, "delimiter")
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.Comma, w.UseCRLF = delimiter, rapid.Bool().Draw(t, "crlf")
		if err := w.WriteAll(table); err != nil {
			t.Fatal(err)
		}
		content := file.String()
		if rapid.Bool().Draw(t, "unterminated") {
			content = strings.TrimSuffix(strings.TrimSuffix(content, "\n"), "\r")
		}
		want, err := readStandardCSV(strings.NewReader(content), delimiter, false)
		if !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		got, err := readCSV(iotest.HalfReader(strings.NewReader(content)), byte(delimiter), false)
		if !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		for i := range got {
			for j, cell := range got[i].Cells {
				got[i].Cells[j] = strings.ReplaceAll(cell, "\r\n", "\n") // encoding/csv drops the CR inside quotes
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("encoding/csv (-) and we (+) read %q:\n%s", content, diff)
		}
	})
}

func TestCSVReader_LargeCells(t *testing.T) {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	for i := range 400 {
		if err := w.Write([]string{strings.Repeat("x", i*i%60_000), "a\nb", strings.Repeat("\"", i%50), "é"}); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	want, _ := readStandardCSV(bytes.NewReader(file.Bytes()), ',', false)
	got, err := readCSV(bytes.NewReader(file.Bytes()), ',', false)
	if !errors.Is(err, io.EOF) || len(want) != 400 || !cmp.Equal(want, got) {
		t.Errorf("%d rows of encoding/csv, %d of ours and %v: they differ", len(want), len(got), err)
	}
}

func FuzzCSVReader(f *testing.F) {
	for _, seed := range []string{
		"email,name\r\nann@example.com,\"A\"\"B\"\r\n", "a;b\n\"x\ny\";\n\n", "a,b\n1,2\"3\n\"1\"2,3\n4,\"5", "a\rb\r\rc", "\"\"\n,\n", "a,b\n\"\r\n\",\"",
	} {
		f.Add(seed, uint8(0), false)
		f.Add(seed, uint8(1), true)
	}
	f.Fuzz(func(t *testing.T, content string, choice uint8, lazy bool) {
		delimiter := ",;\t|"[choice%4]
		rows, err := readCSV(strings.NewReader(content), delimiter, lazy)
		inPieces, errInPieces := readCSV(iotest.OneByteReader(strings.NewReader(content)), delimiter, lazy)
		if !reflect.DeepEqual(rows, inPieces) || err.Error() != errInPieces.Error() { // cmp is slow
			t.Fatalf("at once (%v) and byte by byte (%v):\n%s", err, errInPieces, cmp.Diff(rows, inPieces))
		}
		if loneReturn(content) || strings.Count(content, string(delimiter)) > maxColumns || len(content) > maxCellBytes {
			return // encoding/csv knows nothing of these
		}
		standard, standardErr := readStandardCSV(strings.NewReader(content), rune(delimiter), lazy)
		for i, row := range rows {
			if row.Faults > 0 {
				if len(standard) > i || errors.Is(standardErr, io.EOF) {
					t.Fatalf("record %d is faulty for us and not for encoding/csv", i)
				}
				return
			}
			for j, cell := range row.Cells {
				row.Cells[j] = strings.ReplaceAll(cell, "\r\n", "\n")
			}
			if i >= len(standard) {
				t.Fatalf("record %d is %q for us and %v for encoding/csv", i, row.Cells, standardErr)
			}
			if !reflect.DeepEqual(standard[i], row) {
				t.Fatalf("record %d for encoding/csv (-) and us (+):\n%s", i, cmp.Diff(standard[i], row))
			}
		}
		if errors.Is(err, io.EOF) != (len(standard) == len(rows) && errors.Is(standardErr, io.EOF)) && !lazy {
			t.Fatalf("we end with %v, encoding/csv with %v", err, standardErr)
		}
	})
}

func loneReturn(content string) bool {
	return strings.Contains(strings.ReplaceAll(content, "\r\n", "\n"), "\r")
}

func TestCSVReader_RecordCap(t *testing.T) {
	for _, size := range []int{maxRecordBytes - 1, maxRecordBytes, maxRecordBytes + 1} {
		header := strings.Repeat("x", size/2) + "," + strings.Repeat("y", size-size/2-1)
		rows, err := readCSV(strings.NewReader(header+"\n1,2\n"), ',', false)
		if fits := size <= maxRecordBytes; fits != (len(rows) == 2) || fits != errors.Is(err, io.EOF) {
			t.Errorf("%d bytes: %d rows and %.60v", size, len(rows), err)
		}
	}
}

func TestCSVReader_ReadErrors(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, content := range []string{"", "a", "a,b\n", "a,\"b", "a,\"b\"", "a\r"} {
		_, err := readCSV(io.MultiReader(strings.NewReader(content), iotest.ErrReader(broken)), ',', false)
		if !errors.Is(err, broken) {
			t.Errorf("after %q the error is %v", content, err)
		}
	}
}

func TestGuard_Inverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringOf(rapid.SampledFrom([]rune("'\"=+-@\t\r a1ü"))).Draw(t, "cell")
		guarded := Guard(cell)
		if got := Unguard(guarded); got != cell {
			t.Errorf("%q guarded is %q and unguarded %q", cell, guarded, got)
		}
		if strings.ContainsAny(guarded[:min(1, len(guarded))], "=+-@\t\r") {
			t.Errorf("%q still begins like a formula", guarded)
		}
	})
}

func TestGuard_Formulas(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "a": "a", "1-2": "1-2", "O'Neil": "O'Neil", "'": "'", "'quoted'": "'quoted'", "  x": "  x",
		"=1+1": "'=1+1", "+49 30": "'+49 30", "-5": "'-5", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx",
		` "=1`: `' "=1`, "'=1": "''=1", "''=1": "'''=1",
	} {
		if got := Guard(cell); got != want {
			t.Errorf("Guard(%q) is %q, want %q", cell, got, want)
		}
	}
}

func TestGuard_Reading(t *testing.T) {
	file := "email,company_name,industry\nann@example.com,'=A1,'+b\n'+1@example.com,''-x,'x\n"
	for raw, want := range map[bool][]record.Values{
		false: {{"=A1", "ann@example.com", "", "", "+b"}, {"'-x", "+1@example.com", "", "", "'x"}},
		true:  {{"'=A1", "ann@example.com", "", "", "'+b"}, {"''-x", "'+1@example.com", "", "", "'x"}},
	} {
		checked := checkText(t, "in.csv", file, ReadOptions{Raw: raw}, Rules{})
		if diff := cmp.Diff(want, allValues(t, checked)); diff != "" {
			t.Errorf("raw %v (-want +got):\n%s", raw, diff)
		}
		if taken := checked.Changes.Unguarded; (taken == 0) != raw || !raw && taken != 4 {
			t.Errorf("raw %v: %d apostrophes were taken off", raw, taken)
		}
	}
}

func TestOriginal_Cells(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cell := rapid.StringOf(rapid.SampledFrom([]rune("ab ,\"'\nü=@.")))
		table := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 10).Draw(rt, "table")
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		err := w.WriteAll(append([][]string{{"email", "company_name", "industry"}}, table...))
		if err != nil {
			rt.Fatal(err)
		}
		checked := checkText(t, "in.csv", file.String(), ReadOptions{}, Rules{Strict: true})
		i := 0
		for row, err := range checked.All(t.Context()) {
			if err != nil {
				rt.Fatal(err)
			}
			if got := row.Original().Cells; !slices.Equal(got, table[i]) {
				rt.Errorf("row %d has the cells %q, want %q", i, got, table[i])
			}
			i++
		}
		if i != len(table) {
			rt.Errorf("there are %d rows, want %d", i, len(table))
		}
	})
}

func ExampleGuard() {
	cell := Guard("=HYPERLINK(...)")
	fmt.Println(cell, Unguard(cell))
	// Output: '=HYPERLINK(...) =HYPERLINK(...)
}

// TestRows_JoinedByQuote: a quote that is closed some rows further swallows those between, whatever is in them.
func TestRows_JoinedByQuote(t *testing.T) {
	t.Parallel()
	for file, joined := range map[string]bool{
		"email,company\nann@example.com,\"Lee\n,Roe\ncara@example.com,Kim\"\n":                                             true,
		"email,company\n,\"Lee\nben@example.com,Roe\"\n":                                                                   true,
		"email,company,note\nann@example.com,Lee,\"5 inch\nno row\ncara@example.com,Kim,x\"\n":                             true,
		"company,email\n\"Lee,ann@example.com\nRoe,ben@example.com\nKim\",cara@example.com\n":                              true,
		"email,company,note\nann@example.com,Lee,\"fwd:\nben@example.com,Roe,x\nend\"\n":                                   false,
		"company,email\n\"Lee, Inc.\nHall 7, Bonn\",ann@example.com\n":                                                     false,
		"email,company\nann@example.com,\"Lee, Inc.\nSpringfield, IL\"\n":                                                  false,
		"email,company,note\nann@example.com,Lee,\"Hello,\nplease call\nben@example.com, thanks\"\ncid@example.com,Kim,\n": false,
	} {
		s, err := Open(t.Context(), writeInput(t, "in.csv", file), nil, t.TempDir(), ReadOptions{IgnoreUnknown: true})
		if err != nil {
			t.Fatal(err)
		}
		checked, err := Validate(t.Context(), s, Rules{})
		if err != nil {
			t.Fatal(err)
		}
		if got := checked.Err() != nil && strings.Contains(checked.Err().Error(), "close the quote that opens here"); got != joined {
			t.Errorf("%q: %v, want an error: %t", file, checked.Err(), joined)
		}
	}
}
