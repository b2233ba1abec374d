package sandbox

import (
	"bytes"
	"sort"
)

// emailText is every folded email of a roll in one text, so that one scan at the speed of memory finds all that contain a word.
type emailText struct {
	text   []byte // each email followed by a NUL, which no email holds
	starts []int32
}

func (t *emailText) add(email string) {
	t.starts = append(t.starts, int32(len(t.text)))
	t.text = append(append(t.text, email...), 0)
}

// hits is a set of positions; nil holds all of them.
type hits []uint64

func (h hits) has(at int32) bool { return h == nil || h[at>>6]&(1<<(at&63)) != 0 }

// search finds the emails that contain the word; % and _ stand for themselves.
func (t *emailText) search(word string) hits {
	if word == "" {
		return nil
	}
	found := make(hits, (len(t.starts)+63)/64)
	needle := []byte(word)
	for from := 0; ; {
		i := bytes.Index(t.text[from:], needle)
		if i < 0 {
			return found
		}
		at := sort.Search(len(t.starts), func(k int) bool { return int(t.starts[k]) > from+i }) - 1
		found[at>>6] |= 1 << (at & 63)
		if at+1 == len(t.starts) {
			return found
		}
		from = int(t.starts[at+1])
	}
}
