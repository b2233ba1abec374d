package record

import (
	"crypto/sha256"

	"github.com/hydracore/hydractl/pkg/client"
)

// Row is one record of the input after its columns were mapped to fields.
type Row struct {
	Index  int    // ordinal of the record in the input, from 0; the row's name in the journal
	Line   int    // physical line on which the record begins, from 1
	Values Values // by field; "" is a field that is left out
	// Key is the folded email, "" without one: no two customers may share it.
	Key string
	// State is Invalid or DuplicateInFile when validation has taken the row out, else Pending or "".
	State State
}

// Values are the texts of a new customer in the order of [Fields]; "" is a field that is left out, since the API
// counts "" as a value.
type Values [7]string

// The fields of Values, in the order of [Fields].
const (
	CompanyName = iota
	Email
	CountryCode
	Currency
	Industry
	Locale
	Timezone
)

// State is the state of a row. Every row ends in exactly one of the terminal states, or is pending when a run stopped
// early.
type State string

// The states of a row (design: parse -> invalid, duplicate_in_file, pending; pending -> the others).
const (
	Pending         State = "pending"
	InDoubt         State = "in_doubt"
	Created         State = "created"
	Exists          State = "exists"
	Rejected        State = "rejected"
	Invalid         State = "invalid"
	DuplicateInFile State = "duplicate_in_file"
	Unknown         State = "unknown"
)

// Terminal reports whether the state is final.
func (s State) Terminal() bool {
	switch s {
	case Created, Exists, Rejected, Invalid, DuplicateInFile, Unknown:
		return true
	}
	return false
}

// Request returns the create request for the values.
func (v *Values) Request() client.CreateRequest {
	field := func(i int) *string {
		if v[i] == "" {
			return nil
		}
		return &v[i]
	}
	return client.CreateRequest{
		CompanyName: field(CompanyName), Email: field(Email), CountryCode: field(CountryCode), Currency: field(Currency),
		Industry: field(Industry), Locale: field(Locale), Timezone: field(Timezone),
	}
}

// FieldCount is the number of [Fields].
const FieldCount = len(Values{})

// RowKey is the hash of a row's folded email, or of its payload where it has none.
type RowKey [16]byte

// PayloadKey is the hash of everything that is sent for a row.
type PayloadKey [8]byte

// Hashes returns the names of a row in the journal.
func Hashes(row *Row) (key RowKey, payload PayloadKey) {
	text := make([]byte, 0, 256)
	for _, v := range row.Values {
		text = append(append(text, v...), 0)
	}
	sum := sha256.Sum256(text)
	copy(payload[:], sum[:])
	if row.Key != "" {
		sum = sha256.Sum256(append(append(text[:0], "email "...), row.Key...))
	}
	copy(key[:], sum[:])
	return key, payload
}
