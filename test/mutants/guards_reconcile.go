package main

import "slices"

// reconciling is what keeps a lost answer from becoming a second customer, or another operator's customer from becoming a row's.
func reconciling() []guard { return slices.Concat(absence(), identity(), answered()) }

const reconcilePath = "internal/bulk/reconcile/"

// absence is what has to be known before a row is sent again.
func absence() []guard {
	const late = "TestProof_NoRowDoubledByALateCommit"
	return []guard{
		{
			name: "absence counts after the quiet period only", file: reconcilePath + "reconcile.go", tests: late, in: "internal/bulk",
			old: "case result.State == record.Pending && over:", off: "case result.State == record.Pending:",
		},
		{
			name: "the quiet period begins at the end of the attempt", file: "internal/bulk/job.go", tests: "TestProof_LongAttempts", in: "internal/bulk",
			old: "Last: j.Last,", off: "Last: j.First,",
		},
		{
			name: "absence takes two looks", file: reconcilePath + "reconcile.go", tests: late, in: "internal/bulk",
			old: "a.looks < 2 {", off: "a.looks < 1 {",
		},
		{
			name: "the two looks are 5 s apart", file: reconcilePath + "reconcile.go", tests: late, in: "internal/bulk",
			old: "AbsenceInterval = 5 * time.Second", off: "AbsenceInterval = 5 * time.Millisecond",
		},
		{
			name: "an incomplete listing is no absence", file: reconcilePath + "reconcile.go", tests: "TestReconcile_IncompleteListing",
			old: "case incomplete || errors.Is(err, ErrNoOrder):", off: "case incomplete:\n\t\t\treturn Result{State: record.Pending}, nil\n\t\tcase errors.Is(err, ErrNoOrder):",
		},
		{
			name: "a blind search proves no absence", file: reconcilePath + "search.go", tests: "TestReconcile_AbsenceNeedsSearch",
			old: "	return refuted, nil", off: "	return proven, nil",
		},
		{
			name: "a tenant without customers proves nothing", file: reconcilePath + "search.go", tests: "TestReconcile_AbsenceNeedsSearch",
			old: "		if i < 0 {\n\t\t\treturn unproven, nil", off: "		if i < 0 {\n\t\t\treturn proven, nil",
		},
		{
			name: "a server that changes emails proves no absence", file: reconcilePath + "reconcile.go", tests: "TestReconcile_AbsenceNeedsSearch",
			old: "if r.Learned.rewritesEmails.Load() {", off: "if false {",
		},
		{
			name: "an address without its tag is looked for too", file: reconcilePath + "search.go", tests: "TestReconcile_AddressWithoutTag",
			old: "address == \"\" {", off: "address != \"-\" {",
		},
		{
			name: "a row without an email is never sent again by itself", file: reconcilePath + "reconcile.go", tests: "TestReconcile_WithoutEmail",
			old: `if w.Sent[record.Email] == "" {` + "\n\t\treturn unknown(", off: "if false {\n\t\treturn unknown(",
		},
		{
			name: "a refused second send may be the first one", file: "internal/bulk/send.go", tests: "TestSend_RefusalOfTheSecondSend",
			old: "(maybe || j.Sends > 0) {", off: "maybe {",
		},
		{
			name: "the folded spelling is looked for too", file: "internal/emailaddr/emailaddr.go", tests: "TestSearches_OfAnEmail",
			old: "if folded == given {", off: "if true {",
		},
	}
}

// identity is what makes a customer that was found a row's own.
func identity() []guard {
	const (
		found  = "TestReconcile_WithEmail"
		fields = "TestReconcile_WithoutEmail"
	)
	return []guard{
		{
			name: "what another row has created is not its own", file: reconcilePath + "identify.go", tests: found,
			old: "if r.claimed(c.ID) {", off: "if false {",
		},
		{
			name: "what is older than the send is not its own", file: reconcilePath + "identify.go", tests: found,
			old: "case early:\n\t\treturn notOwn,", off: "case -1:\n\t\treturn notOwn,",
		},
		{
			name: "what is younger than a late commit is not its own", file: reconcilePath + "identify.go", tests: found,
			old: "case late:", off: "case -2:",
		},
		{
			name: "an unknown clock proves nothing", file: reconcilePath + "identify.go", tests: found,
			old: "case untimed:", off: "case -3:",
		},
		{
			name: "what differs from what was sent is not its own", file: reconcilePath + "fields.go", tests: found,
			old: "case c.different == \"\":", off: "case false:",
		},
		{
			name: "what was not sent is null or the server's default", file: reconcilePath + "identify.go", tests: found + " TestReconcile_Defaults",
			old: `if sent[i] != "" || text(got[i]) == "" {`, off: `if sent[i] != "" || true {`,
		},
		{
			name: "a default is what a confirmed create shows", file: reconcilePath + "identify.go", tests: "TestReconcile_Defaults",
			old: "case !SameText(value, *got[i]):", off: "case false && !SameText(value, *got[i]):",
		},
		{
			name: "a name alone recognizes no customer", file: reconcilePath + "identify.go", tests: fields,
			old: `sent[record.Email] == "" && !enough(sent):`, off: "false:",
		},
		{
			name: "two candidates are no proof", file: reconcilePath + "identify.go", tests: fields,
			old: "case id == own && result.State == record.Created:", off: "case false:",
		},
		{
			name: "after a lost answer nothing is reported as existing", file: reconcilePath + "identify.go", tests: "TestProof_SecondOperator", in: "internal/bulk",
			old: "result = Result{State: record.Unknown, Customer: &found[i], Reason: w.candidate() + reason}", off: "result = Result{State: record.Exists, Customer: &found[i], Reason: w.candidate() + reason}",
		},
	}
}

// answered is what is made of an answer that names a customer.
func answered() []guard {
	return []guard{
		{
			name: "nothing is sent again after an answer that names a customer", file: "internal/bulk/reconcile.go", tests: "TestProof_RewrittenAddresses", in: "internal/bulk",
			old: "if j.ID != uuid.Nil {", off: "if false && j.ID != uuid.Nil {",
		},
		{
			name: "the named customer is in the journal", file: "internal/bulk/journal/ledger.go", tests: "TestStop_SameIDIsNotSentAgain", in: "internal/bulk",
			old: "			o.ID = e.Outcome.ID\n", off: "",
		},
		{
			name: "a customer older than the send is not created", file: "internal/bulk/send.go", tests: "TestProof_GetOrCreate", in: "internal/bulk",
			old: "&& s.search.Learned.Confirm(c) {", off: "&& (s.search.Learned.Confirm(c) || true) {",
		},
		{
			name: "a clock that was set back makes nothing exist", file: reconcilePath + "learned.go", tests: "TestAnswered_ClockSetBackAlone",
			old: "if e.ID != c.ID && overlap && ", off: "if false && overlap && ",
		},
		{
			name: "the Date of an answer shows a clock that was set", file: reconcilePath + "answered.go", tests: "TestAnswered",
			old: "w.Absent || !c.Date.IsZero() && c.age() <= ClockTolerance:", off: "w.Absent:",
		},
		{
			name: "the clock is learned from creates", file: reconcilePath + "learned.go", tests: "TestLearned_Clock",
			old: "known: true, confirmed: true, since: since}", off: "known: true, since: since}",
		},
	}
}
