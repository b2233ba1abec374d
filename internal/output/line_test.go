package output

import "testing"

func TestLine_CutReverseASCII(t *testing.T) {
	t.Parallel()
	painted := Paint("株式会社", Green) + " Inc."
	for _, one := range []struct{ name, got, want string }{
		{"fits", CutLine(painted, 13), painted},
		{"cut without colours", Uncolored(CutLine(painted, 6)), "株式会"},
		{"cut before a wide character", Uncolored(CutLine(painted, 5)), "株式"},
		{"nothing", Uncolored(CutLine(painted, 0)), ""},
		{"reverse", Reverse(painted, 15), "\x1b[7m株式会社 Inc.  \x1b[0m"},
		{"reverse cut", Reverse(painted, 3), "\x1b[7m株 \x1b[0m"},
		{"ASCII", ASCII("Café …株" + "e\u0301"), "Caf? .??e"},
		{"ASCII already", ASCII("plain"), "plain"},
	} {
		if one.got != one.want {
			t.Errorf("%s: %q, not %q", one.name, one.got, one.want)
		}
	}
	if w := DisplayWidth(painted); w != 13 {
		t.Errorf("width %d", w)
	}
}
