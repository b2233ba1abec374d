package record

import "crypto/sha256"

// hashes are a row's names in the journal.
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

// rowKey is the hash of a row's folded email, or of its payload where it has none.
type RowKey [16]byte

// payloadKey is the hash of everything that is sent for a row.
type PayloadKey [8]byte
