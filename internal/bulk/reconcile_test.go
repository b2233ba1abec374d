package bulk

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/pkg/client"
	"github.com/hydracore/hydractl/test/simulate"
)

// meeting is a server whose first two reads of a customer meet.
type meeting struct {
	*simulate.Server

	arrived chan struct{}
	both    chan struct{}
}

func (m meeting) Get(ctx context.Context, id string) (*client.CustomerDetail, error) {
	select {
	case m.arrived <- struct{}{}:
		if len(m.arrived) == cap(m.arrived) {
			close(m.both)
		}
		<-m.both
	default:
	}
	return m.Server.Get(ctx, id)
}

// Two rows whose answers are lost find the same customer at the same time. It belongs to one of them.
func TestReconcile_OneCustomerForTwoRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		rows := someRows(2, always)
		rows[1].Values, rows[0].Key, rows[1].Key = rows[0].Values, "User0@example.com", "user0@example.com"
		g := newRig(rows)
		g.options.API = meeting{g.server, make(chan struct{}, 2), make(chan struct{})}
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 1 {
				return simulate.WriteFault{Kind: simulate.FaultLostCommitted}
			}
			return simulate.WriteFault{Kind: simulate.FaultLost}
		}
		s := g.mustRun(t)
		if s.Counts[record.Created] != 1 || s.Counts[record.Unknown] != 1 {
			t.Errorf("%v", s.Counts)
		}
	})
}

func TestReconcile_OtherRowsContinue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(100, always))
		g.options.Workers = 1
		began := time.Now()
		last := began
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 1 {
				return simulate.WriteFault{Kind: simulate.FaultLost, After: time.Second}
			}
			if write <= 100 {
				last = time.Now()
			}
			return simulate.WriteFault{After: time.Millisecond}
		}
		g.check(t, g.finish(t, t.Context()))
		if d := last.Sub(began); d > 5*time.Second {
			t.Errorf("the other rows took %v", d)
		}
	})
}

func TestReconcile_FiveSendsAtMost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(1, always))
		g.oldCustomer()
		g.server.Fault = func(int, record.Values) simulate.WriteFault { return simulate.WriteFault{Kind: simulate.FaultLost} }
		s := g.finish(t, t.Context())
		g.check(t, s)
		if s.Counts[record.Unknown] != 1 || g.server.Writes != 5 || s.ExitCode() != 9 {
			t.Errorf("counts %v, %d sends, exit code %d", s.Counts, g.server.Writes, s.ExitCode())
		}
	})
}

func TestReconcile_FailingSearchStopsTheRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(30, always))
		g.server.Fault = first(1, simulate.WriteFault{})(g.server)
		g.server.Fault = func(write int, _ record.Values) simulate.WriteFault {
			if write == 3 {
				return simulate.WriteFault{Kind: simulate.FaultLostCommitted}
			}
			return simulate.WriteFault{}
		}
		g.server.OnFind = func(string) ([]client.Customer, error) { return nil, simulate.Refusal(500, "server_error", "no") }
		s := g.mustRun(t)
		g.check(t, s)
		if s.Stop == nil || s.InDoubt != 1 || s.ExitCode() != 9 {
			t.Errorf("stop %v, %d in doubt, exit code %d", s.Stop, s.InDoubt, s.ExitCode())
		}
		g.server.OnFind = nil
		s = g.finish(t, t.Context())
		g.check(t, s)
		if s.Counts[record.Created] != 30 {
			t.Errorf("%v", s.Counts)
		}
	})
}

// The list shows what the search does not find. What it does not show is not absent: nothing is sent again.
func TestReconcile_BlindSearchUsesTheList(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(6, always))
		g.options.SearchBlind, g.server.SearchBlind = true, true
		g.server.Add(simulate.Customer{ID: uuid.New(), Values: record.Values{record.CompanyName: "Other", record.Email: g.rows[5].Values[record.Email]}, At: time.Now()})
		time.Sleep(time.Hour)
		g.server.Fault = func(_ int, v record.Values) simulate.WriteFault {
			switch name := v[record.CompanyName]; {
			case name == "Company 1" && g.server.Posts[name] == 1:
				return simulate.WriteFault{Kind: simulate.FaultLostCommitted}
			case name == "Company 2" && g.server.Posts[name] == 1:
				return simulate.WriteFault{Kind: simulate.FaultLost}
			case name == "Company 3" && g.server.Posts[name] == 1:
				return simulate.WriteFault{Kind: simulate.FaultLostCommitted, Delay: 30 * time.Second}
			}
			return simulate.WriteFault{}
		}
		s := g.mustRun(t)
		if diff := cmp.Diff(map[record.State]int{record.Created: 4, record.Exists: 1, record.Unknown: 1}, s.Counts); diff != "" || s.Sends != 6 {
			t.Errorf("%d sends\n%s", s.Sends, diff)
		}
		g.check(t, s)
	})
}

// The answer that left a row in doubt came in another process.
func TestReconcile_KeepsTheStatusOfTheLostAnswer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		g := newRig(someRows(1, always))
		j, err := g.open()
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Begin(journal.PlanRecord{Rows: 1}); err != nil {
			t.Fatal(err)
		}
		key, payload := record.Hashes(&g.rows[0])
		ticket, err := j.Send(journal.Entry{Attempt: 1, At: time.Now(), Key: key, Payload: payload})
		if err == nil {
			_, err = ticket.Durable()
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Record(0, 1, journal.Outcome{State: record.InDoubt, Status: 502, Code: "server_error"}); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		made, err := g.server.Commit(g.rows[0].Values, 0)
		if err != nil {
			t.Fatal(err)
		}
		g.mustRun(t)
		want := journal.Outcome{State: record.Created, Status: 502, ID: made.ID, Evidence: journal.BySearch}
		if diff := cmp.Diff(want, lastOutcome(t, g), cmp.AllowUnexported(journal.Outcome{})); diff != "" {
			t.Error(diff)
		}
	})
}
