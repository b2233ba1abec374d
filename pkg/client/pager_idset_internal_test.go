package client

import (
	"fmt"
	"testing"
)

func TestIDSet_CountsOncePerWalk(t *testing.T) {
	t.Parallel()
	const n = 50_000
	s := newIDSet()
	for walk := 1; walk <= 3; walk++ {
		for again := range 2 {
			firsts, fresh := 0, 0
			for i := range n * walk { // each walk finds more
				last := s.see(fmt.Sprintf("%08x-6276-4993-bfeb-53cbbbba6f08", i), walk)
				if last == 0 {
					firsts++
				}
				if last != walk {
					fresh++
				}
			}
			wantFirsts, wantFresh := n, n*walk
			if again == 1 {
				wantFirsts, wantFresh = 0, 0
			}
			if firsts != wantFirsts || fresh != wantFresh {
				t.Errorf("walk %d, time %d: %d first, %d fresh, want %d and %d", walk, again, firsts, fresh, wantFirsts, wantFresh)
			}
		}
	}
}

func TestIDSet_TakesFewBytes(t *testing.T) {
	t.Parallel()
	const n = 200_000
	s := newIDSet()
	for i := range n {
		s.see(fmt.Sprint(i), 1)
	}
	slots := 0
	for _, segment := range s.segments {
		slots += cap(segment)
	}
	if slots > n*5/4 {
		t.Errorf("%d slots for %d IDs", slots, n)
	}
}
