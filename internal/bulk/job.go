package bulk

import (
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
)

// job is a row that has something left to do, with what is known of its sends.
type job struct {
	journal.OpenRow

	row     record.Row
	key     record.RowKey
	payload record.PayloadKey
	ticket  *journal.Ticket // of a send that is journaled and has not left
	slot    time.Time       // of that send in the rate limit; zero when it has none yet
	absent  bool            // no customer had the email before the first send
	date    time.Time       // of the answer that named a customer
	search  bool            // the row is searched before it is sent: another copy of the journal may have sent it
}

// unanswered counts a send of which it is unknown whether it was carried out.
func (j *job) unanswered(p *post) {
	if j.Sends++; j.Sends == 1 {
		j.First = p.sent
	}
	j.Last, j.Status = p.ended, p.Status
}

// state returns the state of a row whose latest send was not carried out.
func (j *job) state() record.State {
	if j.Sends > 0 {
		return record.InDoubt
	}
	return record.Pending
}

// write returns the row as the reconciliation looks for it.
func (j *job) write() reconcile.Write {
	return reconcile.Write{Sent: j.row.Values, First: j.First, Last: j.Last, Absent: j.absent, Date: j.date}
}
