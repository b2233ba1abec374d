package sandbox

import (
	"bytes"
	"math/bits"
)

// emailText is every folded email of a roll in one text, so that one scan at the speed of memory finds all that contain a word.
type emailText struct {
	text   []byte // each email followed by a NUL, which no email holds
	starts []int32
	often  [256]int // how often each byte occurs in text

	word  string // the last search, which the next page is likely to repeat
	found hits
}

func (t *emailText) add(email string) {
	t.word = ""
	t.starts = append(t.starts, int32(len(t.text)))
	t.text = append(append(t.text, email...), 0)
	for i := range len(email) {
		t.often[email[i]]++
	}
}

// hits is a set of positions; nil holds all of them.
type hits []uint64

func (h hits) has(at int32) bool { return h == nil || h[at>>6]&(1<<(at&63)) != 0 }

func (h hits) drop(at int32) { h[at>>6] &^= 1 << (at & 63) }

func (h hits) count() (n int64) {
	for _, word := range h {
		n += int64(bits.OnesCount64(word))
	}
	return n
}

// allHits holds the first n positions one by one.
func allHits(n int) hits {
	h := make(hits, (n+63)/64)
	for at := range n {
		h[at>>6] |= 1 << (at & 63)
	}
	return h
}

// search finds the emails that contain the word; % and _ stand for themselves. The answer must not be changed.
func (t *emailText) search(word string) hits {
	if word == "" {
		return nil
	}
	if word != t.word {
		t.word, t.found = word, t.scan(word)
	}
	return t.found
}

// scan looks for the word's rarest byte, as every other one occurs in almost every email.
func (t *emailText) scan(word string) hits {
	found := make(hits, (len(t.starts)+63)/64)
	rare := t.rarest(word)
	for at, from := 0, 0; ; {
		i := bytes.IndexByte(t.text[from:], word[rare])
		if i < 0 {
			return found
		}
		from += i + 1
		begin := from - 1 - rare
		if begin < 0 || !bytes.HasPrefix(t.text[begin:], []byte(word)) {
			continue
		}
		for at+1 < len(t.starts) && int(t.starts[at+1]) <= begin {
			at++
		}
		found[at>>6] |= 1 << (at & 63)
	}
}

// rarest is the place of the word's byte that occurs least.
func (t *emailText) rarest(word string) (place int) {
	for i := range len(word) {
		if t.often[word[i]] < t.often[word[place]] {
			place = i
		}
	}
	return place
}
