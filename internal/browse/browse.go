// Package browse is the screen on which the customers of a tenant are paged through, and the picker of one of them.
package browse

import (
	"context"
	"errors"
	"io"

	tea "charm.land/bubbletea/v2"

	"github.com/hydracore/hydractl/pkg/client"
)

// Source is where customers come from; [client.CustomersService] is one.
type Source interface {
	List(ctx context.Context, o client.ListOptions) (*client.CustomerPage, error)
	Get(ctx context.Context, id string) (*client.CustomerDetail, error)
}

// Options says what the screen shows and what can be done on it.
type Options struct {
	Source Source
	Query  client.ListOptions // Search, SortBy and SortDir to begin with
	Title  string             // what is shown: "Customers"
	Where  string             // profile and host
	Tenant func() string      // asks for the tenant, "" when it is not reported; nil asks nothing
	Pick   bool               // Enter picks a customer; else it shows the details
	Typing bool               // what is typed searches from the start, until Enter picks a customer
	Color  bool
	ASCII  bool // the terminal may not be able to show more than ASCII
	// Unpickable returns why a customer cannot be picked, "" when it can; nil when all can.
	Unpickable func(c client.Customer) string
	// Table returns the header and a line for each customer. The widths of the columns grow with the rows.
	Table func(rows []client.Customer, width int, widths map[string]int) []string
	// Detail returns the lines of the detail view.
	Detail func(c client.CustomerDetail, width int) []string
	// Describe returns the message of an error, without secrets.
	Describe func(err error) string
	// Divert hands notes of the client, such as that it tries again, to a function instead of the terminal; nil ends that.
	Divert  func(to func(text string))
	Actions Actions
}

// Actions are done on the normal terminal, which the screen leaves meanwhile. Nil ones are not offered.
type Actions struct {
	Create func() error
	Clone  func(id string) error
	Export func(q client.ListOptions) error
}

// Terminal is where the screen is shown and typed to.
type Terminal struct {
	In      io.Reader
	Out     io.Writer
	Environ []string
}

// ErrInterrupted is the end by Ctrl-C.
var ErrInterrupted = errors.New("interrupted by Ctrl-C")

// Run shows the screen until it is left, or the context ends. It returns the customer that was picked, nil for none.
func Run(ctx context.Context, o Options, t Terminal) (*client.Customer, error) {
	m := newModel(ctx, o)
	program := tea.NewProgram(m,
		tea.WithContext(ctx), tea.WithInput(t.In), tea.WithOutput(t.Out), tea.WithEnvironment(t.Environ), tea.WithoutSignalHandler(),
		tea.WithoutCatchPanics()) // bubbletea would print the value of a panic
	defer program.Kill() // does nothing unless a panic has left the terminal as it was
	note := func(text string) { program.Send(noteMsg(text)) }
	m.aside = func(action func() error) error {
		o.Divert(nil)
		defer o.Divert(note)
		return action()
	}
	o.Divert(note)
	defer o.Divert(nil)
	_, err := program.Run()
	m.stop()
	if err == nil && m.interrupted {
		err = ErrInterrupted
	}
	return m.picked, err
}
