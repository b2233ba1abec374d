package input

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"iter"
	"slices"
	"sync"

	"github.com/hydracore/hydractl/internal/bulk/record"
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

// pass reads the input once from its beginning.
type pass struct {
	source *Source
	rules  Rules
	only   int // the one field whose values are taken, or allFields
}

const allFields = -1

// records are those of the input; done, unless nil, is called with the reader when the last one was read.
func (p pass) records(done func(reader)) iter.Seq2[*rawRecord, error] {
	return func(yield func(*rawRecord, error) bool) {
		text, sum, err := p.source.text()
		if err != nil {
			yield(nil, err)
			return
		}
		in, err := p.reader(text)
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
		p.source.sum.set(sum)
	}
}

func (p pass) reader(text io.Reader) (reader, error) {
	norm := p.source.newNormalizer(p.rules)
	if p.source.Format != FormatCSV {
		return p.source.jsonReader(text, norm), nil
	}
	in, err := p.source.csvReader(text)
	uses := p.source.csv.uses
	if p.only != allFields {
		uses = slices.Clone(uses)
		for i, use := range uses {
			if use.field != p.only {
				uses[i].field = ignoredColumn
			}
		}
	}
	return &csvRows{csvReader: in, source: p.source, uses: uses, norm: norm, strict: p.rules.Strict}, err
}

// keysOnly is a pass that takes no value but the email.
func (c *Checked) keysOnly() pass { return pass{c.Source, c.rules, record.Email} }

// text is the content in UTF-8. As long as the checksum is not known, reading to the end makes it.
func (s *Source) text() (text io.Reader, sum hash.Hash, err error) {
	s.at.Store(0)
	raw := s.reader()
	if s.sum.get() == "" {
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
	if sum := s.sum.get(); sum != "" {
		return sum, nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, s.reader()); err != nil {
		return "", err
	}
	s.sum.set(sum)
	return s.sum.get(), nil
}

// checksum is a SHA-256 in hex that any of several readers may find first.
type checksum struct {
	mu   sync.Mutex
	text string
}

func (c *checksum) get() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text
}

// set notes the sum of the whole file; nil leaves what is known.
func (c *checksum) set(sum hash.Hash) {
	if sum == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.text = hex.EncodeToString(sum.Sum(nil))
}
