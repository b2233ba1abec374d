package browse

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/internal/sandbox"
	"github.com/hydracore/hydractl/pkg/client"
)

// screen drives a model without a terminal: it runs the commands one after another, and keeps what waits for a pause.
type screen struct {
	*model

	t       *testing.T
	waiting []tea.Msg // until typing pauses
	printed []string  // what was sent to the clipboard
	lists   int       // requests of a page or a customer
	quit    bool
}

func noon() time.Time { return time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC) }

// serve starts a sandbox with customers, and returns a client of it.
func serve(t *testing.T, customers int, faults ...string) *client.Client {
	t.Helper()
	return serveFile(t, "", customers, faults...)
}

// serveFile is serve with a database that several sandboxes can share, "" for one of its own.
func serveFile(t *testing.T, db string, customers int, faults ...string) *client.Client {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Options{DB: db, Seed: customers, Faults: faults, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(s.URL(), client.WithAPIKey(s.Key()), client.WithMaxRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		_ = s.Close()
	})
	return c
}

// options are those of a screen with the columns and the detail view of a test.
func options(source Source) Options {
	printer := func(width int, widths map[string]int) *output.Printer[client.Customer] {
		p, err := output.New(output.Options{Width: width, Widths: widths, Now: noon}, []output.Column[client.Customer]{
			{Name: "email", Sets: output.Default, Fit: output.FitMiddle, Value: func(c client.Customer) any { return c.Email }},
			{Name: "company", Sets: output.Default, Fit: output.FitEnd, Min: 16, Tight: 8, Drop: 12, Value: func(c client.Customer) any { return c.CompanyName }},
			{Name: "country", Sets: output.Default, Drop: 3, Value: func(c client.Customer) any { return c.CountryCode }},
			{Name: "id", Sets: output.Default, Drop: 2, Value: func(c client.Customer) any { return c.ID }},
		})
		if err != nil {
			panic(err)
		}
		return p
	}
	return Options{
		Source: source, Title: "Customers", Where: "profile test at host",
		Describe: func(err error) string { return err.Error() },
		Table: func(rows []client.Customer, width int, widths map[string]int) []string {
			var b strings.Builder
			all := func(yield func(client.Customer, error) bool) {
				for _, c := range rows {
					if !yield(c, nil) {
						return
					}
				}
			}
			if _, err := printer(width, widths).List(&b, all, output.Envelope{}); err != nil {
				panic(err)
			}
			return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		},
		Detail: func(c client.CustomerDetail, _ int) []string {
			lines := []string{"Identity", "  ID  " + c.ID}
			for i := range 20 {
				lines = append(lines, fmt.Sprintf("  Subscription %d", i+1))
			}
			return lines
		},
	}
}

// open shows the first page at a size, unless the server fails.
func open(t *testing.T, o Options, width, height int) *screen {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	s := &screen{model: newModel(ctx, o), t: t}
	s.delayed = func(msg tea.Msg) tea.Cmd {
		s.waiting = append(s.waiting, msg)
		return nil
	}
	s.send(tea.WindowSizeMsg{Width: width, Height: height})
	s.run(s.Init())
	return s
}

// send delivers a message, and runs what follows from it.
func (s *screen) send(msg tea.Msg) {
	s.t.Helper()
	_, next := s.Update(msg)
	s.run(next)
}

// run runs a command and those that follow from it. They are few: nothing may ask the server again and again.
func (s *screen) run(cmd tea.Cmd) {
	s.t.Helper()
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.QuitMsg:
		s.quit = true
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	case pageMsg, detailMsg:
		if s.lists++; s.lists > 200 {
			s.t.Fatal("the server is asked again and again")
		}
		s.send(msg)
	case tenantMsg:
		s.send(msg)
	default:
		s.printed = append(s.printed, fmt.Sprint(msg))
	}
}

// pause is the end of typing.
func (s *screen) pause() {
	s.t.Helper()
	for _, msg := range s.waiting {
		s.send(msg)
	}
	s.waiting = nil
}

// keys presses keys, separated by blanks: the names that bubbletea has for them, or characters.
func (s *screen) keys(names string) {
	s.t.Helper()
	for name := range strings.FieldsSeq(names) {
		s.send(keyPress(name))
	}
}

// keyPress is the message of a key.
func keyPress(name string) tea.KeyPressMsg {
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "up": tea.KeyUp, "down": tea.KeyDown, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown,
		"home": tea.KeyHome, "end": tea.KeyEnd, "backspace": tea.KeyBackspace, "left": tea.KeyLeft, "right": tea.KeyRight,
	}
	switch code, is := special[name]; {
	case is:
		return tea.KeyPressMsg{Code: code}
	case name == "space":
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	case strings.HasPrefix(name, "ctrl+"):
		return tea.KeyPressMsg{Code: rune(name[len(name)-1]), Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

// text is the screen as the terminal gets it.
func (s *screen) text() string {
	s.t.Helper()
	text := s.View().Content
	lines := strings.Split(text, "\n")
	if len(lines) > s.height {
		s.t.Errorf("%d lines for a height of %d:\n%s", len(lines), s.height, text)
	}
	for _, line := range lines {
		if width := output.DisplayWidth(line); width > s.width {
			s.t.Errorf("a line of %d for a width of %d: %q", width, s.width, line)
		}
	}
	return text
}

// shows fails unless the screen shows each text.
func (s *screen) shows(texts ...string) {
	s.t.Helper()
	screen := s.text()
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			s.t.Errorf("the screen lacks %q:\n%s", text, screen)
		}
	}
}
