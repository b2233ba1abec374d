package output

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// hostile is text that drives, overwrites, reorders or hides on a terminal.
func hostile() []string {
	return []string{
		"\x1b]52;c;cm0gLXJmIC8=\x07",                           // OSC 52: write the clipboard
		"\x1b]8;;https://evil.example.com\x1b\\ok\x1b]8;;\x07", // OSC 8: link
		"\x1b]0;title\x07",
		"\x1b[2J\x1b[1;1Hgone",
		"\u009b31mred", // C1 CSI
		"\u009d0;title\u009c",
		"real\rfake",
		"line\nError: forged",
		"tab\there",
		"back\b\b\bspace",
		"nul\x00",
		"del\x7f",
		"\u202egnp.exe",
		"\u2066isolate\u2069",
		"zero\u200bwidth\u200djoin\ufeff",
		"line\u2028para\u2029",
		"soft\u00adhyphen",
		"tag\U000e0041\U000e007f",
		"filler\u3164\u115f\uffa0",
		"surrogate\xed\xa0\x80",
		"bytes\xff\xfe\x80",
		"annotation\ufff9a\ufffab\ufffb",
	}
}

// wild draws text that is ordinary, hostile, or any bytes.
func wild() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom(hostile()),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"", "NO", "1:30", "1e3", "null", "~", "<<", "a, b", "a: b #c", "= 1", "株式会社", "e\u0301", "\U0001F600", `\`, `"`, "a\r\nb"}),
	)
}

func TestEscape_SpellsOutTerminalControls(t *testing.T) {
	for in, want := range map[string]string{
		"":                             "",
		"Foo, Inc. [x] 100%":           "Foo, Inc. [x] 100%",
		"Müller 株式会社 \U0001F600\ufe0f": "Müller 株式会社 \U0001F600\ufe0f",
		"e\u0301":                      "e\u0301",
		"a\nb\r\tc":                    `a\nb\r\tc`,
		"\x1b[31m\x00\x07":             `\x1b[31m\x00\x07`,
		"\x7f\u0085\u009b":             `\x7f\u0085\u009b`,
		"\u202e\u2066\u200b":           `\u202e\u2066\u200b`,
		"\u2028\u2029\ufeff":           `\u2028\u2029\ufeff`,
		"\U000e0041":                   `\U000e0041`,
		"\xff\xed\xa0\x80":             `\xff\xed\xa0\x80`,
		"\ufffd stays":                 "\ufffd stays",
		`back\slash`:                   `back\slash`,
	} {
		if got := Escape(in); got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestEscape_CutKeepsEscapesWhole(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"", 5, ""},
		{"abcde", 5, "abcde"},
		{"abcdef", 5, "abcd…"},
		{"äöüß€", 5, "äöüß€"},
		{"äöüß€x", 5, "äöüß…"},
		{"ab\x1bcd", 6, "ab…"},
		{"a\x1bcd", 5, "a…"},
		{"\u202eabc", 7, `\u202e…`},
		{"\u202eabc", 6, "…"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
		{"abc", -1, ""},
	} {
		if got := EscapeCut(c.in, c.limit); got != c.want {
			t.Errorf("EscapeCut(%q, %d) = %q, want %q", c.in, c.limit, got, c.want)
		}
	}
}

func TestEscape_OneVisibleLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := wild().Draw(t, "in")
		got := Escape(in)
		checkVisible(t, got)
		if again := Escape(got); again != got {
			t.Fatalf("escaping %q again gives %q", got, again)
		}
		limit := rapid.IntRange(0, 40).Draw(t, "limit")
		short := EscapeCut(in, limit)
		checkVisible(t, short)
		if n := utf8.RuneCountInString(short); n > limit {
			t.Fatalf("%q has %d characters, limit %d", short, n, limit)
		}
		if utf8.RuneCountInString(got) <= limit && short != got {
			t.Fatalf("%q was cut to %q although it fits %d", got, short, limit)
		}
		if cut, ok := strings.CutSuffix(short, "…"); ok && !strings.HasPrefix(got, cut) {
			t.Fatalf("%q does not begin like %q", short, got)
		}
	})
}

// checkVisible fails when text holds anything but visible UTF-8.
func checkVisible(t interface{ Fatalf(string, ...any) }, text string) {
	if !utf8.ValidString(text) {
		t.Fatalf("not UTF-8: %q", text)
	}
	for _, r := range text {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs) {
			t.Fatalf("%U in %q", r, text)
		}
	}
}

func TestEscape_InvisibleByUnicodeTables(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		want := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point)
		if got := invisible(r); got != want {
			t.Errorf("invisible(%U) = %v", r, got)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkVisible(t, Escape(s))
		checkVisible(t, EscapeCut(s, 8))
	})
}

// TestEscape_JoinersInsideGrapheme holds where joiners print as they are, and that they are escaped elsewhere.
func TestEscape_JoinersInsideGrapheme(t *testing.T) {
	for _, kept := range []string{
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", // Persian, with a non-joiner
		"\u0915\u094d\u200d\u0937",                         // Devanagari
		"\U0001f468\u200d\U0001f469\u200d\U0001f467",       // a family
		"\U0001f469\U0001f3fd\u200d\U0001f4bb",             // a person with a skin tone at a computer
		"\u2764\ufe0f\u200d\U0001f525",                     // a heart on fire
	} {
		if got := Escape(kept); got != kept {
			t.Errorf("%q becomes %q", kept, got)
		}
		if got := EscapeCut(kept, 100); got != kept {
			t.Errorf("%q is cut to %q", kept, got)
		}
	}
	for _, hidden := range []string{"a\u200db", "\u200d", "\u0645\u200c", "\u200c\u0645", "\U0001f468\u200d", "\u0645\u200d\u200d\u0645", "\U0001f468\u200c\U0001f469", "a\u200bb", "\u0645\u202e\u0645"} {
		if got := Escape(hidden); !strings.Contains(got, `\u20`) {
			t.Errorf("%q becomes %q", hidden, got)
		}
	}
}
