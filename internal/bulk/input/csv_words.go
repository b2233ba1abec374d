package input

import (
	"encoding/binary"
	"math/bits"
)

// Eight bytes are looked at in one go. A mask has the top bit of each byte that it is about.
const (
	wordBytes = 8
	ones      = 0x0101010101010101
	tops      = 0x8080808080808080
)

// equalBytes is the mask of the bytes that are c.
func equalBytes(word uint64, c byte) uint64 {
	x := word ^ ones*uint64(c)
	return ^((x&^tops + ^uint64(tops)) | x) & tops
}

// oddBytes is the mask of the bytes that are no printable ASCII, or a quote.
func oddBytes(word uint64) uint64 {
	below := ^(word&^tops + ones*(0x80-' ')) & tops
	return word&tops | below | equalBytes(word, '"') | equalBytes(word, 0x7f)
}

// scanPlainCells is the short way through cells of printable ASCII that are in memory to their end. It gives the offset
// of the first cell that is not such, or is done with the record.
func (r *csvReader) scanPlainCells(at int) (next int, done bool) {
	w := r.bytes()
	for i := at; i+wordBytes <= len(w); i += wordBytes {
		word := binary.LittleEndian.Uint64(w[i:])
		ends := equalBytes(word, r.delimiter)
		odd := oddBytes(word) &^ ends
		ends &= odd&-odd - 1 // those before the first odd byte
		for ; ends != 0; ends &= ends - 1 {
			end := i + bits.TrailingZeros64(ends)/8
			if !r.addPlain(at, end) {
				return at, false
			}
			at = end + 1
		}
		if odd == 0 {
			continue
		}
		end := i + bits.TrailingZeros64(odd)/8
		if w[end] == '\n' || w[end] == '\r' && end+1 < len(w) && w[end+1] == '\n' {
			if r.addPlain(at, end) {
				return end, r.stopsRecord(end)
			}
		}
		return at, false
	}
	return at, false
}

// addPlain adds a cell unless it goes beyond a cap, which is for others to say.
func (r *csvReader) addPlain(at, end int) bool {
	if end-at > maxCellBytes || len(r.extents) == maxColumns {
		return false
	}
	r.extents = append(r.extents, extent{at: int32(at), start: int32(at), end: int32(end)})
	return true
}

// classes joins the classes of a text inside quotes.
func (r *csvReader) classes(text []byte) class {
	var seen class
	for ; len(text) >= wordBytes; text = text[wordBytes:] {
		if oddBytes(binary.LittleEndian.Uint64(text)) != 0 {
			for _, c := range text[:wordBytes] {
				seen |= r.class[c]
			}
		}
	}
	for _, c := range text {
		seen |= r.class[c]
	}
	return seen
}
