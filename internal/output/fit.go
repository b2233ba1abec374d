package output

import (
	"math"
	"slices"
)

// span is the room that one column of a table takes, and what it can bear.
type span struct {
	want  int // width of the widest cell
	least int // width it may be cut to before columns go
	tight int // width it may be cut to when the columns that go early are gone
	fit   Fit
	drop  int
}

// fitted is a table made to fit: the columns that stay, the width of every column, and the columns that went, in order.
type fitted struct {
	shown  []int
	width  []int
	hidden []int
}

// fitColumns makes the columns fit into room, 0 for any. Cells with FitEnd are cut, then columns go in their order, up to
// LastEarlyDrop; then these cells are cut shorter, then the other columns with an order go. Only then cells with FitMiddle
// are cut, and at last columns with a Fit go. When even that is not enough, the rest keeps its width: a broken line is
// better than a broken ID. Columns that went come back, the last one first, where a wide one has left room for them.
func fitColumns(spans []span, room int) fitted {
	var f fitted
	for i := range spans {
		f.shown = append(f.shown, i)
	}
	tight, middle := false, false
	for f.squeeze(spans, room, tight, middle) > 0 && room > 0 {
		next := f.nextToDrop(spans)
		switch early := next >= 0 && spans[next].drop > 0; {
		case !tight && (!early || spans[next].drop > LastEarlyDrop):
			tight = true
		case !middle && !early:
			middle = true
		case next < 0, len(f.shown) == 1:
			return f
		default:
			f.hidden = append(f.hidden, next)
			f.shown = slices.DeleteFunc(f.shown, func(i int) bool { return i == next })
		}
	}
	if !middle {
		f.restore(spans, room)
	}
	return f
}

// restore brings the columns back for which there is room while no cell is cut further than before any column went.
func (f *fitted) restore(spans []span, room int) {
	for _, i := range slices.Backward(slices.Clone(f.hidden)) {
		more := fitted{shown: slices.Sorted(slices.Values(append(slices.Clone(f.shown), i)))}
		if more.squeeze(spans, room, false, false) > 0 {
			continue
		}
		f.shown, f.width = more.shown, more.width
		f.hidden = slices.DeleteFunc(f.hidden, func(gone int) bool { return gone == i })
	}
}

// squeeze sets the widths and returns by how much the table is still too wide.
func (f *fitted) squeeze(spans []span, room int, tight, middle bool) int {
	f.width = make([]int, len(spans))
	over := gap*(len(f.shown)-1) - room
	for _, i := range f.shown {
		f.width[i] = spans[i].want
		over += spans[i].want
	}
	if room == 0 {
		return over
	}
	for _, fit := range []Fit{FitEnd, FitMiddle} {
		for _, i := range f.shown {
			s := spans[i]
			if s.fit != fit || over <= 0 || fit == FitMiddle && !middle {
				continue
			}
			least := s.least
			if tight {
				least = min(least, s.tight)
			}
			less := min(over, max(0, s.want-least))
			f.width[i] -= less
			over -= less
		}
	}
	return over
}

// nextToDrop returns the column that goes first, -1 if none may.
func (f *fitted) nextToDrop(spans []span) int {
	next := -1
	for _, i := range f.shown {
		if spans[i].rank() > 0 && (next < 0 || spans[i].rank() < spans[next].rank()) {
			next = i
		}
	}
	return next
}

// rank orders the columns that go, 0 for one that stays.
func (s span) rank() int {
	switch {
	case s.drop > 0:
		return s.drop
	case s.fit == FitWhole:
		return 0
	}
	return math.MaxInt - int(FitMiddle) + int(s.fit) // FitEnd before FitMiddle, after all others
}
