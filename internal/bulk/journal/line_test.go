package journal

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/test/simulate"
)

func TestLine_RoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := Entry{Kind: rapid.SampledFrom([]lineKind{KindSend, KindOutcome, kindRequest, kindNote}).Draw(t, "kind")}
		at := time.UnixMilli(rapid.Int64Range(0, 1e14).Draw(t, "at"))
		word := rapid.StringMatching(`|[a-z_]{1,20}`)
		switch e.Kind {
		case kindNote:
			e.doc = []byte(`{"event":"stopped"}`)
		case kindRequest:
			e.At = at
		default:
			e.Row, e.Attempt, e.At = rapid.IntRange(0, 1e9).Draw(t, "row"), rapid.IntRange(0, 1e6).Draw(t, "attempt"), at
		}
		if e.Kind == KindSend {
			copy(e.Key[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "key"))
			copy(e.Payload[:], rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "payload"))
		}
		if e.Kind == KindOutcome {
			states := states()
			e.Outcome = Outcome{
				State: rapid.SampledFrom(states[:]).Draw(t, "state"), Status: rapid.IntRange(0, 999).Draw(t, "status"),
				Code: word.Draw(t, "code"), Evidence: word.Draw(t, "evidence"), Text: clipText(rapid.String().Draw(t, "text")),
			}
			copy(e.Outcome.ID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		}
		prev := rapid.Uint32().Draw(t, "checksum before")
		line, sum := appendLine(nil, markDurable, &e, prev)
		line = line[:len(line)-1]
		if bytes.ContainsAny(line, "\n") {
			t.Fatalf("%q holds a line end", line)
		}
		stored, _, ok := checkLine(line, prev)
		if !ok || stored != sum {
			t.Fatalf("%q has a wrong checksum", line)
		}
		var got Entry
		if err := parseLine(line, &got); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if !reflect.DeepEqual(got, e) {
			t.Fatalf("%q is read as %+v, was %+v", line, got, e)
		}
	})
}

// Cut anywhere, a journal is what was written before; a byte changed anywhere is damage, or in the last line, or where it
// begins, a torn tail.
func TestScan_CutOrChangedJournal(t *testing.T) {
	t.Parallel()
	whole := someJournal(t)
	var lines [][]byte
	collect := func(content []byte) ([][]byte, error) {
		var got [][]byte
		_, _, err := scanLines(memory(content), func(e *Entry) error {
			line, _, _ := bytes.Cut(content[e.offset:], []byte{'\n'})
			got = append(got, line)
			return nil
		})
		return got, err
	}
	lines, err := collect(whole)
	if err != nil || len(lines) != 8 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	lastLine := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for i := range whole {
		got, err := collect(whole[:i])
		if err != nil || len(got) != bytes.Count(whole[:i], []byte{'\n'}) {
			t.Errorf("cut at %d: %d lines, %v", i, len(got), err)
		}
		for _, change := range []byte{1, 0x20, 0xff, whole[i]} { // the last makes it a NUL
			changed := bytes.Clone(whole)
			changed[i] ^= change
			got, err := collect(changed)
			je, damaged := errors.AsType[*Error](err)
			switch {
			case err != nil && (!damaged || je.Code != "journal_damaged" || je.Line != bytes.Count(whole[:i], []byte{'\n'})+1):
				t.Errorf("byte %d changed: %v", i, err)
			case err == nil && i < lastLine-1 && change != whole[i]:
				t.Errorf("byte %d changed by %x: nothing was noticed", i, change)
			case err == nil && len(got) == len(lines):
				t.Errorf("byte %d changed by %x: all lines are taken for valid", i, change)
			case len(got) > 0 && !reflect.DeepEqual(got, lines[:len(got)]):
				t.Errorf("byte %d changed by %x: other lines are read", i, change)
			}
		}
	}
}

// Every line is right by itself; what is wrong is its place.
func TestScan_MovedLineIsDamage(t *testing.T) {
	t.Parallel()
	lines := slices.Collect(bytes.Lines(someJournal(t)))
	for i := 1; i < len(lines)-3; i++ { // where enough follows to tell it from a torn tail
		for what, parts := range map[string][][][]byte{
			"left out":    {lines[:i], lines[i+1:]},
			"given twice": {lines[:i+1], lines[i:]},
			"exchanged":   {lines[:i], {lines[i+1], lines[i]}, lines[i+2:]},
		} {
			content := bytes.Join(slices.Concat(parts...), nil)
			_, _, err := scanLines(memory(content), func(*Entry) error { return nil })
			if je, ok := errors.AsType[*Error](err); !ok || je.Code != "journal_damaged" {
				t.Errorf("line %d is %s: %v", i+1, what, err)
			}
		}
	}
}

func FuzzJournal(f *testing.F) {
	whole := someJournal(f)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("*S 1 1 1 " + strings.Repeat("A", 22) + " AAAAAAAAAAA 00000000\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		d := simulate.NewDisk(nil)
		d.Put("/j/"+FileName, content)
		j, err := Read(d, "/j")
		if err != nil {
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		total := 0
		for _, n := range j.Counts() {
			total += n
		}
		if total != j.Rows() {
			t.Errorf("counts %v of %d rows", j.Counts(), j.Rows())
		}
	})
}

// FuzzJournalLines gives the parser lines whose checksums are right: the text itself may be hostile.
func FuzzJournalLines(f *testing.F) {
	for line := range bytes.Lines(someJournal(f)) {
		f.Add(line[:len(line)-crcLength-1])
	}
	f.Add([]byte("*S 99999999999999 1 1 kW kW"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) < 2 || bytes.IndexByte(body, '\n') >= 0 {
			return
		}
		line := append(bytes.Clone(body), " 00000000"...)
		var e Entry
		if parseLine(line, &e) != nil {
			return
		}
		l := newLedger(10)
		_ = l.apply(&e)
		again, _ := appendLine(nil, line[0], &e, 0)
		var second Entry
		if err := parseLine(again[:len(again)-1], &second); err != nil || !reflect.DeepEqual(e, second) {
			t.Errorf("%q is read as %+v, written as %q and read as %+v, %v", line, e, again, second, err)
		}
	})
}
