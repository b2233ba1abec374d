package customers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/output"
	"github.com/hydracore/hydractl/pkg/client"
)

var errEnough = errors.New("enough")

// watch runs a watch over a server that sends one answer after another, until there is none left. The interval is
// shorter than the command line allows.
func watch(t *testing.T, o listQuery, terminal cli.Terminal, answers ...http.HandlerFunc) (out, errOut string, err error) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	var asked atomic.Int32
	vars := clitest.Answering(t, func(w http.ResponseWriter, r *http.Request) {
		n := int(asked.Add(1))
		if n > len(answers) {
			cancel(errEnough)
			return
		}
		answers[n-1](w, r)
	})
	vars["NO_COLOR"] = "1"
	var stdout, stderr bytes.Buffer
	if terminal.Width == nil {
		terminal.Width = func() int { return 0 }
	}
	app := cli.NewApp(&cli.Env{
		Out: &stdout, Err: &stderr, Terminal: terminal, Home: t.TempDir(),
		LookupEnv: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
		Now:       func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
		Signals:   func(ctx context.Context) (context.Context, func()) { return ctx, func() {} },
	}, nil)
	o.flags = &listOptions{page: 1, watch: time.Microsecond}
	_, api, err := app.Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	flags, err := (&selectionFlags{}).selection(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	flags.all, flags.limit, flags.email, flags.perPage = o.all, o.limit, o.email, 20
	o.selection = flags
	o.output = app.CustomerOutput(api.Settings)
	err = o.runWatch(ctx, app, api)
	return stdout.String(), stderr.String(), err
}

func event(name, number, company string) string {
	return fmt.Sprintf(`{"event":%q,"time":"2026-03-01T12:00:00Z","id":"497f6eca-6276-4993-bfeb-53cbbbba6f0%s","company_name":%q}`+"\n", name, number, company)
}

func TestWatch_PrintsEvents(t *testing.T) {
	out, errOut, err := watch(t, listQuery{}, cli.Terminal{},
		clitest.Rows(2, "1:a", "2:b"),
		clitest.Rows(2, "1:a", "2:b"),
		clitest.Rows(3, "3:c", "1:a", "2:b"),
		clitest.Answer(500, "text/plain", "oh"),
		clitest.Answer(502, "text/plain", "oh"),
		clitest.Rows(3, "3:c", "1:A", "2:b"),
		clitest.Rows(2, "3:C", "1:A"),
		clitest.Rows(2, "3:C", "1:A"),
	)
	want := event("added", "3", "c") + event("changed", "1", "A") + event("changed", "3", "C") + event("removed", "2", "b")
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	for _, line := range []string{"Watching: 2 of 2 customers", "Warning: GET /v1/customers: oh (500)", "The server answers again."} {
		if strings.Count(errOut, line) != 1 {
			t.Errorf("stderr has not one %q:\n%s", line, errOut)
		}
	}
	if !errors.Is(err, errEnough) {
		t.Errorf("ended with %v", err)
	}
}

func TestWatch_PartOmitsMovedCustomers(t *testing.T) {
	out, _, _ := watch(t, listQuery{}, cli.Terminal{},
		clitest.Rows(30, "1:a", "2:b"), clitest.Rows(31, "3:c", "1:a"), clitest.Rows(30, "1:a", "2:b"), clitest.Rows(30, "1:a", "2:B"))
	if want := event("added", "3", "c") + event("changed", "2", "B"); out != want {
		t.Errorf("events:\n%swant:\n%s", out, want)
	}
}

func TestWatch_AllPagesKeepOtherFlags(t *testing.T) {
	answers := []http.HandlerFunc{clitest.Rows(3, "1:a", "2:b", "3:c"), clitest.Rows(3, "4:d", "1:a", "3:c")}
	for name, c := range map[string]struct {
		options listQuery
		want    string
	}{
		"--all":     {listQuery{selection: selection{all: true}}, event("added", "4", "d") + event("removed", "2", "b")},
		"--limit 2": {listQuery{selection: selection{limit: 2}}, event("added", "4", "d")},
		"--email":   {listQuery{selection: selection{email: "x@example.com"}}, ""},
	} {
		out, _, err := watch(t, c.options, cli.Terminal{}, answers...)
		if out != c.want || !errors.Is(err, errEnough) {
			t.Errorf("%s: %v, events:\n%swant:\n%s", name, err, out, c.want)
		}
	}
}

func TestWatch_EndsOnPermanentError(t *testing.T) {
	for name, c := range map[string]struct {
		answers []http.HandlerFunc
		want    string
	}{
		"the first listing fails":  {[]http.HandlerFunc{clitest.Answer(500, "text/plain", "oh")}, "oh (500)"},
		"the credential is gone":   {[]http.HandlerFunc{clitest.Rows(0), clitest.Answer(401, "application/json", `{"detail":"who"}`)}, "who (401)"},
		"a scope is gone":          {[]http.HandlerFunc{clitest.Rows(0), clitest.Answer(403, "application/json", `{"detail":"no"}`)}, "no (403)"},
		"the query is refused":     {[]http.HandlerFunc{clitest.Rows(0), clitest.Answer(422, "application/json", `{"detail":"bad"}`)}, "bad (422)"},
		"there is no such address": {[]http.HandlerFunc{clitest.Rows(0), clitest.Answer(404, "application/json", `{"detail":"Not Found"}`)}, "Not Found (404)"},
	} {
		_, _, err := watch(t, listQuery{}, cli.Terminal{}, c.answers...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: ended with %v, want %s", name, err, c.want)
		}
	}
}

func TestWatch_RedrawsTerminalAndRestoresIt(t *testing.T) {
	size := func(n int) func() int { return func() int { return n } }
	out, errOut, err := watch(t, listQuery{}, cli.Terminal{Out: true, Width: size(80), Height: size(8)},
		clitest.Rows(2, "1:a", "2:b\x1b[2J"),
		clitest.Rows(5, "3:new", "1:changed", "2:b\x1b[2J", "4:d", "5:e"),
		clitest.Answer(500, "text/plain", "no luck\x1b[2J"))
	if errOut != "" || !errors.Is(err, errEnough) {
		t.Errorf("%v, stderr: %q", err, errOut)
	}
	screens := strings.Split(out, goHome)
	if len(screens) != 4 || screens[0] != enterScreen || strings.Count(out, enterScreen) != 1 || !strings.Contains(screens[3], leaveScreen) {
		t.Fatalf("%d screens in %q", len(screens), out)
	}
	if strings.Contains(out, "\x1b[2J") {
		t.Errorf("the server drives the terminal: %q", out)
	}
	want := [][]string{
		{"Every 1µs, last at 12:00:00.", "\n" + clearLine + "  -      a ", "\n" + clearLine + "  -      b\\x1b[2J", "2 of 2 customers"},
		{"\n" + clearLine + "+ -      new", "\n" + clearLine + "~ -      changed", "  ... and 2 more", "5 of 5 customers"},
		{"Warning: GET /v1/customers: no luck", "\n" + clearLine + "+ -      new"},
	}
	var kept string
	if screens[3], kept, _ = strings.Cut(screens[3], leaveScreen); !strings.Contains(kept, "\n+ -      new") || !strings.HasSuffix(kept, "5 of 5 customers (page 1 of 1). Hidden: COUNTRY, CREATED.\n") {
		t.Errorf("the last listing does not stay: %q", kept)
	}
	for i, screen := range screens[1:] {
		if lines := strings.Count(screen, "\n") + 1; lines > 8 {
			t.Errorf("screen %d has %d lines on a terminal of 8:\n%s", i, lines, screen)
		}
		for _, part := range want[i] {
			if !strings.Contains(screen, part) {
				t.Errorf("screen %d lacks %q:\n%q", i, part, screen)
			}
		}
	}
}

// TestWatchScreen_MarksAndWidths checks that a change is marked for 30 s, and that no column becomes narrower.
func TestWatchScreen_MarksAndWidths(t *testing.T) {
	var out bytes.Buffer
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	app := cli.NewApp(&cli.Env{
		Out: &out, Terminal: cli.Terminal{Out: true, Width: func() int { return 120 }, Height: func() int { return 20 }},
		LookupEnv: func(string) (string, bool) { return "", false }, Now: func() time.Time { return now },
	}, nil)
	screen, err := newWatchScreen(0, app, output.Options{Columns: []string{"company,id"}})
	if err != nil {
		t.Fatal(err)
	}
	customer := func(name string) client.Customer { return client.Customer{ID: "1", CompanyName: &name} }
	line := func(name string, changes ...watchEvent) string {
		t.Helper()
		out.Reset()
		if err := screen.show(watched{rows: []client.Customer{customer(name)}}, changes); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if strings.Contains(line, name) {
				return strings.TrimRight(strings.TrimPrefix(line, clearLine), clearBelow+"\r\n")
			}
		}
		t.Fatalf("no line of %s in %q", name, out.String())
		return ""
	}
	if got := line("A long name", watchEvent{event: "added", at: now, customer: customer("A long name")}); got != "+ A long name  1" {
		t.Errorf("added: %q", got)
	}
	now = now.Add(markedFor - time.Second)
	if got := line("Short"); got != "+ Short        1" {
		t.Errorf("after 29 s: %q", got)
	}
	now = now.Add(time.Second)
	if got := line("Short"); got != "  Short        1" {
		t.Errorf("after 30 s: %q", got)
	}
}
