package bulk

import (
	"bytes"
	"encoding/base64"
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
	kindSend    lineKind = 'S' // a row is about to be sent
	kindOutcome lineKind = 'O' // what became of it
	kindRequest lineKind = 'R' // another request, for the limit per hour
	kindNote    lineKind = 'N' // the end of a run, or of the whole journal, as JSON
)

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
	status   int       // of the last HTTP answer to a send, 0 when none came
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
