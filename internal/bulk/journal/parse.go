package journal

import (
	"bytes"
	"encoding/base64"
	"errors"
	"hash/crc32"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// errLine says that a line holds what no run writes.
var errLine = errors.New("a field is missing or out of range")

// checkLine tells whether line (without its end) carries the right checksum behind prev. stored is the checksum that
// it carries in any case, 0 when it carries none; right is the one it should carry.
func checkLine(line []byte, prev uint32) (stored, right uint32, ok bool) {
	if len(line) < crcLength+2 {
		return 0, 0, false
	}
	body, carried := line[:len(line)-crcLength], line[len(line)-crcLength:]
	right = crc32.Update(prev, crc32.MakeTable(crc32.Castagnoli), body)
	for _, c := range carried[1:] {
		switch {
		case c >= '0' && c <= '9':
			stored = stored<<4 | uint32(c-'0')
		case c >= 'a' && c <= 'f':
			stored = stored<<4 | uint32(c-'a'+10)
		default:
			return 0, right, false
		}
	}
	return stored, right, stored == right && carried[0] == ' '
}

// parseLine reads a line whose checksum is right. Its text is data all the same: every field is checked.
func parseLine(line []byte, e *Entry) error {
	if line[0] != markDurable && line[0] != markPlain {
		return errLine
	}
	f := lineFields{rest: line[2 : len(line)-crcLength]}
	*e = Entry{Kind: lineKind(line[1])}
	switch e.Kind {
	case kindHeader, kindPlan, kindNote:
		if len(f.rest) < 2 || f.rest[0] != ' ' || !jsontext.Value(f.rest[1:]).IsValid() {
			return errLine
		}
		e.doc = bytes.Clone(f.rest[1:])
		return nil
	case KindSend:
		e.Row, e.Attempt, e.At = int(f.number()), int(f.number()), f.time()
		f.hash(e.Key[:])
		f.hash(e.Payload[:])
	case KindOutcome:
		e.Row, e.Attempt, e.At = int(f.number()), int(f.number()), f.time()
		e.Outcome = f.outcome()
	case kindRequest:
		e.At = f.time()
	default:
		return errLine
	}
	if f.bad || len(f.rest) > 0 {
		return errLine
	}
	return nil
}

// lineFields takes a line apart; bad tells that something was not as it is written.
type lineFields struct {
	rest []byte
	bad  bool
}

// word gives the next word behind a blank.
func (f *lineFields) word() []byte {
	if len(f.rest) < 2 || f.rest[0] != ' ' {
		f.bad, f.rest = true, nil
		return nil
	}
	end := bytes.IndexByte(f.rest[1:], ' ')
	if end < 0 {
		end = len(f.rest) - 1
	}
	word := f.rest[1 : end+1]
	f.rest = f.rest[end+1:]
	if len(word) == 0 {
		f.bad = true
	}
	return word
}

// number gives a whole number from 0 to 10^15.
func (f *lineFields) number() int64 {
	word := f.word()
	var n int64
	for _, c := range word {
		if c < '0' || c > '9' || n > 1e14 {
			f.bad = true
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

func (f *lineFields) time() time.Time { return time.UnixMilli(f.number()) }

func (f *lineFields) hash(dst []byte) {
	word := f.word()
	if len(word) != base64.RawURLEncoding.EncodedLen(len(dst)) {
		f.bad = true
		return
	}
	if _, err := base64.RawURLEncoding.Decode(dst, word); err != nil {
		f.bad = true
	}
}

func (f *lineFields) optional() string {
	word := f.word()
	if len(word) == 1 && word[0] == noText {
		return ""
	}
	return string(word)
}

func (f *lineFields) outcome() Outcome {
	o := Outcome{State: f.state(), Status: int(f.number()), Code: f.optional()}
	if word := f.word(); len(word) != 1 || word[0] != noText {
		id, err := uuid.ParseBytes(word)
		if err != nil || len(word) != 36 {
			f.bad = true
		}
		o.ID = id
	}
	o.Evidence = f.optional()
	if len(f.rest) > 1 && f.rest[0] == ' ' {
		text, err := jsontext.AppendUnquote(nil, f.rest[1:])
		f.bad = f.bad || err != nil
		o.Text, f.rest = string(text), nil
	}
	return o
}

func (f *lineFields) state() record.State {
	word := f.word()
	for _, s := range outcomeStates() {
		if string(word) == string(s) {
			return s
		}
	}
	f.bad = true
	return ""
}

// outcomeStates are the states that an outcome can carry, the frequent ones first.
func outcomeStates() [6]record.State {
	return [...]record.State{record.Created, record.Exists, record.Rejected, record.Pending, record.InDoubt, record.Unknown}
}
