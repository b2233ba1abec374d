package customers

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// The sequences of ECMA-48 and xterm that the screen needs.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l\x1b[?7l" // the alternate screen, no cursor, no wrapping
	leaveScreen = "\x1b[?7h\x1b[?25h\x1b[?1049l"
	goHome      = "\x1b[H"
	clearLine   = "\x1b[K"
	clearBelow  = "\x1b[J"
)

// watchScreen redraws the listing in place on a terminal.
type watchScreen struct {
	every   time.Duration
	app     *cli.App
	output  output.Options
	dumb    bool // a terminal without cursor control
	now     watched
	changes map[string]watchEvent // by ID: what happened to a customer lately
	widths  map[string]int        // of the columns, which do not become narrower
	frame   []string              // the lines that are shown
}

// markedFor is how long a change is marked.
const markedFor = 30 * time.Second

func newWatchScreen(every time.Duration, app *cli.App, opts output.Options) (*watchScreen, error) {
	name, _ := app.LookupEnv("TERM")
	s := &watchScreen{every: every, app: app, output: opts, dumb: name == "dumb", changes: map[string]watchEvent{}, widths: map[string]int{}}
	if s.dumb {
		return s, nil
	}
	return s, s.app.Print(enterScreen)
}

// Close leaves what was shown last on the screen.
func (s *watchScreen) Close() {
	if !s.dumb {
		_ = s.app.Print(leaveScreen)
		for _, line := range s.frame {
			_ = s.app.Print(line + "\n")
		}
	}
}

func (s *watchScreen) show(now watched, changes []watchEvent) error {
	s.now = now
	for _, c := range changes {
		s.changes[c.customer.ID] = c
	}
	return s.draw(now.incomplete)
}

// trouble shows an error below the last listing.
func (s *watchScreen) trouble(err error) {
	_ = s.draw(err)
}

// draw prints the listing at the current size of the terminal.
func (s *watchScreen) draw(trouble error) error {
	maps.DeleteFunc(s.changes, func(_ string, c watchEvent) bool { return s.app.Now().Sub(c.at) >= markedFor })
	table, hidden := s.table()
	var below strings.Builder
	status := output.Status{W: &below, Color: s.output.Color}
	if trouble != nil {
		status.Warn("%v", trouble)
	}
	footer, _, _ := strings.Cut(s.now.footer, " Next:")
	if len(hidden) > 0 {
		footer += " Hidden: " + cli.JoinComma(hidden) + "."
	}
	status.Footer(footer, nil)
	head := fmt.Sprintf("Every %v, last at %s. Ctrl-C to stop.\n\n", s.every, s.app.Now().Format("15:04:05"))
	return s.print(splitLines(head), table, splitLines(below.String()))
}

// table returns the lines of the listing with a mark before each: + for a new customer, ~ for a changed one.
func (s *watchScreen) table() (lines, hidden []string) {
	const margin = "  "
	opts := s.output
	opts.Width, opts.Widths = max(s.app.Width()-len(margin), 1), s.widths
	lines = linesOf(opts, s.columns(), func(p *output.Printer[client.Customer], w io.Writer) error {
		result, err := p.List(w, cli.Each(s.now.rows), output.Envelope{})
		hidden = result.Hidden
		return err
	})
	headers := len(lines) - len(s.now.rows)
	for i := range lines {
		mark := margin
		if i >= headers {
			mark = map[string]string{"": margin, "added": "+ ", "changed": "~ "}[s.changes[s.now.rows[i-headers].ID].event]
		}
		lines[i] = mark + lines[i]
	}
	return lines, hidden
}

// columns returns the columns of a list, in the colour of a row's change.
func (s *watchScreen) columns() []output.Column[client.Customer] {
	columns := customerColumns()
	for i, c := range columns {
		columns[i].Color = func(row client.Customer) output.Color {
			switch change := s.changes[row.ID].event; {
			case change == "added":
				return output.Green
			case change == "changed":
				return output.Yellow
			case c.Color != nil:
				return c.Color(row)
			}
			return output.Plain
		}
	}
	return columns
}

// print overwrites the screen. A table that is longer than the terminal is cut.
func (s *watchScreen) print(head, table, below []string) error {
	if room := s.app.Terminal.Height() - len(head) - len(below); !s.dumb && room > 0 && len(table) > room {
		more := fmt.Sprintf("  ... and %d more", len(table)-room+1)
		table = append(table[:room-1:room-1], more)
	}
	lines := slices.Concat(head, table, below)
	if s.dumb {
		return s.app.Print(strings.Join(lines, "\n") + "\n\n")
	}
	s.frame = lines
	return s.app.Print(goHome + clearLine + strings.Join(lines, "\r\n"+clearLine) + clearBelow)
}
