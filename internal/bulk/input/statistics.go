package input

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

const (
	maxSamples    = 3    // decoded values that are shown
	sampledRows   = 50   // rows in which a sample of each column is looked for
	maxSample     = 40   // bytes of a sample
	maxCounted    = 1000 // different texts that are counted
	kindMisreadAs = "looks_like_utf8"
)

// MarkerCount is a text that stands for no value, and how often it is in the input.
type MarkerCount struct {
	Field string `json:"field"`
	Text  string `json:"text"`
	Count int    `json:"count"`
}

// statistics collects what the plan says of an input, in the pass that checks it.
type statistics struct {
	checked  *Checked
	oneByte  func(text string) ([]byte, error) // back to the bytes of the file; nil for encodings with several bytes
	codes    [record.FieldCount]*codeTable
	counts   map[CodeCount]int // with Count 0
	markers  map[MarkerCount]int
	values   [record.FieldCount]string // the first of each field
	evidence []byte                    // cells that are not UTF-8
	loneCR   bool
	invalid  int // such cells
	badLine  int // of the first of them
	foreign  int // cells with characters beyond ASCII that are as they should be
	misread  int // cells that would be UTF-8
	example  string
}

func newStatistics(c *Checked, codes [record.FieldCount]*codeTable) *statistics {
	s := &statistics{checked: c, codes: codes, counts: map[CodeCount]int{}, markers: map[MarkerCount]int{}}
	if table := c.Source.charset.oneByte(); table != nil {
		s.oneByte = func(text string) ([]byte, error) { return table.NewEncoder().Bytes([]byte(text)) }
	}
	return s
}

// add counts what a row holds, and what is changed of one that is sent.
func (s *statistics) add(rec *rawRecord, sent bool) {
	changes := &s.checked.Changes
	for field := range rec.values {
		v := &rec.values[field]
		if sent && v.flags&nullToken != 0 {
			changes.Nulls++
		}
		if !v.given || v.flags == 0 && v.rank == 0 {
			continue
		}
		if sent && v.rank > 0 {
			changes.Fallbacks++
		}
		if sent && v.flags&changed != 0 {
			s.addChanged(v)
		}
		if v.flags&notASCII != 0 {
			s.addForeign(rec, v)
		}
		if v.flags&marker != 0 && len(s.markers) < maxCounted {
			s.markers[MarkerCount{Field: fieldName(field), Text: string(v.text)}]++
		}
		if v.flags&notCode != 0 || sent && v.flags&converted != 0 {
			s.addCode(field, v)
		}
	}
	s.loneCR = s.loneCR || rec.breaks == '\r'
	if rec.index < sampledRows {
		s.addSamples(rec)
	}
}

// addSamples keeps the first value of every column, and of every field.
func (s *statistics) addSamples(rec *rawRecord) {
	for field, v := range rec.values {
		if v.given && s.values[field] == "" {
			s.values[field] = ClipTo(string(v.text), maxSample)
		}
	}
	mapping := s.checked.Source.Mapping
	cells := rec.original().Cells
	for i := range min(len(cells), len(mapping)) {
		if mapping[i].Sample == "" {
			mapping[i].Sample = ClipTo(string(trimOuter([]byte(cells[i]))), maxSample)
		}
	}
}

func (s *statistics) addChanged(v *value) {
	changes := &s.checked.Changes
	if v.flags&trimmed != 0 {
		changes.Trimmed++
	}
	if v.flags&unguarded != 0 {
		changes.Unguarded++
	}
	if v.flags&converted != 0 {
		changes.Converted++
	}
}

func (s *statistics) addCode(field int, v *value) {
	text := v.text
	if v.flags&converted != 0 {
		text = v.before
	}
	code := s.codes[field].find(text)
	count := CodeCount{Field: fieldName(field), Text: Clip(string(text)), Suggestion: code.Suggestion, Certain: code.Certain, Converted: v.flags&converted != 0}
	if _, met := s.counts[count]; met || len(s.counts) < maxCounted {
		s.counts[count]++
	}
}

// addForeign looks at a text beyond ASCII: whether it was decoded rightly.
func (s *statistics) addForeign(rec *rawRecord, v *value) {
	c := s.checked
	if !c.Source.Transcoded() {
		if utf8.Valid(v.text) {
			s.foreign++
			return
		}
		if s.invalid++; s.badLine == 0 {
			s.badLine, _ = rec.place(int(v.at))
		}
		if len(s.evidence) < maxEvidence {
			s.evidence = append(append(s.evidence, v.text...), '\n')
		}
		return
	}
	c.Changes.Transcoded++
	text := string(v.text)
	if sample := ClipTo(text, maxSample); len(c.Samples) < maxSamples && !slices.Contains(c.Samples, sample) {
		c.Samples = append(c.Samples, sample)
	}
	if s.oneByte == nil {
		return
	}
	if raw, err := s.oneByte(text); err == nil && isMultibyteUTF8(raw) && utf8.Valid(raw) {
		if s.misread++; s.example == "" {
			s.example = fmt.Sprintf("%q would be %q", ClipTo(text, maxSample), ClipTo(string(raw), maxSample))
		}
	} else {
		s.foreign++
	}
}

// addReader takes over what the reader knows once it has read the last row.
func (s *statistics) addReader(check *checker, in reader, found tally) {
	c := s.checked
	switch in := in.(type) {
	case *csvRows:
		c.Changes.EmptyRows, c.Changes.ShortRows, c.Changes.LongRows = in.shape.empty, in.shape.short, in.shape.surplus
	case *jsonReader:
		c.Source.Mapping = in.mapping
		if len(in.unknown) == 0 { // which an error tells
			c.Source.markResembling(c.Source.Mapping)
		}
		for i, m := range c.Source.Mapping {
			if field, ok := fieldIndex(m.Field); ok {
				c.Source.Mapping[i].Sample = s.values[field]
			}
		}
		for _, p := range check.checkKeys(in) {
			found.add(p)
		}
	}
}

// finish sorts what was counted, and says what is to be done about the encoding.
func (s *statistics) finish(found tally) {
	c := s.checked
	for count, n := range s.counts {
		count.Count = n
		c.Codes = append(c.Codes, count)
	}
	slices.SortFunc(c.Codes, func(a, b CodeCount) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), b.Count-a.Count, strings.Compare(a.Text, b.Text))
	})
	for marker, n := range s.markers {
		marker.Count = n
		c.Markers = append(c.Markers, marker)
	}
	slices.SortFunc(c.Markers, func(a, b MarkerCount) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), b.Count-a.Count, strings.Compare(a.Text, b.Text))
	})
	for _, m := range c.Source.Mapping {
		if m.Field == "" && m.Reason != "no name" {
			c.Changes.LeftOut++
		}
	}
	if s.invalid > 0 {
		s.adviseEncoding(found)
	}
	if s.misread > 0 {
		e := Error{File: c.Source.Name, Line: 1, Msg: fmt.Sprintf("the file is not %s: it is UTF-8 (%s); leave --encoding out", c.Source.charset.name, s.example)}
		p := Problem{e, kindMisreadAs, BadFile}
		if s.foreign > 0 {
			p.Severity = Warning
			p.Msg = fmt.Sprintf("%s like UTF-8 that is read as %s (%s)", plural(s.misread, "cell looks", "cells look"), c.Source.charset.name, s.example)
		}
		found.add(p)
	}
}

// adviseEncoding adds to the problem of the cells that are not UTF-8 what the file may be.
func (s *statistics) adviseEncoding(found tally) {
	advice, args := adviseEncodings(guessEncodings(s.evidence, s.loneCR))
	if s.foreign > 0 {
		args = nil
		advice = fmt.Sprintf("the rest of the file is UTF-8 (%s beyond ASCII); correct line %d", plural(s.foreign, "cell"), s.badLine)
	}
	for key, g := range found.groups {
		if key.kind != kindBadText {
			continue
		}
		if first := &g.First[0]; strings.HasPrefix(first.Msg, "it is not valid UTF-8") {
			first.Msg += "; " + advice
			first.Args = args
		}
	}
}

// plural is a number with its noun.
func plural(n int, noun string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case len(many) > 0:
		return fmt.Sprintf("%d %s", n, many[0])
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
