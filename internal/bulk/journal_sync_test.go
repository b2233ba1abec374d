package bulk

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

// sent writes the line of a send and waits for it.
func (j *Journal) sent(e *entry) error {
	l, err := j.send(e)
	if err == nil {
		_, err = j.landed(&l)
	}
	return err
}

func TestAnOutcomeIsDurableSoon(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDisk(nil)
		j, err := OpenJournal(d, "/j", Header{})
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Begin(PlanRecord{Rows: 3}); err != nil {
			t.Fatal(err)
		}
		f := d.files["/j/"+journalFile]
		for row := range 3 {
			time.Sleep(time.Minute) // without a send that would bring a sync along
			if err := j.sent(&entry{row: row, attempt: 1, at: time.Now()}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			if err := j.settled(&entry{row: row, attempt: 1, at: time.Now(), outcome: outcome{state: Rejected}}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(syncDelay + time.Millisecond)
			d.mu.Lock()
			durable := bytes.Contains(f.synced, []byte("rejected")) && bytes.Equal(f.synced, f.live)
			d.mu.Unlock()
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
func TestWhatIsReadIsDurable(t *testing.T) {
	t.Parallel()
	content := someJournal(t)
	d := newDisk(nil)
	f := &simFile{disk: d, name: "/j/" + journalFile, live: content}
	d.files[f.name] = f
	j, err := OpenJournal(d, "/j", Header{Operation: "create", Host: "https://api.example.com", SHA256: "s"})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(f.synced, content) {
		t.Errorf("%d of %d bytes are durable", len(f.synced), len(content))
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// A system may report a failure once, drop what it could not write, and sync happily from then on.
func TestASyncThatFailedIsNotMendedByTheNext(t *testing.T) {
	t.Parallel()
	d := newDisk(nil)
	j, err := OpenJournal(d, "/j", Header{})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Begin(PlanRecord{Rows: 3}); err != nil {
		t.Fatal(err)
	}
	d.fail = func(op, _ string, _ int) error {
		if op == "sync" {
			return errors.New("input/output error")
		}
		return nil
	}
	if err := j.sent(&entry{row: 0, attempt: 1, at: time.Now()}); err == nil {
		t.Error("a send is taken for durable whose sync failed")
	}
	d.fail = nil
	if err := j.sent(&entry{row: 1, attempt: 1, at: time.Now()}); err == nil {
		t.Error("a send is taken after a sync that failed")
	}
	if err := j.Close(); err == nil {
		t.Error("the journal is taken for whole")
	}
}

// What a crash left of the last lines is gone before more is written, else its remains could follow that.
func TestATornTailIsCut(t *testing.T) {
	t.Parallel()
	whole := someJournal(t)
	for cut := range whole {
		good := bytes.LastIndexByte(whole[:cut], '\n') + 1
		if good == 0 {
			continue // not even a header
		}
		d := newDisk(nil)
		f := &simFile{disk: d, name: "/j/" + journalFile, live: bytes.Clone(whole[:cut])}
		d.files[f.name] = f
		j, err := OpenJournal(d, "/j", Header{Operation: "create", Host: "https://api.example.com", SHA256: "s"})
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(f.live, whole[:good]) {
			t.Fatalf("cut at %d: %d bytes are left of %d", cut, len(f.live), good)
		}
	}
}

// What an answer said about another email is told in the results, also when a later run settles the row.
func TestAnOddAnswerIsRememberedByTheNextRun(t *testing.T) {
	t.Parallel()
	d := newDisk(nil)
	for run := range 2 {
		j, err := OpenJournal(d, "/j", Header{})
		if err != nil {
			t.Fatal(err)
		}
		if run == 0 {
			err = errors.Join(j.Begin(PlanRecord{Rows: 1}), j.sent(&entry{attempt: 1, at: time.Now()}),
				j.settled(&entry{attempt: 1, at: time.Now(), outcome: outcome{state: InDoubt, code: otherEmail, text: "another one"}}))
		} else if state, open := j.state(0); state != InDoubt || open.odd != "another one" {
			t.Errorf("%s, %+v", state, open)
		}
		if err := errors.Join(err, j.Close()); err != nil {
			t.Fatal(err)
		}
	}
}
