package bulk

import (
	"errors"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/reconcile"
	"github.com/hydracore/hydractl/internal/bulk/record"
	"github.com/hydracore/hydractl/internal/sandbox"
)

const faultRows = 3 // the first, one in the middle, and the last

// faultCase is one fault at one place of one import.
type faultCase struct {
	spec  string // of the fault, with a colon or a comma at its end
	when  faultTime
	row   int // that it hits
	times int // that it comes in a row
	form  faultForm
}

// faultTime is the request that a fault hits.
type faultTime int

const (
	firstSend  faultTime = iota
	secondSend           // the first one was not carried out
	lookMade             // a look for a customer that was made
	lookNotMade
	faultTimes
)

// faultForm is what is imported.
type faultForm int

const (
	withEmail faultForm = iota
	withoutEmail
	asClone
	asCloneWithoutEmail
	faultForms
)

func (f faultForm) String() string {
	return [...]string{"email", "no email", "clone", "clone without email"}[f]
}

func (f faultForm) hasEmail() bool { return f == withEmail || f == asClone }

func (f faultForm) isClone() bool { return f == asClone || f == asCloneWithoutEmail }

func (c faultCase) String() string {
	when := [...]string{"first send", "second send", "look for one that was made", "look for one that was not"}[c.when]
	return fmt.Sprintf("%s %d times at the %s of row %d (%s)", c.spec, c.times, when, c.row, c.form)
}

// Whatever the server or the network does at whatever place, nothing is lost and nothing doubled, as the server's own
// record tells. The client is the real one and so is the sandbox; the network between them is in memory, and time is
// virtual. Each kind of fault is tried in one form of row, at fewer places under the race detector, which takes ten times as
// long, and each value that it takes at one place. HYDRACTL_ALL_FAULTS=1 tries everything in every form and at every place.
func TestProof_NoFaultLosesOrDoublesARow(t *testing.T) {
	t.Parallel()
	for i, kind := range sandbox.FaultKinds() {
		for form := range faultForms {
			var cases []faultCase
			for k, spec := range faultSpecs(kind) {
				switch {
				case allFaults(), k == 0 && i%3 == int(form):
					cases = append(cases, faultCases(spec, form)...)
				case k > 0 && (i+1)%3 == int(form):
					cases = append(cases, faultCase{spec, firstSend, 1, 1, form})
				}
			}
			if len(cases) == 0 {
				continue
			}
			t.Run(kind.Name+"/"+form.String(), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					n := startNetwork(t)
					for _, c := range cases {
						n.play(t, c)
					}
					t.Logf("%d imports, rows %v", n.cases, n.states)
				})
			})
		}
	}
}

func allFaults() bool { return os.Getenv("HYDRACTL_ALL_FAULTS") != "" }

// faultSpecs returns a kind of fault as it is, and then with each value that it takes.
func faultSpecs(kind sandbox.FaultKind) []string {
	plain := kind.Name + ":"
	for _, p := range kind.Params {
		if p.Name == "mb" {
			plain += "mb=2," // beyond what is read of an answer to a write
		}
	}
	specs := []string{plain}
	for _, p := range kind.Params {
		for _, value := range p.Values {
			specs = append(specs, fmt.Sprintf("%s%s=%s,", plain, p.Name, value))
		}
	}
	return specs
}

// faultCases puts a fault at every place: each row, each send and the looks that settle doubt, once and more often than a
// row is sent or a read repeated.
func faultCases(spec string, form faultForm) []faultCase {
	var cases []faultCase
	for when := range faultTimes {
		for row := range faultRows {
			for _, times := range []int{1, 6} {
				if allFaults() || row == 1 && !raceDetector || times == 1 && (row == 1 || when < lookMade && !raceDetector) {
					cases = append(cases, faultCase{spec, when, row, times, form})
				}
			}
		}
	}
	return cases
}

// specs are the faults that make the case: the one that is meant, and before it one that brings the import to its place.
func (c faultCase) specs(v record.Values) []string {
	writes := "method=POST,path=*,match=" + v[record.CompanyName]
	meant := fmt.Sprintf("%slimit=%d,%s", c.spec, c.times, writes)
	switch c.when {
	case secondSend:
		before := "drop_before:limit=1," + writes
		if !c.form.hasEmail() {
			before = "429:limit=1," + writes // nothing else is sent again without an email
		}
		return []string{before, meant + ",after=1"}
	case lookMade, lookNotMade:
		before := map[faultTime]string{lookMade: "drop_after_commit", lookNotMade: "drop_before"}[c.when]
		return []string{before + ":limit=1," + writes, fmt.Sprintf("%slimit=%d,method=GET,path=*", c.spec, c.times)}
	}
	return []string{meant}
}

// play imports three rows, with the fault, to the end, and then once more.
func (n *network) play(t *testing.T, c faultCase) {
	t.Helper()
	n.cases++
	n.requests = nil
	g := newRig(someRows(faultRows, func(int) bool { return c.form.hasEmail() }))
	for i := range g.rows {
		v := &g.rows[i].Values
		v[record.CompanyName] = fmt.Sprintf("%s of import %d", v[record.CompanyName], n.cases)
		if v[record.Email] != "" {
			v[record.Email] = fmt.Sprintf("%d.%s", n.cases, v[record.Email])
			g.rows[i].Key = v[record.Email]
		}
	}
	if c.form.isClone() {
		g.clones()
		g.options.CloneSource = n.source
	}
	if err := n.sandbox.SetFaults(c.specs(g.rows[c.row].Values)...); err != nil {
		t.Fatal(err)
	}
	var s *Summary
	for runs := 0; s == nil || s.Stop != nil; runs++ {
		if runs == 10 {
			t.Fatalf("%v: the import does not come to an end: %v", c, s.Stop)
		}
		s = n.run(t, g)
	}
	time.Sleep(reconcile.QuietPeriod) // for what is committed late
	wrong := n.check(t, c, g, s)
	if len(wrong) > 0 {
		t.Errorf("%v\n%v\n%s", c, errors.Join(wrong...), g.journalText())
	}
}
