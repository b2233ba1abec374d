package journal

import (
	"bytes"
	"encoding/base64"
	"hash/crc32"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/hydracore/hydractl/internal/bulk/record"
)

// A journal line is a mark, a kind, fields with one blank between them, and a checksum over all of that and over the
// checksum of the line before it:
//
//	*S 17 1 1764000000123 kW4...22 characters 9dQ...11 characters 1a2b3c4d
//	 O 17 1 1764000000323 created 201 - 497f6eca-6276-4993-bfeb-53cbbbba6f08 answer 5e6f7a8b
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
	KindSend    lineKind = 'S' // a row is about to be sent
	KindOutcome lineKind = 'O' // what became of it
	kindRequest lineKind = 'R' // another request, for the limit per hour
	kindNote    lineKind = 'N' // the end of a run, or of the whole journal, as JSON
)

// entry is a line of the journal. Which fields are set depends on the kind.
type Entry struct {
	Kind    lineKind
	Row     int
	Attempt int       // from 1
	At      time.Time // of this machine, in milliseconds
	Key     record.RowKey
	Payload record.PayloadKey
	Outcome Outcome
	doc     []byte // JSON of a header, plan or note
}

// outcome is what is known of a row after a send.
type Outcome struct {
	State    record.State
	Status   int       // of the last HTTP answer to a send, 0 when none came
	Code     string    // the stable word of a refusal or failure, or ""
	ID       uuid.UUID // of the customer, or nil
	Evidence string    // a word for what proves the state
	Text     string    // what the server said, at most 400 bytes
}

// appendLine encodes an entry behind the line whose checksum is prev, and gives the new checksum.
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

func appendOutcome(dst []byte, o *Outcome) []byte {
	dst = append(append(dst, ' '), o.State...)
	dst = appendNumbers(dst, int64(o.Status))
	dst = appendWord(dst, o.Code)
	if o.ID == uuid.Nil {
		dst = appendWord(dst, "")
	} else {
		dst = append(dst, ' ')
		dst = append(dst, o.ID.String()...)
	}
	dst = appendWord(dst, o.Evidence)
	if o.Text != "" {
		dst = append(dst, ' ')
		dst, _ = jsontext.AppendQuote(dst, clipText(o.Text))
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
