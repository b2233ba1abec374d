package browse

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hydracore/hydractl/internal/failure"
	"github.com/hydracore/hydractl/pkg/client"
)

func windowSize(width, height int) tea.Msg { return tea.WindowSizeMsg{Width: width, Height: height} }

// A request that failed leaves what is shown; r repeats it, and nothing else does.
func TestError_Retry(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"500", "502", "drop_before", "html_200", "half_json", "401", "429", "odd_json", "trailing_data", "junk"} {
		s := open(t, options(serve(t, 250, fault+":limit=1").Customers), 100, 24)
		s.shows("r: retry. ", "Not read")
		s.keys("down end pgup")
		if s.lists != 1 {
			t.Errorf("%s: %d requests", fault, s.lists)
		}
		s.keys("r")
		s.shows("250 customers")
		if s.lists < 2 || s.listing.err != nil {
			t.Errorf("%s: %d requests, %v", fault, s.lists, s.listing.err)
		}
	}
}

func TestError_KeepsWhatIsShown(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 250, "500:after=1,limit=3").Customers), 100, 24)
	s.keys("end")
	s.shows("r: retry. ", "250 customers (100 read so far)", "...")
	s.keys("home")
	s.shows("Fatima_cohen249")
	s.keys("/ w e b e r")
	s.pause() // fails too
	s.shows("r: retry. ", "Fatima_cohen249")
	s.keys("enter r")
	s.shows(`matching "weber"`, "complete")
}

// A note of the client is about a request: it goes with the answer. Others stay until the next key.
func TestNote_GoesWithAnswer(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 250).Customers), 100, 24)
	_, reload := s.Update(keyPress("r"))
	s.send(noteMsg("\x1b[33mtries again\x1b[0m\n"))
	s.shows("tries again")
	if strings.Contains(s.text(), "33m") {
		t.Errorf("the note has its colours: %q", s.text())
	}
	s.run(reload)
	if strings.Contains(s.text(), "tries again") {
		t.Error("the note stays")
	}
	_, reload = s.Update(keyPress("r"))
	s.keys("c i")
	s.run(reload)
	s.shows("Copied the ID")
}

func TestError_InDetails(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 5, "500:after=1,limit=1").Customers), 100, 24)
	s.keys("enter")
	s.shows("r: retry. ")
	s.keys("r")
	s.shows("Identity")
}

// A server that hangs holds up no key. A new search and the end cancel what it was asked.
func TestHang_NothingFreezes(t *testing.T) {
	t.Parallel()
	for _, leave := range []string{"/ x enter", "r", "s", "q"} {
		s := open(t, options(serve(t, 250, "hang:after=1").Customers), 100, 24)
		_, hangs := s.Update(keyPress("end"))
		ended := make(chan tea.Msg)
		go func() { ended <- runAll(hangs) }()
		s.Update(keyPress("up"))
		s.shows("loading")
		for key := range strings.FieldsSeq(leave) {
			s.Update(keyPress(key)) // what it asks for hangs as well: not run
		}
		if answer, ok := (<-ended).(pageMsg); !ok || answer.err == nil {
			t.Errorf("%s: the request is not cancelled: %+v", leave, answer)
		}
	}
}

// runAll runs a command, and returns the last message of it.
func runAll(cmd tea.Cmd) (last tea.Msg) {
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			last = runAll(c)
		}
	default:
		last = msg
	}
	return last
}

// Whatever a server does wrong with its lists, the screen says that a list is complete only when it is: each customer once.
func TestFaults_CompleteIsTrue(t *testing.T) {
	t.Parallel()
	for seed, fault := range []string{
		"repeat_page", "overlap_pages", "skip_rows:after=1", "extra_rows", "empty_page:after=1", "short_page:after=1", "short_page", "random_ties",
		"reorder_page", "lying_total", "lying_total:value=huge", "lying_pages", "wrong_echo", "null_list", "insert_between_pages",
		"delete_between_pages", "odd_counts", "odd_counts:form=float", "odd_id", "null_fields", "missing_fields", "same_key_twice", "bad_utf8",
		"deep_json", "gzip_bomb:mb=20", "empty_page", "status", "redirect", "unknown_fields", "odd_dates",
	} {
		db := filepath.Join(t.TempDir(), "sandbox.db")
		s := open(t, options(serveFile(t, db, 250, fault, fmt.Sprintf("500:rate=0.05,seed=%d", seed)).Customers), 100, 24)
		sound := serveFile(t, db, 0)
		for range 2 {
			for range 14 {
				s.keys("pgdown")
				s.text()
			}
			if strings.Contains(s.text(), "(complete)") {
				if missing := missing(t, sound, s); missing > 0 {
					t.Errorf("%s: %d customers are missing from a complete list", fault, missing)
				}
			}
			s.keys("end enter q r home")
		}
	}
}

// missing is how many customers of the server a screen does not have.
func missing(t *testing.T, c *client.Client, s *screen) (n int) {
	t.Helper()
	var shown []string
	for i := range s.listing.total {
		one, _ := s.listing.at(i)
		shown = append(shown, one.ID)
	}
	for one, err := range c.Customers.All(context.Background(), client.ListOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(shown, one.ID) {
			n++
		}
	}
	return n
}

// A large tenant costs no more memory than the pages around the screen.
func TestListing_HoldsFewPages(t *testing.T) {
	t.Parallel()
	l := newListing(t.Context(), nil, client.ListOptions{}, 0)
	for number := 1; number <= 300; number++ {
		page := &client.CustomerPage{Page: int64(number), PerPage: 100, Total: 30_000, Customers: make([]client.Customer, 100)}
		for i := range page.Customers {
			page.Customers[i].ID = fmt.Sprint(number, "-", i)
		}
		l.add(pageMsg{number: number, page: page})
		if _, ok := l.at(number*100 - 1); !ok || len(l.pages) > keptPages {
			t.Fatalf("page %d: %d pages are held", number, len(l.pages))
		}
	}
	if _, ok := l.at(0); ok || l.complete {
		t.Error("the first page is held, or the list is called complete")
	}
}

// A panic leaves the screen and goes on to the caller, with the stack of where it began.
func TestRun_Panic(t *testing.T) {
	t.Parallel()
	of := func(change func(*Options)) (value any, printed string) {
		o := options(serve(t, 3).Customers)
		o.Divert = func(func(string)) {}
		change(&o)
		in, typed := io.Pipe()
		defer typed.Close()
		var out bytes.Buffer
		defer func() { value, printed = recover(), out.String() }()
		_, _ = Run(t.Context(), o, Terminal{In: in, Out: &out, Environ: []string{"TERM=xterm"}})
		return nil, ""
	}
	drawing, printed := of(func(o *Options) {
		o.Table = func([]client.Customer, int, map[string]int) []string { panic("at drawing") }
	})
	if drawing != "at drawing" || strings.LastIndex(printed, "\x1b[?1049l") < strings.LastIndex(printed, "\x1b[?1049h") {
		t.Errorf("%v: %q", drawing, printed)
	}
	reading, _ := of(func(o *Options) { o.Tenant = func() string { panic("at reading") } })
	if p, ok := reading.(*failure.Panic); !ok || p.Value != "at reading" || !strings.Contains(string(p.Stack), "faults_test.go") {
		t.Errorf("%v", reading)
	}
}

func TestStatus_Tenant(t *testing.T) {
	t.Parallel()
	for tenant, want := range map[string]string{"acme": "profile test at host, tenant acme", "": "profile test at host"} {
		o := options(serve(t, 3).Customers)
		o.Tenant = func() string { return tenant }
		s := open(t, o, 100, 24)
		if status := strings.TrimSpace(s.status()); !strings.HasSuffix(status, want) {
			t.Errorf("%q does not end with %q", status, want)
		}
	}
}
