package input

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"iter"
)

// reader is what the formats have in common.
type reader interface {
	// read gives the next record, good until the next call, and io.EOF at the end.
	read() (*rawRecord, error)
}

// Original is a record as it stands in the file, in UTF-8.
type Original struct {
	Cells []string // of CSV, in the order of Source.Header; fewer or more of them in an invalid row
	JSON  []byte   // the text of the object in the JSON formats
}

// records reads the input once from its beginning, with the values of the fields in place.
func (s *Source) records() iter.Seq2[*rawRecord, error] { return s.recordsOf(s.csv.fields) }

// recordsOf is records with fewer columns: columns holds for each its field, or ignoredColumn.
func (s *Source) recordsOf(columns []int) iter.Seq2[*rawRecord, error] {
	return func(yield func(*rawRecord, error) bool) {
		text, sum, err := s.text()
		if err != nil {
			yield(nil, err)
			return
		}
		in, err := s.reader(text, columns)
		if err != nil {
			yield(nil, err)
			return
		}
		for {
			rec, err := in.read()
			if errors.Is(err, io.EOF) {
				break
			}
			if !yield(rec, err) || err != nil {
				return
			}
		}
		if keys, ok := in.(*jsonReader); ok && !s.keysMet {
			s.Mapping, s.keysMet = keys.mapping, true
			s.noteAssigned()
		}
		if sum != nil {
			s.sum = hex.EncodeToString(sum.Sum(nil))
		}
	}
}

// text is the content in UTF-8. As long as the checksum is not known, reading to the end makes it.
func (s *Source) text() (text io.Reader, sum hash.Hash, err error) {
	s.at.Store(0)
	raw := io.Reader(steady{io.NewSectionReader(s.file, 0, s.Size), s})
	if s.sum == "" {
		sum = sha256.New()
		raw = io.TeeReader(raw, sum)
	}
	if _, err := io.CopyN(io.Discard, raw, int64(s.charset.mark)); err != nil {
		return nil, nil, err
	}
	return s.charset.decode(raw), sum, nil
}

// SHA256 is the checksum of the file in hex. It costs a pass of its own unless one came to the end before, as that of
// [Validate] does.
func (s *Source) SHA256() (string, error) {
	if s.sum == "" {
		sum := sha256.New()
		if _, err := io.Copy(sum, steady{io.NewSectionReader(s.file, 0, s.Size), s}); err != nil {
			return "", err
		}
		s.sum = hex.EncodeToString(sum.Sum(nil))
	}
	return s.sum, nil
}

func (s *Source) reader(text io.Reader, columns []int) (reader, error) {
	if s.Format != FormatCSV {
		return s.jsonReader(text), nil
	}
	in, err := s.csvReader(text)
	return csvRows{in, s, columns}, err
}
