package browse

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/output"
)

// The screens as they were looked at. UPDATE_VIEWS=1 writes them again.
func TestView_Golden(t *testing.T) {
	t.Parallel()
	c := serve(t, 250)
	for _, width := range []int{10, 40, 60, 80, 120, 200} {
		var all strings.Builder
		o := options(c.Customers)
		o.Actions.Create = func() error { return nil }
		s := open(t, o, width, 12)
		for _, step := range []string{"", "end", "home / r o s a . enter", "enter", "?", "esc esc c", "esc s"} {
			s.keys(step)
			s.pause()
			fmt.Fprintf(&all, "--- %s\n%s\n", step, strings.ReplaceAll(s.text(), "\x1b[7m", ""))
		}
		text := strings.ReplaceAll(all.String(), "\x1b[0m", "")
		var trimmed strings.Builder
		for line := range strings.Lines(text) {
			trimmed.WriteString(strings.TrimRight(line, " \n") + "\n")
		}
		path := filepath.Join("testdata", fmt.Sprintf("view_%d.txt", width))
		if os.Getenv("UPDATE_VIEWS") != "" {
			if err := os.WriteFile(path, []byte(trimmed.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), trimmed.String()); diff != "" {
			t.Errorf("width %d (-want +got):\n%s", width, diff)
		}
	}
}

// No size of a terminal breaks a line or hides the selected customer, and none ends in a panic.
func TestView_AnySize(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 120).Customers), 80, 24)
	for _, keys := range []string{"", "end", "/ x y z", "esc enter", "end ?", "end q", "c", "esc q"} {
		s.keys(keys)
		s.pause()
		for width := 1; width < 25; width++ {
			for height := 1; height < 14; height++ {
				s.send(windowSize(width, height))
				if lines := strings.Split(s.text(), "\n"); len(lines) != height {
					t.Fatalf("%d lines for a height of %d", len(lines), height)
				}
				if s.mode == inList && width > 4 && !strings.Contains(s.text(), "\x1b[7m"+cursorMark) {
					t.Fatalf("%s at %d x %d: the selected customer is not seen:\n%s", keys, width, height, s.text())
				}
			}
		}
		s.send(windowSize(80, 24))
	}
}

func TestView_Colors(t *testing.T) {
	t.Parallel()
	o := options(serve(t, 3).Customers)
	if text := open(t, o, 80, 24).text(); strings.Contains(strings.NewReplacer("\x1b[7m", "", "\x1b[0m", "").Replace(text), "\x1b") {
		t.Errorf("colours without colour: %q", text)
	}
	o.Color = true
	if text := open(t, o, 80, 24).text(); !strings.Contains(text, "\x1b[1m") || !strings.Contains(text, "\x1b[2m") {
		t.Errorf("no colours: %q", text)
	}
}

// A terminal without UTF-8 gets one column for each that a character would take.
func TestView_ASCII(t *testing.T) {
	t.Parallel()
	o := options(serve(t, 250).Customers)
	o.ASCII = true
	s := open(t, o, 60, 24)
	for _, keys := range []string{"", "end", "enter", "q / ü", "?"} {
		s.keys(keys)
		if text := s.text(); strings.Trim(text, "\x1b\n"+printable()) != "" || strings.ContainsFunc(text, func(r rune) bool { return r > '~' }) {
			t.Errorf("%s: not only ASCII: %q", keys, text)
		}
	}
}

func printable() string {
	var all strings.Builder
	for r := ' '; r <= '~'; r++ {
		all.WriteRune(r)
	}
	return all.String()
}

// Text of a server that drives terminals is shown, and drives nothing.
func TestView_HostileText(t *testing.T) {
	t.Parallel()
	o := options(serve(t, 40, "hostile_text").Customers)
	s := open(t, o, 200, 24)
	for _, keys := range []string{"", "end", "enter", "q c i", "c e", "/ enter", "esc s"} {
		s.keys(keys)
		text := strings.NewReplacer("\x1b[7m", "", "\x1b[0m", "").Replace(s.text())
		if escaped := output.Escape(strings.ReplaceAll(text, "\n", "")); escaped != strings.ReplaceAll(text, "\n", "") {
			t.Errorf("%s: %q", keys, text)
		}
	}
}
