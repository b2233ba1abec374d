package journal

import (
	"bytes"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/test/simulate"
)

// sent writes the line of a send and waits for it.
func (j *Journal) sent(e *Entry) error {
	ticket, err := j.Send(*e)
	if err == nil {
		_, err = ticket.Durable()
	}
	return err
}

func TestCommit_OutcomeIsDurableSoon(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := simulate.NewDisk(nil)
		j, err := Open(d, "/j", Header{})
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Begin(PlanRecord{Rows: 3}); err != nil {
			t.Fatal(err)
		}
		f := d.Files["/j/"+FileName]
		for row := range 3 {
			time.Sleep(time.Minute) // without a send that would bring a sync along
			if err := j.sent(&Entry{Row: row, Attempt: 1, At: time.Now()}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			if err := j.Record(row, 1, Outcome{State: record.Rejected}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(syncDelay + time.Millisecond)
			d.Mu.Lock()
			durable := bytes.Contains(f.Synced, []byte("rejected")) && bytes.Equal(f.Synced, f.Live)
			d.Mu.Unlock()
			if !durable {
				t.Errorf("row %d: the outcome is not durable after %v", row, syncDelay)
			}
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// A process that was killed leaves lines that are not on the disk yet, and that the next one reads from memory.
func TestOpen_SyncsWhatItReads(t *testing.T) {
	t.Parallel()
	content := someJournal(t)
	d := simulate.NewDisk(nil)
	f := &simulate.File{Disk: d, Name: "/j/" + FileName, Live: content}
	d.Files[f.Name] = f
	j, err := Open(d, "/j", Header{Operation: "create", Host: "https://api.example.com", SHA256: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(f.Synced, content) {
		t.Errorf("%d of %d bytes are durable", len(f.Synced), len(content))
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// A system may report a failure once, drop what it could not write, and sync happily from then on.
func TestCommit_FailedSyncIsFinal(t *testing.T) {
	t.Parallel()
	d := simulate.NewDisk(nil)
	j, err := Open(d, "/j", Header{})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Begin(PlanRecord{Rows: 3}); err != nil {
		t.Fatal(err)
	}
	d.Fail = func(op, _ string, _ int) error {
		if op == "sync" {
			return errors.New("input/output error")
		}
		return nil
	}
	if err := j.sent(&Entry{Row: 0, Attempt: 1, At: time.Now()}); err == nil {
		t.Error("a send is taken for durable whose sync failed")
	}
	d.Fail = nil
	if err := j.sent(&Entry{Row: 1, Attempt: 1, At: time.Now()}); err == nil {
		t.Error("a send is taken after a sync that failed")
	}
	if err := j.Close(); err == nil {
		t.Error("the journal is taken for whole")
	}
}

// What a crash left of the last lines is gone before more is written, else its remains could follow that.
func TestOpen_TornTailIsCut(t *testing.T) {
	t.Parallel()
	whole := someJournal(t)
	for cut := range whole {
		good := bytes.LastIndexByte(whole[:cut], '\n') + 1
		if good == 0 {
			continue // not even a header
		}
		d := simulate.NewDisk(nil)
		f := &simulate.File{Disk: d, Name: "/j/" + FileName, Live: bytes.Clone(whole[:cut])}
		d.Files[f.Name] = f
		j, err := Open(d, "/j", Header{Operation: "create", Host: "https://api.example.com", SHA256: "s"})
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(f.Live, whole[:good]) {
			t.Fatalf("cut at %d: %d bytes are left of %d", cut, len(f.Live), good)
		}
	}
}

// What an answer said about another email is reported in the results, also when a later run reconciles the row.
func TestLedger_UnexpectedAnswerIsKept(t *testing.T) {
	t.Parallel()
	d := simulate.NewDisk(nil)
	for run := range 2 {
		j, err := Open(d, "/j", Header{})
		if err != nil {
			t.Fatal(err)
		}
		if run == 0 {
			err = errors.Join(j.Begin(PlanRecord{Rows: 1}), j.sent(&Entry{Attempt: 1, At: time.Now()}),
				j.Record(0, 1, Outcome{State: record.InDoubt, Code: OtherEmail, Text: "another one"}))
		} else if state, open := j.State(0); state != record.InDoubt || open.Unexpected != "another one" {
			t.Errorf("%s, %+v", state, open)
		}
		if err := errors.Join(err, j.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// bubble runs a test in virtual time.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, f)
}
