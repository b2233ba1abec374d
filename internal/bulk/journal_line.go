package bulk

import (
	"bytes"
	"encoding/base64"
	"errors"
	"hash/crc32"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// A journal line is a mark, a kind, fields with one blank between them, and a checksum over all of that and over the
// checksum of the line before it:
//
//	*S 17 1 1764000000123 kW4...22 characters 9dQ...11 characters 1a2b3c4d
//	 O 17 1 1764000000323 created 0 - 497f6eca-6276-4993-bfeb-53cbbbba6f08 answer 5e6f7a8b
//
// The mark * says that everything before the line was durable when the line was written.
const (
	markDurable = '*'
	markPlain   = ' '

	crcLength    = 9         // a blank and eight digits
	maxLineBytes = 64 << 10  // of a header; the others are far shorter
	maxTextBytes = 400       // of what the server said, kept in an outcome
	noText       = byte('-') // an empty word
)

// lineKind is the sort of a journal line.
type lineKind byte

const (
	kindHeader  lineKind = 'H' // what is imported where, once, as JSON
	kindPlan    lineKind = 'P' // the start of a run, as JSON
	kindSend    lineKind = 'S' // a row is about to be sent
	kindOutcome lineKind = 'O' // what became of it
	kindRequest lineKind = 'R' // another request, for the limit per hour
	kindNote    lineKind = 'N' // the end of a run, or of the whole journal, as JSON
)

// rowKey is the hash of a row's folded email, or of its payload where it has none.
type rowKey [16]byte

// payloadKey is the hash of everything that is sent for a row.
type payloadKey [8]byte

// entry is a line of the journal. Which fields are set depends on the kind.
type entry struct {
	kind    lineKind
	row     int
	attempt int       // from 1
	at      time.Time // of this machine, in milliseconds
	key     rowKey
	payload payloadKey
	outcome outcome
	doc     []byte // JSON of a header, plan or note
}

// outcome is what is known of a row after a send.
type outcome struct {
	state    State
	status   int       // of the HTTP answer, 0 when none tells
	code     string    // the stable word of a refusal or failure, or ""
	id       uuid.UUID // of the customer, or nil
	evidence string    // a word for what proves the state
	text     string    // what the server said, at most 400 bytes
}

// appendLine encodes an entry behind the line whose checksum is prev, and gives the new checksum.
func appendLine(dst []byte, mark byte, e *entry, prev uint32) ([]byte, uint32) {
	start := len(dst)
	dst = append(dst, mark, byte(e.kind))
	switch e.kind {
	case kindSend:
		dst = appendNumbers(dst, int64(e.row), int64(e.attempt), e.at.UnixMilli())
		dst = append(dst, ' ')
		dst = base64.RawURLEncoding.AppendEncode(dst, e.key[:])
		dst = append(dst, ' ')
		dst = base64.RawURLEncoding.AppendEncode(dst, e.payload[:])
	case kindOutcome:
		dst = appendNumbers(dst, int64(e.row), int64(e.attempt), e.at.UnixMilli())
		dst = appendOutcome(dst, &e.outcome)
	case kindRequest:
		dst = appendNumbers(dst, e.at.UnixMilli())
	default:
		dst = append(append(dst, ' '), e.doc...)
	}
	sum := crc32.Update(prev, crc32.MakeTable(crc32.Castagnoli), dst[start:])
	dst = append(dst, ' ')
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[sum>>shift&15])
	}
	return append(dst, '\n'), sum
}

func appendNumbers(dst []byte, numbers ...int64) []byte {
	for _, n := range numbers {
		dst = strconv.AppendInt(append(dst, ' '), n, 10)
	}
	return dst
}

func appendOutcome(dst []byte, o *outcome) []byte {
	dst = append(append(dst, ' '), o.state...)
	dst = appendNumbers(dst, int64(o.status))
	dst = appendWord(dst, o.code)
	if o.id == uuid.Nil {
		dst = appendWord(dst, "")
	} else {
		dst = append(dst, ' ')
		dst = append(dst, o.id.String()...)
	}
	dst = appendWord(dst, o.evidence)
	if o.text != "" {
		dst = append(dst, ' ')
		dst, _ = jsontext.AppendQuote(dst, clipText(o.text))
	}
	return dst
}

func appendWord(dst []byte, word string) []byte {
	dst = append(dst, ' ')
	if word == "" {
		return append(dst, noText)
	}
	return append(dst, word...)
}

// clipText cuts a text to what the journal keeps, and makes it valid UTF-8.
func clipText(text string) string {
	if len(text) > maxTextBytes {
		text = text[:maxTextBytes-3] + "..."
	}
	return string(bytes.ToValidUTF8([]byte(text), []byte("?")))
}

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
func parseLine(line []byte, e *entry) error {
	if line[0] != markDurable && line[0] != markPlain {
		return errLine
	}
	f := lineFields{rest: line[2 : len(line)-crcLength]}
	*e = entry{kind: lineKind(line[1])}
	switch e.kind {
	case kindHeader, kindPlan, kindNote:
		if len(f.rest) < 2 || f.rest[0] != ' ' || !jsontext.Value(f.rest[1:]).IsValid() {
			return errLine
		}
		e.doc = bytes.Clone(f.rest[1:])
		return nil
	case kindSend:
		e.row, e.attempt, e.at = int(f.number()), int(f.number()), f.time()
		f.hash(e.key[:])
		f.hash(e.payload[:])
	case kindOutcome:
		e.row, e.attempt, e.at = int(f.number()), int(f.number()), f.time()
		e.outcome = f.outcome()
	case kindRequest:
		e.at = f.time()
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

func (f *lineFields) outcome() outcome {
	o := outcome{state: f.state(), status: int(f.number()), code: f.optional()}
	if word := f.word(); len(word) != 1 || word[0] != noText {
		id, err := uuid.ParseBytes(word)
		if err != nil || len(word) != 36 {
			f.bad = true
		}
		o.id = id
	}
	o.evidence = f.optional()
	if len(f.rest) > 1 && f.rest[0] == ' ' {
		text, err := jsontext.AppendUnquote(nil, f.rest[1:])
		f.bad = f.bad || err != nil
		o.text, f.rest = string(text), nil
	}
	return o
}

func (f *lineFields) state() State {
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
func outcomeStates() [6]State {
	return [...]State{Created, Exists, Rejected, Pending, InDoubt, Unknown}
}
