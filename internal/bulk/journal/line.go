package journal

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// A journal line is a mark, a kind, fields separated by one blank, and a checksum over all of that and over the checksum of
// the line before it:
//
//	*S 17 1 1764000000123 kW4...22 characters 9dQ...11 characters 1a2b3c4d
//	 O 17 1 1764000000323 created 201 - 497f6eca-6276-4993-bfeb-53cbbbba6f08 answer 5e6f7a8b
//
// The mark * says that everything before the line was durable when the line was written.
const (
	markDurable = '*'
	markPlain   = ' '

	crcLength    = 9        // a blank and eight digits
	maxLineBytes = 64 << 10 // of a header; the others are far shorter
	maxTextBytes = 400      // of what the server said, kept in an outcome
	emptyWord    = byte('-')
)

// lineKind is the sort of a journal line.
type lineKind byte

const (
	kindHeader lineKind = 'H' // what is imported where, once, as JSON
	kindPlan   lineKind = 'P' // the start of a run, as JSON
	// KindSend is the line of a send.
	KindSend lineKind = 'S' // a row is about to be sent
	// KindOutcome is the line of an outcome.
	KindOutcome lineKind = 'O' // the outcome of a send
	kindRequest lineKind = 'R' // another request, for the limit per hour
	kindNote    lineKind = 'N' // the end of a run, or of the whole journal, as JSON
)

// Entry is a line of the journal. Which fields are set depends on the kind.
type Entry struct {
	Kind    lineKind
	Row     int
	Attempt int       // from 1
	At      time.Time // of this machine, in milliseconds
	Key     record.RowKey
	Payload record.PayloadKey
	Outcome Outcome
	doc     []byte // JSON of a header, plan or note
	offset  int64  // of a line that was read
}

// Outcome is what is known of a row after a send.
type Outcome struct {
	State    record.State
	Status   int       // of the last HTTP answer to a send, 0 when none came
	Code     string    // the stable word of a refusal or failure, or ""
	ID       uuid.UUID // of the customer, or nil
	Evidence string    // a word for what proves the state
	Text     string    // the server's message, at most 400 bytes
}

// The evidence of a state.
const (
	ByAnswer  = "answer"   // the answer to the send
	ByRefusal = "refusal"  // the answer, and a search for the customer
	BySearch  = "search"   // a search for the customer
	ByList    = "list"     // the list of the customers before the first run
	byEarlier = "earlier"  // the import that this one continues
	byUser    = "user"     // the user's decision
	NotDone   = "not_done" // the send was not carried out
)

// OtherEmail is the code of an answer about a customer with another email.
const OtherEmail = "other_email"

// OtherData is the code of a row whose customer exists with other data; the text has the server's values.
const OtherData = "other_data"

// appendLine encodes an entry after the line whose checksum is prev, and returns the new checksum.
func appendLine(dst []byte, mark byte, e *Entry, prev uint32) ([]byte, uint32) {
	start := len(dst)
	dst = append(dst, mark, byte(e.Kind))
	switch e.Kind {
	case KindSend:
		dst = appendNumbers(dst, int64(e.Row), int64(e.Attempt), e.At.UnixMilli())
		dst = append(dst, ' ')
		dst = base64.RawURLEncoding.AppendEncode(dst, e.Key[:])
		dst = append(dst, ' ')
		dst = base64.RawURLEncoding.AppendEncode(dst, e.Payload[:])
	case KindOutcome:
		dst = appendNumbers(dst, int64(e.Row), int64(e.Attempt), e.At.UnixMilli())
		dst = appendOutcome(dst, &e.Outcome)
	case kindRequest:
		dst = appendNumbers(dst, e.At.UnixMilli())
	default:
		dst = append(append(dst, ' '), e.doc...)
	}
	sum := crc32.Update(prev, crc32.MakeTable(crc32.Castagnoli), dst[start:])
	digits := checksumText(sum)
	return append(append(dst, digits[:]...), '\n'), sum
}

// checksumText is a checksum as it is written at the end of a line.
func checksumText(sum uint32) (digits [crcLength]byte) {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], sum)
	digits[0] = ' '
	hex.Encode(digits[1:], b[:])
	return digits
}

func appendNumbers(dst []byte, numbers ...int64) []byte {
	for _, n := range numbers {
		dst = strconv.AppendInt(append(dst, ' '), n, 10)
	}
	return dst
}

func appendOutcome(dst []byte, o *Outcome) []byte {
	dst = append(append(dst, ' '), o.State...)
	dst = appendNumbers(dst, int64(o.Status))
	dst = appendWord(dst, o.Code)
	id := ""
	if o.ID != uuid.Nil {
		id = o.ID.String()
	}
	dst = appendWord(appendWord(dst, id), o.Evidence)
	if o.Text != "" {
		dst = append(dst, ' ')
		dst, _ = jsontext.AppendQuote(dst, clipText(o.Text))
	}
	return dst
}

func appendWord(dst []byte, word string) []byte {
	dst = append(dst, ' ')
	if word == "" {
		return append(dst, emptyWord)
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

// errLine means that a line holds what no run writes.
var errLine = errors.New("a field is missing or out of range")

// checkLine reports whether line (without its end) has the right checksum after prev. stored is the checksum that it has;
// right is the one that it should have.
func checkLine(line []byte, prev uint32) (stored, right uint32, ok bool) {
	if len(line) < crcLength+2 {
		return 0, 0, false
	}
	body, digits := line[:len(line)-crcLength], line[len(line)-crcLength:]
	right = crc32.Update(prev, crc32.MakeTable(crc32.Castagnoli), body)
	var b [4]byte
	_, _ = hex.Decode(b[:], digits[1:]) // what is no checksum is not the right one
	want := checksumText(right)
	return binary.BigEndian.Uint32(b[:]), right, bytes.Equal(digits, want[:])
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

// lineFields splits a line; bad reports that something was not as a run writes it.
type lineFields struct {
	rest []byte
	bad  bool
}

// word returns the next word after a blank.
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

// number returns a whole number from 0 to 2^50.
func (f *lineFields) number() int64 {
	n, err := strconv.ParseUint(string(f.word()), 10, 50)
	f.bad = f.bad || err != nil
	return int64(n)
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
	if len(word) == 1 && word[0] == emptyWord {
		return ""
	}
	return string(word)
}

func (f *lineFields) outcome() Outcome {
	o := Outcome{State: f.state(), Status: int(f.number()), Code: f.optional()}
	if word := f.word(); len(word) != 1 || word[0] != emptyWord {
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
	for _, s := range states() {
		if string(word) == string(s) {
			return s
		}
	}
	f.bad = true
	return ""
}

// states are those of a row in a journal. The place of one is its code in the ledger.
func states() [6]record.State {
	return [...]record.State{record.Pending, record.InDoubt, record.Created, record.Exists, record.Rejected, record.Unknown}
}
