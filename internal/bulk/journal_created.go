package bulk

import "github.com/google/uuid"

// createdIDs gives the customers by row, as far as their ids are known.
func (j *Journal) createdIDs() (map[int]uuid.UUID, error) {
	ids := map[int]uuid.UUID{}
	size, err := j.file.Size()
	if err != nil {
		return nil, j.fail("journal_unwritable", err)
	}
	_, _, err = readLines(j.file, size, func(_ int64, _ []byte, e *entry) error {
		if e.kind == kindOutcome && e.outcome.state == Created && e.outcome.id != uuid.Nil {
			ids[e.row] = e.outcome.id
		}
		return nil
	})
	if err != nil {
		return nil, j.fail("journal_damaged", err)
	}
	return ids, nil
}
