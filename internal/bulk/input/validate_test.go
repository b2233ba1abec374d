package input

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
)

func TestEmails_Plain(t *testing.T) {
	folder := newEmails(false)
	check := func(t rapid.TB, email string) {
		t.Helper()
		if !folder.plain([]byte(email)) {
			return
		}
		if err := emailaddr.Check(email); err != nil {
			t.Errorf("%q is taken for an address, and is none: %v", email, err)
		}
		if want := emailaddr.Fold(email); string(folder.buf) != want {
			t.Errorf("%q folds to %q, want %q", email, folder.buf, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.StringOfN(rapid.SampledFrom([]rune("abzAZ019.-_+!#$%&'*/=?^`{|}~\\\"<>()@, ü")), 0, 12, -1)
		check(t, part.Draw(t, "local")+"@"+part.Draw(t, "domain"))
		check(t, rapid.StringMatching(`[a-zA-Z0-9.+_-]{1,12}@[a-zA-Z0-9.-]{1,12}\.[a-zA-Z]{2,5}`).Draw(t, "email"))
	})
	for length := 240; length < 270; length++ {
		check(t, strings.Repeat("a", length-len("@example.com"))+"@example.com")
		check(t, "a@"+strings.Repeat("a", length-len("a@.com"))+".com")
	}
	for _, email := range []string{"ann@example.com", "A.b+C@Sub.Example.ORG", "a_b%c@x-1.example.com"} {
		if !folder.plain([]byte(email)) {
			t.Errorf("%s takes the long way", email)
		}
	}
}

func TestEmails_Keys(t *testing.T) {
	for _, c := range []struct {
		a, b                   string
		folded, whenCaseCounts bool
	}{
		{"ann@example.com", "ann@example.com", true, true},
		{"Ann@Example.com", "ann@example.com", true, false},
		{"ann@EXAMPLE.com", "ann@example.com", true, true},
		{"ann@bücher.example.org", "ann@xn--bcher-kva.example.org", true, true},
		{"e\u0301@example.com", "\u00e9@example.com", true, true},
		{"ann@example.com", "ann@example.org", false, false},
		{"an.n@example.com", "ann@example.com", false, false},
	} {
		for caseCounts, want := range map[bool]bool{false: c.folded, true: c.whenCaseCounts} {
			e := newEmails(caseCounts)
			a, errA := e.key([]byte(c.a))
			first := string(a)
			b, errB := e.key([]byte(c.b))
			if errA != nil || errB != nil || (first == string(b)) != want {
				t.Errorf("%s and %s have the keys %s and %s (%v, %v)", c.a, c.b, first, b, errA, errB)
			}
		}
	}
}

func TestDuplicates_Model(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		emails := rapid.SampledFrom([]string{"", "a@example.com", "A@example.com", "b@example.com", "ü@example.com", "bad"})
		names := rapid.SampledFrom([]string{"", "A", "B", "\"x\ny\""})
		var file strings.Builder
		file.WriteString("company_name,email\n")
		first := map[string]int{} // line by key
		payloads, spelt := map[string]string{}, map[string]string{}
		var want []string
		line, invalid := 2, 0
		for range rapid.IntRange(0, 30).Draw(rt, "rows") {
			email, name := emails.Draw(rt, "email"), names.Draw(rt, "name")
			fmt.Fprintf(&file, "%s,%s\n", name, email)
			place := line + strings.Count(name, "\n")
			at := line
			if email != "" {
				at = place // the email stands behind the name
			}
			line = place + 1
			if email+name == "" {
				continue // an empty row
			}
			if email == "bad" {
				invalid++
				continue
			}
			key, payload := strings.ToLower(email), name
			if email == "" {
				key = "\x00" + name
			}
			switch _, seen := first[key]; {
			case !seen:
				first[key], payloads[key], spelt[key] = at, payload, email
			case payloads[key] == payload && spelt[key] != email:
				want = append(want, fmt.Sprintf("%d: the row is equal to the one on line %d but for the spelling of the email; it is skipped", at, first[key]))
			case payloads[key] == payload:
				want = append(want, fmt.Sprintf("%d: the row is equal to the one on line %d; it is skipped", at, first[key]))
			default:
				want = append(want, fmt.Sprintf("%d: line %d has the same email and other data; this row is skipped", at, first[key]))
			}
		}
		checked := checkText(t, "in.csv", file.String(), ReadOptions{}, Rules{AllowNoEmail: true, Duplicates: DuplicatesFirst})
		var got []string
		for row, err := range checked.All(t.Context()) {
			if err != nil {
				rt.Fatal(err)
			}
			if row.State == record.DuplicateInFile {
				p := row.Problems[len(row.Problems)-1]
				got = append(got, fmt.Sprintf("%d: %s", p.Line, p.Msg))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || checked.Counts[record.Invalid] != invalid {
			rt.Errorf("%d invalid, want %d; duplicates (-want +got):\n%s", checked.Counts[record.Invalid], invalid, diff)
		}
	})
}

func TestDuplicates_ManyRows(t *testing.T) {
	for name, repeats := range map[string]int{"25 few": 3, "25 many": 54_000} {
		t.Run(name, func(t *testing.T) {
			const rows = 110_000
			var file strings.Builder
			file.WriteString("email\n")
			for i := range rows {
				fmt.Fprintf(&file, "a%d@x.org\n", i%(rows-repeats))
			}
			checked := checkText(t, "in.csv", file.String(), ReadOptions{}, Rules{})
			if got := checked.Counts[record.DuplicateInFile]; got != repeats {
				t.Errorf("%d duplicates, want %d", got, repeats)
			}
			for row := range rows {
				if out := checked.state(row).Terminal(); out != (row >= rows-repeats) {
					t.Fatalf("row %d is skipped: %v", row, out)
				}
			}
		})
	}
}

func TestValidate_Context(t *testing.T) {
	source := openFile(t, writeInput(t, "in.csv", "email\nann@example.com\n"), ReadOptions{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Validate(ctx, source, Rules{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestGroups_Cap(t *testing.T) {
	checked := checkText(t, "in.csv", "email\n"+strings.Repeat("bad\n", 500), ReadOptions{}, Rules{})
	if len(checked.Groups) != 1 || checked.Groups[0].Count != 500 || len(checked.Groups[0].First) != maxExamples {
		t.Errorf("the groups are %+v", checked.Groups)
	}
}

func TestValidate_Unreadable(t *testing.T) {
	checked := checkText(t, "in.csv", "email,company_name\nbad,A\nann@example.com,\"B\n", ReadOptions{}, Rules{SkipInvalid: true})
	var got []string
	for _, g := range checked.Groups {
		got = append(got, showProblem(g.First[0]))
	}
	if diff := cmp.Diff([]string{"3:17 file unreadable", "2:1 row bad_email email"}, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	var last error
	for _, err := range checked.All(t.Context()) {
		last = err
	}
	if input, ok := errors.AsType[*Error](last); !ok || input.Line != 3 || checked.Err() == nil {
		t.Errorf("reading ends with %v, the check with %v", last, checked.Err())
	}
}

func TestRows_EveryPass(t *testing.T) {
	file := "email,company_name,currency\n\" Ann@Example.com\",A,EUR\nbob@example.com,,\nbad,B,\n,C,EUR\nshort\nü@example.com,\"D \"\"d\"\"\",EUR\n\"a\x00@example.com\",E,\n"
	for _, rules := range []Rules{{}, {AllowNoEmail: true, CaseSensitiveEmails: true}, {Clone: true}} {
		checked := checkText(t, "in.csv", file, ReadOptions{Set: map[string]string{"locale": "de-DE"}}, rules)
		var rows, again []record.Row
		for row, err := range checked.All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row.Row)
		}
		for row, err := range checked.Each() {
			if err != nil {
				t.Fatal(err)
			}
			again = append(again, row)
		}
		for row, err := range checked.Keys() {
			want := rows[row.Index]
			if want.Values = (record.Values{}); err != nil || row != want {
				t.Errorf("%+v: Keys gives %+v, want %+v (%v)", rules, row, want, err)
			}
		}
		if diff := cmp.Diff(rows, again); diff != "" || len(rows) != 7 {
			t.Errorf("%+v: All (-) and Each (+) differ:\n%s", rules, diff)
		}
		want := record.Row{Index: 0, Line: 2, Key: "ann@example.com", Values: record.Values{"A", "Ann@Example.com", "", "EUR", "", "de-DE", ""}, State: record.Pending}
		if rules.CaseSensitiveEmails {
			want.Key = "Ann@example.com"
		}
		if rules.Clone { // which cannot carry a currency
			want.State = record.Invalid
		}
		if diff := cmp.Diff(want, rows[0]); diff != "" {
			t.Errorf("%+v: the first row (-want +got):\n%s", rules, diff)
		}
	}
}
