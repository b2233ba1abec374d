package customers

import (
	"fmt"
	"io"
	"slices"
	"strings"

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
	options *customersListOptions
	env     *cli.App
	output  output.Options
	dumb    bool // a terminal without cursor control
	now     watched
	changes map[string]string // by ID: what happened to a customer since the listing before
}

func newWatchScreen(o *customersListOptions, env *cli.App, opts output.Options) (*watchScreen, error) {
	name, _ := env.LookupEnv("TERM")
	s := &watchScreen{options: o, env: env, output: opts, dumb: name == "dumb"}
	if s.dumb {
		return s, nil
	}
	return s, s.write(enterScreen)
}

func (s *watchScreen) Close() {
	if !s.dumb {
		_ = s.write(leaveScreen)
	}
}

func (s *watchScreen) show(now watched, changes []watchEvent) error {
	s.now, s.changes = now, map[string]string{}
	for _, c := range changes {
		s.changes[c.customer.ID] = c.event
	}
	return s.draw(now.incomplete)
}

// trouble shows an error below the last listing.
func (s *watchScreen) trouble(err error) {
	s.changes = nil
	_ = s.draw(err)
}

// draw prints the listing at the current size of the terminal.
func (s *watchScreen) draw(trouble error) error {
	table, hidden, err := s.table()
	if err != nil {
		return err
	}
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
	head := fmt.Sprintf("Every %v, last at %s. Ctrl-C to stop.\n\n", s.options.watch, s.env.Now().Format("15:04:05"))
	return s.print(splitLines(head), table, splitLines(below.String()))
}

// table returns the lines of the listing with a mark before each: + for a new customer, ~ for a changed one.
func (s *watchScreen) table() (lines, hidden []string, err error) {
	const margin = "  "
	opts := s.output
	opts.Now, opts.Width = s.env.Now(), max(s.env.Width()-len(margin), 1)
	printer, err := output.New(opts, s.columns())
	if err != nil {
		return nil, nil, err
	}
	var text strings.Builder
	result, err := printer.List(&text, cli.Each(s.now.rows), output.Envelope{})
	if err != nil {
		return nil, nil, err
	}
	lines = splitLines(text.String())
	headers := len(lines) - len(s.now.rows)
	for i := range lines {
		mark := margin
		if i >= headers {
			mark = map[string]string{"": margin, "added": "+ ", "changed": "~ "}[s.changes[s.now.rows[i-headers].ID]]
		}
		lines[i] = mark + lines[i]
	}
	return lines, result.Hidden, nil
}

// columns returns the columns of a list, in the colour of a row's change.
func (s *watchScreen) columns() []output.Column[client.Customer] {
	columns := customerColumns()
	for i, c := range columns {
		columns[i].Color = func(row client.Customer) output.Color {
			switch change := s.changes[row.ID]; {
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
	if room := s.env.Terminal.Height() - len(head) - len(below); !s.dumb && room > 0 && len(table) > room {
		more := fmt.Sprintf("  ... and %d more", len(table)-room+1)
		table = append(table[:room-1:room-1], more)
	}
	lines := slices.Concat(head, table, below)
	if s.dumb {
		return s.write(strings.Join(lines, "\n") + "\n\n")
	}
	return s.write(goHome + clearLine + strings.Join(lines, "\r\n"+clearLine) + clearBelow)
}

func (s *watchScreen) write(text string) error {
	if _, err := io.WriteString(s.env.Out, text); err != nil {
		return &output.WriteError{Err: err}
	}
	return nil
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
