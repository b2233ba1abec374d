package bulk

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/emailaddr"
	"github.com/hydracore/hydractl/internal/sandbox"
)

// check holds what an import says against what is so, and runs it once more.
func (n *network) check(t *testing.T, c faultCase, g *rig, s *Summary) (wrong []error) {
	t.Helper()
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	truth := n.truth(t)
	total := 0
	for _, count := range s.Counts {
		total += count
	}
	if total != faultRows || s.Counts[record.Pending] != 0 {
		say("the counts %v are not those of %d rows at their end", s.Counts, faultRows)
	}
	j, err := journal.Read(g.disk, g.dir)
	if err != nil {
		t.Fatal(err)
	}
	ids := createdIDs(t, g.disk, g.dir)
	for _, r := range g.rows {
		state, _ := j.State(r.Index)
		if err := c.checkRow(r, state, ids[r.Index], truth.Customers); err != nil {
			say("row %d, %s: %w", r.Index, state, err)
		}
		n.states[state]++
	}
	for i := range n.requests {
		if i+faultLimit < len(n.requests) && n.requests[i+faultLimit].Sub(n.requests[i]) < time.Minute {
			say("more than %d requests in a minute", faultLimit)
			break
		}
	}
	n.run(t, g)
	if more := posts(n.truth(t)) - posts(truth); more > 0 {
		say("the finished import sent %d rows again", more)
	}
	return wrong
}

// checkRow looks for the customers of a row.
func (c faultCase) checkRow(r record.Row, state record.State, id string, all []sandbox.AuditedCustomer) error {
	var made []sandbox.AuditedCustomer
	holders, found, rival := 0, false, false
	for _, customer := range all {
		ofRival := customer.RequestID == "fault"
		if text(customer.CompanyName) == r.Values[record.CompanyName] && !ofRival {
			made = append(made, customer)
		}
		if r.Key != "" && emailaddr.Same(text(customer.Email), r.Key) {
			holders++
			rival = rival || ofRival
		}
		found = found || customer.ID == id && !ofRival
	}
	switch {
	case len(made) > 1 || holders > 1:
		return fmt.Errorf("was created %d times, and %d customers have its email", len(made), holders)
	case len(made) == 1 && state != record.Created && state != record.Unknown && !(state == record.Exists && c.lies()):
		return fmt.Errorf("was created all the same")
	case len(made) == 1 && text(made[0].Email) != r.Values[record.Email] && !strings.HasPrefix(c.spec, "fold_email"):
		return fmt.Errorf("became a customer with the email %q", text(made[0].Email))
	case len(made) == 1 && made[0].ClonedFrom == "" && c.form.isClone():
		return fmt.Errorf("became a customer that is no clone")
	case r.Index != c.row && state != record.Created:
		return fmt.Errorf("was not hit, and is not created")
	case state == record.Created && len(made) == 0 && !c.lies(), state == record.Created && !found && !c.lies():
		return fmt.Errorf("there is no customer %s", id)
	case state != record.Created && state != record.Rejected && state != record.Unknown && !c.lies() && !(rival && state == record.Exists):
		return fmt.Errorf("which is no end for a row of its own")
	}
	return nil
}

// lies reports whether the server claims what is not so, undetectably.
func (c faultCase) lies() bool {
	for _, lie := range []string{"lost_commit", "odd_id:form=same", "delete_between_pages", "hostile_text"} {
		if strings.HasPrefix(c.spec, lie) {
			return true
		}
	}
	return false
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func posts(t sandbox.Snapshot) int64 {
	n := int64(0)
	for _, p := range t.Requests.ByPath {
		if p.Method == http.MethodPost {
			n += p.Requests
		}
	}
	return n
}
