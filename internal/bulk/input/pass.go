package input

import (
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"iter"
	"slices"
)

// reader is what the formats have in common.
type reader interface {
	// read returns the next record, good until the next call, and io.EOF at the end.
	read() (*rawRecord, error)
}

// Original is a record as it stands in the file, in UTF-8.
type Original struct {
	Cells []string // of CSV, in the order of Source.Header; fewer or more of them in an invalid row
	JSON  []byte   // the text of the object in the JSON formats
}

const allFields = -1

// records reads the input once from its beginning. Only the values of one field are taken, unless that is allFields, as far as this
// costs less. done, unless nil, is called with the reader when the last record was read.
func (c *Checked) records(only int, done func(reader)) iter.Seq2[*rawRecord, error] {
	return func(yield func(*rawRecord, error) bool) {
		text, sum, err := c.Source.text()
		if err != nil {
			yield(nil, err)
			return
		}
		in, err := c.Source.rowReader(text, c.rules, only)
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
		if done != nil {
			done(in)
		}
		c.Source.setChecksum(sum)
	}
}

func (s *Source) rowReader(text io.Reader, rules Rules, only int) (reader, error) {
	norm := s.newNormalizer(rules)
	if s.Format != FormatCSV {
		return s.jsonReader(text, norm), nil
	}
	in, err := s.csvReader(text)
	uses := slices.Clone(s.csv.uses)
	for i := range uses {
		if only != allFields && uses[i].field != only {
			uses[i].field = ignoredColumn
		}
	}
	return &csvRows{csvReader: in, source: s, uses: uses, norm: norm, strict: rules.Strict}, err
}

// text is the content in UTF-8. As long as the checksum is not known, reading to the end makes it.
func (s *Source) text() (text io.Reader, sum hash.Hash, err error) {
	s.at.Store(0)
	raw := s.reader()
	if s.checksum.Load() == nil {
		sum = sha256.New()
		raw = io.TeeReader(raw, sum)
	}
	if _, err := io.CopyN(io.Discard, raw, int64(s.charset.mark)); err != nil {
		return nil, nil, err
	}
	return s.charset.decode(raw), sum, nil
}
