package browse

import (
	"context"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hydracore/hydractl/pkg/client"
)

func TestList_Moves(t *testing.T) {
	t.Parallel()
	c := serve(t, 250)
	for keys, cursor := range map[string]int{
		"":                    0,
		"down down up":        1,
		"up":                  0,
		"pgdown":              19,
		"pgdown pgdown pgup":  19,
		"end":                 249,
		"end down pgdown":     249,
		"G g":                 0,
		"end pgup":            230,
		"j j k f b":           1,
		"end home":            0,
		"ctrl+n ctrl+p":       0,
		"/ down down":         2,
		"/ a backspace enter": 0,
	} {
		s := open(t, options(c.Customers), 100, 24)
		s.keys(keys)
		if s.cursor != cursor || s.cursor < s.top || s.cursor >= s.top+s.rows() {
			t.Errorf("%s: the cursor is at %d, the screen begins with %d", keys, s.cursor, s.top)
		}
		if _, ok := s.selected(); !ok {
			t.Errorf("%s: no customer is selected", keys)
		}
	}
}

// The pages around the screen are read ahead, and no others.
func TestList_ReadsAhead(t *testing.T) {
	t.Parallel()
	c := serve(t, 450)
	s := open(t, options(c.Customers), 100, 24)
	s.shows("450 customers (100 read so far)")
	for range 3 {
		s.keys("pgdown")
	}
	if s.lists != 2 {
		t.Errorf("%d pages are read at place %d", s.lists, s.cursor)
	}
	s.keys("end")
	if s.lists != 4 {
		t.Errorf("%d pages are read after a jump to the end", s.lists)
	}
	for range 450 {
		s.keys("up")
	}
	if s.lists != 5 {
		t.Errorf("%d requests for 5 pages", s.lists)
	}
	s.shows("450 customers (complete)")
}

func TestList_Empty(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 0).Customers), 80, 24)
	s.shows("No customers")
	s.keys("down end pgup enter space c i d s")
	if s.detail != nil || s.mode != inList {
		t.Errorf("there is nothing to select: %+v", s.mode)
	}
	s.keys("/ x enter")
	s.shows(`No customer has an email with "x"`)
}

func TestList_Sort(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 30).Customers), 100, 24)
	for _, want := range []string{"by email asc", "by company_name asc", "by created_at desc", "by email asc"} {
		s.keys("end s")
		s.shows(want, "complete")
		if s.cursor != 0 {
			t.Errorf("%s: the cursor is at %d", want, s.cursor)
		}
	}
	first, _ := s.listing.at(0)
	s.keys("S")
	s.shows("by email desc")
	last, _ := s.listing.at(29)
	if first.ID != last.ID {
		t.Errorf("the order is not turned round: %v, %v", first.Email, last.Email)
	}
}

func TestSearch_Debounced(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 250).Customers), 100, 24)
	s.keys("/ w e b e r")
	if s.lists != 1 || len(s.waiting) != 5 {
		t.Errorf("%d requests while typing", s.lists)
	}
	s.pause()
	if s.lists != 2 {
		t.Errorf("%d requests after the pause", s.lists)
	}
	s.shows("Search: weber", `matching "weber"`, "complete")
	if s.listing.total == 0 || s.listing.total > 50 {
		t.Errorf("%d customers match", s.listing.total)
	}
	s.keys("enter")
	s.shows(`matching "weber"`, "q quit")
	s.keys("esc")
	if s.quit || s.listing.query.Search != "" {
		t.Error("Esc ends the search first")
	}
	s.shows("250 customers")
}

// A search that is typed on ends the request before it, whose answer counts no more.
func TestSearch_OlderCancelled(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 250).Customers), 100, 24)
	s.keys("/ w")
	_, older := s.Update(s.waiting[0])
	s.keys("e")
	_, newer := s.Update(s.waiting[1])
	answer, ok := older().(pageMsg)
	if !ok || answer.err == nil {
		t.Errorf("the older request is not cancelled: %+v", answer)
	}
	s.send(answer)
	if s.listing.err != nil {
		t.Errorf("the older answer counts: %v", s.listing.err)
	}
	s.run(newer)
	s.shows(`matching "we"`)
}

// What is pasted may be long and hold anything; it becomes one short search.
func TestSearch_PasteIsBounded(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 3).Customers), 80, 24)
	s.send(tea.PasteMsg{Content: "q"}) // not in the search: no key
	if s.quit || s.search != "" {
		t.Error("what is pasted into the list is picked for keys")
	}
	s.keys("/")
	s.send(tea.PasteMsg{Content: strings.Repeat("\x1b[2J\nä\xff\x00", 2500)})
	s.pause()
	if n := len([]rune(s.search)); n != maxSearch || s.lists != 2 || strings.ContainsAny(s.search, "\x1b\n\x00") {
		t.Errorf("%d characters, %d requests: %q", n, s.lists, s.search)
	}
	s.text()
	for range 10_000 { // the same without brackets, key by key
		s.keys("x")
	}
	if s.pause(); s.lists != 2 {
		t.Errorf("%d requests", s.lists)
	}
}

func TestSearch_ID(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 5).Customers), 100, 24)
	want, _ := s.listing.at(3)
	s.keys("/")
	s.send(tea.PasteMsg{Content: " " + strings.ToUpper(want.ID) + "\n"})
	s.pause()
	s.shows("1 customer (complete)", want.ID)
	s.keys("ctrl+u")
	s.send(tea.PasteMsg{Content: client.SortAsc + "497f6eca-6276-4993-bfeb-53cbbbba6f08"[3:]})
	s.keys("ctrl+u")
	s.send(tea.PasteMsg{Content: "497f6eca-6276-4993-bfeb-53cbbbba6f08"})
	s.pause()
	s.shows("No customers")
}

func TestDetail_ScrollsAndCloses(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 5).Customers), 80, 12)
	s.keys("down enter")
	s.shows("Identity", "Subscription 1")
	s.keys("end")
	s.shows("Subscription 20")
	s.keys("esc")
	if s.quit || s.detail != nil || s.cursor != 1 {
		t.Error("Esc goes back to the list")
	}
	s.keys("space q")
	if s.quit {
		t.Error("q goes back to the list")
	}
	if s.keys("q"); !s.quit {
		t.Error("q leaves the list")
	}
}

func TestPick_Enter(t *testing.T) {
	t.Parallel()
	o := options(serve(t, 5).Customers)
	o.Pick = true
	o.Unpickable = func(c client.Customer) string {
		if strings.HasPrefix(*c.Email, "r") {
			return "not this one"
		}
		return ""
	}
	s := open(t, o, 80, 24)
	emails := []string{}
	for i := range 5 {
		c, _ := s.listing.at(i)
		emails = append(emails, *c.Email)
	}
	refused := slices.IndexFunc(emails, func(email string) bool { return strings.HasPrefix(email, "r") })
	for range refused {
		s.keys("down")
	}
	s.keys("enter")
	s.shows("not this one")
	if s.quit || s.picked != nil {
		t.Fatal("it is picked all the same")
	}
	s.keys("home")
	if refused == 0 {
		s.keys("down")
	}
	s.keys("space enter") // from the details too
	if !s.quit || s.picked == nil {
		t.Error("nothing is picked")
	}
}

// An answer removes the note about its request, and no other.
func TestNote_StaysWhenAnAnswerArrives(t *testing.T) {
	t.Parallel()
	o := options(serve(t, 5).Customers)
	o.Pick = true
	o.Unpickable = func(client.Customer) string { return "not this one" }
	s := open(t, o, 80, 24)
	answer := pageMsg{listing: s.listing.id, number: 1, err: context.DeadlineExceeded}
	s.Update(noteMsg("trying again in 2s"))
	s.shows("trying again in 2s")
	s.keys("enter")
	s.Update(answer)
	s.shows("not this one")
	s.Update(noteMsg("trying again in 4s"))
	s.Update(answer)
	s.shows("r: retry")
}

// What the list shows while a search is under way is not what was searched for, and is not picked.
func TestPick_WaitsForSearch(t *testing.T) {
	t.Parallel()
	o := options(serve(t, 250).Customers)
	o.Pick, o.Typing = true, true
	s := open(t, o, 80, 24)
	s.keys("r o s a . w")
	_, search := s.Update(keyPress("enter"))
	if s.picked != nil || s.listing.query.Search != "rosa.w" {
		t.Errorf("picked: %+v", s.picked)
	}
	s.run(search)
	if s.keys("enter"); s.picked == nil || *s.picked.Email != "rosa.weber0@mail.example.com" {
		t.Errorf("picked: %+v", s.picked)
	}
}

func TestCopy_Keys(t *testing.T) {
	t.Parallel()
	s := open(t, options(serve(t, 5).Customers), 120, 24)
	c, _ := s.selected()
	s.keys("c x c e c i space c e")
	if want := []string{*c.Email, c.ID, *c.Email}; !slices.Equal(s.printed, want) {
		t.Errorf("copied %q, not %q", s.printed, want)
	}
	s.shows("Copied the email " + *c.Email)
	if s.mode != inDetail {
		t.Errorf("the copy prompt returns to %d", s.mode)
	}
	bare := client.Customer{ID: c.ID}
	s.detail.customer = bare
	s.keys("c e")
	s.shows("no email")
	hostile := "a@example.com\nrm -rf ~"
	s.detail.customer.Email = &hostile
	s.keys("c e")
	s.shows("not copied")
	if len(s.printed) != 3 {
		t.Errorf("copied %q", s.printed)
	}
}

func TestActions_OnlyWhereOffered(t *testing.T) {
	t.Parallel()
	o := options(serve(t, 5).Customers)
	s := open(t, o, 120, 24)
	s.keys("n d x")
	if strings.Contains(s.text(), "export") || len(s.printed) > 0 {
		t.Errorf("actions are offered: %q", s.printed)
	}
	run := func() error { return nil }
	o.Actions = Actions{Create: run, Clone: func(string) error { return nil }, Export: func(client.ListOptions) error { return nil }}
	s = open(t, o, 120, 24)
	s.shows("n new  d clone  s sort  c copy  x export")
	s.keys("n")
	if len(s.printed) != 1 {
		t.Errorf("%d actions", len(s.printed))
	}
	s.send(actedMsg{created: true})
	s.shows("5 customers (complete)")
}
