package customers

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

// maxPicks is how many customers are offered at once.
const maxPicks = 10

// pickByNumber asks for a customer in plain lines: by its ID or email, or by a part of the email, which the server searches for.
func pickByNumber(ctx context.Context, app *cli.App, api *cli.Session) (string, error) {
	var offered []client.Customer
	question := "Customer (ID, email, or a part of the email to search for)"
	for {
		answer, err := app.Ask(ctx, cli.Question{Text: question, Check: func(answer string) error { return cli.CheckText("the answer", answer) }})
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
		page, err := api.Customers.List(ctx, client.ListOptions{PerPage: maxPicks, Search: answer})
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		if err != nil {
			app.Status().Warn("%s", cli.Describe(err))
			continue
		}
		offered, question = page.Customers, "Number, or another search"
		if len(offered) == 0 {
			app.Status().Warn("no customer has an email with %q", answer)
		}
		for i, c := range offered {
			_, _ = fmt.Fprintf(app.Err, "%3d  %s  %s\n", i+1, shown(c.Email, 50), shown(c.CompanyName, 40))
		}
		if page.Total > int64(len(offered)) {
			_, _ = fmt.Fprintf(app.Err, "     and %d more\n", page.Total-int64(len(offered)))
		}
	}
}

// shown returns a text of the API as a line shows it.
func shown(text *string, limit int) string {
	if text == nil {
		return ""
	}
	return output.EscapeCut(*text, limit)
}
