package bulk

import "github.com/google/uuid"

// each reads the lines of the journal's file from its start.
func (j *Journal) each(yield func(offset int64, line []byte, e *entry) error) error {
	size, err := j.file.Size()
	if err != nil {
		return j.fail("journal_unwritable", err)
	}
	if _, _, err = readLines(j.file, size, yield); err != nil {
		return j.fail("journal_damaged", err)
	}
	return nil
}

// createdIDs are the created customers by row, as far as their ids are known.
func (j *Journal) createdIDs() (map[int]uuid.UUID, error) {
	ids := map[int]uuid.UUID{}
	err := j.each(func(_ int64, _ []byte, e *entry) error {
		if e.kind == kindOutcome && e.outcome.state == Created && e.outcome.id != uuid.Nil {
			ids[e.row] = e.outcome.id
		}
		return nil
	})
	return ids, err
}

// recent is the traffic of the last hour.
func (j *Journal) recent() traffic {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.ledger.recent
}
