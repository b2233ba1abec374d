package journal

import (
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// each reads the lines of the journal's file from its start.
func (j *Journal) Each(yield func(offset int64, line []byte, e *Entry) error) error {
	size, err := j.file.Size()
	if err != nil {
		return j.fail("journal_unwritable", err)
	}
	if _, _, err = ReadLines(j.file, size, yield); err != nil {
		return j.fail("journal_damaged", err)
	}
	return nil
}

// createdIDs are the created customers by row, as far as their ids are known.
func (j *Journal) CreatedIDs() (map[int]uuid.UUID, error) {
	ids := map[int]uuid.UUID{}
	err := j.Each(func(_ int64, _ []byte, e *Entry) error {
		if e.Kind == KindOutcome && e.Outcome.State == record.Created && e.Outcome.ID != uuid.Nil {
			ids[e.Row] = e.Outcome.ID
		}
		return nil
	})
	return ids, err
}

// recent is the traffic of the last hour.
func (j *Journal) Recent() Traffic {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.recent
}
