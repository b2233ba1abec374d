package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// Guided reports whether a command may ask for what its command line lacks: stdin and stderr are terminals, and neither
// --no-input nor CI is set.
func (a *App) Guided() bool { return a.CanAsk() && a.Variable("CI") == "" }

// GuidedArgs accepts no argument where the command may ask for it, and what args accepts.
func (a *App) GuidedArgs(args cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		if len(given) == 0 && a.Guided() {
			return nil
		}
		return args(c, given)
	}
}

// picks is how many customers are offered at once.
const picks = 10

// PickCustomer asks for a customer: by its ID or email, or by a part of the email, which the server searches for.
func (a *App) PickCustomer(ctx context.Context, s *Session) (string, error) {
	var offered []client.Customer
	question := "Customer (ID, email, or a part of the email to search for)"
	for {
		answer, err := a.Ask(Question{Text: question, Check: func(answer string) error { return CheckText("the answer", answer) }})
		if err != nil {
			return "", err
		}
		n, err := strconv.Atoi(answer)
		switch {
		case err == nil && n >= 1 && n <= len(offered):
			return offered[n-1].ID, nil
		case uuid.Validate(answer) == nil, emailaddr.Check(answer) == nil:
			return answer, nil
		}
		page, err := s.Customers.List(ctx, client.ListOptions{PerPage: picks, Search: answer})
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		if err != nil {
			a.Status().Warn("%s", Describe(err))
			continue
		}
		offered, question = page.Customers, "Number, or another search"
		if len(offered) == 0 {
			a.Status().Warn("no customer has an email with %q", answer)
		}
		for i, c := range offered {
			_, _ = fmt.Fprintf(a.Err, "%3d  %s  %s\n", i+1, output.EscapeCut(textOf(c.Email), 50), output.EscapeCut(textOf(c.CompanyName), 40))
		}
		if page.Total > int64(len(offered)) {
			_, _ = fmt.Fprintf(a.Err, "     and %d more\n", page.Total-int64(len(offered)))
		}
	}
}
