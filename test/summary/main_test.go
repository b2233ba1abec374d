package main

import (
	"strings"
	"testing"
)

func TestSummarize(t *testing.T) {
	const (
		pass = `{"Action":"pass","Package":"p","Test":"TestA","Elapsed":1}` + "\n"
		skip = `{"Action":"output","Package":"p","Test":"TestB","Output":"=== RUN   TestB\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:3: needs chromium\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
`
		fail = `{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:5: wrong\n"}
{"Action":"fail","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p","Elapsed":2}
`
		broken = `{"ImportPath":"q","Action":"build-output","Output":"q.go:1: undefined: x\n"}
{"Action":"fail","Package":"q","FailedBuild":"q"}
`
	)
	for _, test := range []struct {
		name, events string
		good         bool
		want         []string
	}{
		{"passed", pass + `{"Action":"pass","Package":"p","Elapsed":2}`, true, []string{"pass p", "1 passed, 0 failed, 0 skipped\n"}},
		{"skipped", pass + skip, true, []string{"skipped TestB: b_test.go:3: needs chromium\n", "1 passed, 0 failed, 1 skipped\n"}},
		{"failed", pass + fail, false, []string{"c_test.go:5: wrong\n", "fail p", "1 passed, 1 failed, 0 skipped\n"}},
		{"not compiled", pass + broken, false, []string{"q.go:1: undefined: x\n"}},
		{"not JSON", pass + "panic: no test binary\n", true, []string{"panic: no test binary\n"}},
		{"no test ran", "", false, []string{"0 passed"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out strings.Builder
			if good := summarize(strings.NewReader(test.events), &out); good != test.good {
				t.Errorf("%v, want %v", good, test.good)
			}
			for _, text := range test.want {
				if !strings.Contains(out.String(), text) {
					t.Errorf("%q lacks %q", out.String(), text)
				}
			}
		})
	}
}
