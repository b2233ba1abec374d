package lineedit

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

func codes() []Option {
	return []Option{{"DE", "Germany"}, {"DK", "Denmark"}, {"FR", "France"}, {"EUR", ""}, {"Europe/Berlin", ""}, {"Europe/Paris", ""}, {"Asia/Tokyo", ""}}
}

// typed reads a line of at most 20 bytes on a terminal of 40 columns, at which these keys are pressed.
func typed(keys string, hidden bool) (line, shown string, err error) {
	var out bytes.Buffer
	e := &Editor{In: strings.NewReader(keys), Out: &out, Width: func() int { return 40 }, Prompt: "Code: ", Hidden: hidden, Limit: 20, Options: codes}
	line, err = e.ReadLine()
	return line, out.String(), err
}

func TestEditor_Keys(t *testing.T) {
	t.Parallel()
	const left, right, home, end, del = "\x1b[D", "\x1bOC", "\x1b[H", "\x1b[4~", "\x1b[3~"
	for keys, want := range map[string]string{
		"ann\r":                               "ann",
		"ann\n":                               "ann",
		"anx\x7fn\r":                          "ann",
		"\x7f\x08a\r":                         "a",
		"nn" + home + "a\r":                   "ann",
		"nn\x01a\x05!\r":                      "ann!",
		"an" + left + "n" + right + "e\r":     "anne",
		"axn" + left + left + del + "n\r":     "ann",
		"ax" + left + "\x04\x04\r":            "a",
		"one two  \x17x\r":                    "one x",
		"one two\x15x\r":                      "x",
		"one two" + home + "\x0bx\r":          "x",
		"one" + home + end + "x\r":            "onex",
		"\x1b[A\x1b[B\x1b[1;5Cx\x1b\x1b\r":    "x", // up, down, Ctrl-Right, Escape
		"\x00\x07\x1fx\r":                     "x",
		"日本\x7f語\r":                           "日語",
		"e\u0301x\x7f\x7f\r":                  "", // a letter with its mark is one character
		"xe\u0301" + left + left + del + "\r": "e\u0301",
		"\xe9t\xe9\r":                         "\xe9t\xe9", // Latin-1; the question refuses it
		"\x1b[200~a\nb\t\x01c\n\x1b[201~\r":   "a\nb\t\x01c",
		"x\x1b[200~\x1b[201~y\r":              "xy",
		"\x1b[200~\r\n\x1b[201~ab\r":          "ab",
	} {
		if got, _, err := typed(keys, false); got != want || err != nil {
			t.Errorf("%q: %q, want %q (%v)", keys, got, want, err)
		}
	}
}

func TestEditor_Complete(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ keys, want, shows string }{
		{"f\t\r", "FR", ""},
		{"germ\t\r", "DE", ""},
		{"berl\t\r", "Europe/Berlin", ""},
		{"d\t\r", "D", ""},
		{"d\t\t\r", "D", "\n  DE  Germany\n  DK  Denmark\n"},
		{"euro\t\r", "Europe/", ""},
		{"eu\t\r", "EUR", ""},
		{"euro\tp\t\r", "Europe/Paris", ""},
		{"xyz\t\r", "xyz", "\a"},
		{"fr\x1b[D\t\r", "fr", ""}, // the cursor is inside
		{"\t\r", "", "  Asia/Tokyo"},
	} {
		got, shown, err := typed(c.keys, false)
		if got != c.want || err != nil || !strings.Contains(shown, c.shows) {
			t.Errorf("%q: %q, want %q and %q (%v): %q", c.keys, got, c.want, c.shows, err, shown)
		}
	}
	many := func() (all []Option) {
		for range 100 {
			all = append(all, Option{Text: "same", Name: strings.Repeat("long ", 20)})
		}
		return all
	}
	var out bytes.Buffer
	e := &Editor{In: strings.NewReader("sa\t\t\r"), Out: &out, Width: func() int { return 40 }, Limit: 20, Options: many}
	if _, err := e.ReadLine(); err != nil || !strings.Contains(out.String(), "  and 92 more\n") {
		t.Errorf("%v: %q", err, out.String())
	}
}

func TestEditor_EndAndLimit(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 10000)
	for keys, want := range map[string]error{
		"\x04":                                  io.EOF,
		"":                                      io.EOF,
		"abc":                                   io.EOF, // the terminal has gone
		"\x1b[":                                 io.EOF,
		"\x1b[200~abc":                          io.EOF,
		long + "\r":                             ErrTooLong,
		"\x1b[200~" + long + "\x1b[201~\r":      ErrTooLong,
		strings.Repeat("x", 21) + "\x7f\r":      ErrTooLong, // a character is missing
		strings.Repeat("x", 20) + "\r":          nil,
		strings.Repeat("x", 25) + "\x15y\r":     nil, // all new
		"\x1b[200~" + long[:20] + "\x1b[201~\r": nil,
	} {
		got, shown, err := typed(keys, false)
		if !errors.Is(err, want) || err != nil && got != "" || len(shown) > 3000 {
			t.Errorf("%.40q: %q, %v, want %v (%d bytes shown)", keys, got, err, want, len(shown))
		}
	}
}

func TestEditor_Hidden(t *testing.T) {
	t.Parallel()
	got, shown, err := typed("sec\x7fcret\r", true)
	if got != "secret" || err != nil || strings.ContainsAny(strings.ReplaceAll(shown, "Code: ", ""), "scrt") {
		t.Errorf("%q, %v: %q", got, err, shown)
	}
}

// What does not fit is left out in front of the cursor, then behind it; what could drive the terminal is spelled out.
func TestEditor_Draw(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		width         int
		before, after string
		want          string
	}{
		{40, "ann", "", "\rCode: ann\x1b[K"},
		{40, "a", "nn", "\rCode: ann\x1b[K\x1b[2D"},
		{20, "abcdefghijklmnop", "", "\rCode: defghijklmnop\x1b[K"},
		{20, "abcdefghij", "klmnop", "\rCode: abcdefghijklm\x1b[K\x1b[3D"},
		{20, "日本語日本語日本語", "", "\rCode: 語日本語日本語"[:len("\rCode: ")] + "語日本語日本語"[3:] + "\x1b[K"},
		{10, "abcdefghijkl", "", "\rCode: \n\rdefghijkl\x1b[K"}, // no room behind the prompt
		{1, "abc", "", "\rCode: \n\rc\x1b[K"},
		{0, "abc", "", "\rCode: abc\x1b[K"},
		{40, "\x1b[2J\u202e\x9b", "", "\rCode: " + `\x1b[2J\u202e\x9b` + "\x1b[K"},
	} {
		var out bytes.Buffer
		e := &Editor{Out: &out, Width: func() int { return c.width }, Prompt: "Code: ", before: c.before, after: c.after}
		e.Redraw()
		if out.String() != c.want {
			t.Errorf("%d columns, %q: %q, want %q", c.width, c.before, out.String(), c.want)
		}
	}
}

// FuzzEditor presses any keys: the editor ends, keeps its limit, and never sends the terminal more than it means to.
func FuzzEditor(f *testing.F) {
	for _, keys := range []string{"ann\r", "\x1b[D\x1b[200~x\x1b[201~\t\r", "\xff\xc3\x28\x1b]0;x\x07\r", "日\x01\x04\x17\x0b\x15\r"} {
		f.Add(keys)
	}
	f.Fuzz(func(t *testing.T, keys string) {
		got, shown, _ := typed(keys, false)
		if len(got) > 20 {
			t.Errorf("%q is longer than the limit", got)
		}
		plain := strings.NewReplacer(eraseRight, "", "\r", "", "\n", "", "\a", "").Replace(shown)
		for plain != "" {
			before, after, found := strings.Cut(plain, "\x1b[")
			if !utf8.ValidString(before) || strings.ContainsFunc(before, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) {
				t.Fatalf("%q shows %q", keys, shown)
			}
			if found && strings.TrimLeft(after, "0123456789")[0] != 'D' {
				t.Fatalf("%q shows %q", keys, shown)
			}
			plain = strings.TrimLeft(after, "0123456789")
		}
	})
}

// A key may be pasted at any question: it is not shown, at whatever place the cursor is.
func TestEditor_MasksKey(t *testing.T) {
	t.Parallel()
	for _, keys := range []string{"\x1b[200~hc_secret42\x1b[201~\r", " hc_secret42\x1b[D\x1b[D\r", "secret42\x1b[Hhc_\r"} {
		line, shown, err := typed(keys, false)
		if err != nil || !strings.HasSuffix(line, "hc_secret42") || strings.Contains(shown[strings.LastIndex(shown, "hc_"):], "42") {
			t.Errorf("%q: %q (%v), shown %q", keys, line, err, shown)
		}
	}
	if _, shown, _ := typed("\x1b[200~hc_secret42\x1b[201~\x08\r", false); strings.Contains(shown, "secret") {
		t.Errorf("a pasted key is shown: %q", shown)
	}
}
