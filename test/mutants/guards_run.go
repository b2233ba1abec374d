package main

// sending is what decides that a row may leave.
func sending() []guard {
	const order = "TestRowsWithoutEmailAreSentOneAfterAnother"
	return []guard{
		{
			name: "rows without an email go one after another", file: "internal/bulk/run.go", tests: order,
			old: "r.pass(ctx, pass{serial: true, anonymous: true})", off: "r.pass(ctx, pass{anonymous: true})",
		},
		{
			name: "a row is sent five times at most", file: "internal/bulk/run.go", tests: "TestARowIsSentFiveTimesAtMost",
			old: "maxSends       = 5 ", off: "maxSends       = 6 ",
		},
		{
			name: "no write is sent while the breaker is open", file: "internal/bulk/run_send.go", tests: "TestNoWriteIsSentIntoAnOutage",
			old: "trial, err := r.breaker.wait(ctx)", off: "trial, err := true, ctx.Err()",
		},
		{
			name: "a write that the breaker catches is taken back", file: "internal/bulk/run_send.go", tests: "TestNoWriteIsSentIntoAnOutage",
			old: "|| r.breaker.holds(trial) ||", off: "||",
		},
		{
			name: "no send leaves long after its line", file: "internal/bulk/run_send.go", tests: "TestNoSendLeavesLongAfterItsLineInTheJournal",
			old: "|| began.Sub(turn) > turnLasts {", off: "{",
		},
		{
			name: "an interrupt finishes what is under way", file: "internal/bulk/run_send.go", tests: "TestAnInterruptFinishesWhatIsUnderWayAndNothingElse",
			old: "v = r.post(context.WithoutCancel(ctx), j)", off: "v = r.post(ctx, j)",
		},
		{
			name: "nothing is begun after an interrupt", file: "internal/bulk/run_send.go", tests: "TestAnInterruptFinishesWhatIsUnderWayAndNothingElse",
			old: "if ctx.Err() != nil || r.breaker", off: "if ctx = context.WithoutCancel(ctx); r.breaker",
		},
		{
			name: "a finished import sends nothing", file: "internal/bulk/run.go", tests: "TestEveryRowIsCreatedOnce",
			old: "if r.journal.Finished() {", off: "if false {",
		},
		{
			name: "the input is what was checked", file: "internal/bulk/run_pass.go", tests: "TestAnInputThatChangesStopsTheRun",
			old: "case row.Index%every == 0 && r.o.Changed != nil && r.o.Changed():", off: "case false:",
		},
		{
			name: "a customer is one row's only", file: "internal/bulk/run_outcome.go", tests: "TestTheSameIDForTwoRowsStopsTheRun",
			old: "if r.journal.Claimed(v.ID) {", off: "if false {",
		},
		{
			name: "three odd answers in a row stop the run", file: "internal/bulk/run.go", tests: "TestAnAnswerThatConcernsEveryRowStopsTheRun",
			old: "oddAnswers     = 3 ", off: "oddAnswers     = 300 ",
		},
		{
			name: "too many refusals stop the run", file: "internal/bulk/run_errors.go", tests: "TestTooManyRefusalsStopTheRun",
			old: "case !c.limit.Set && c.equal >= equalRefusals:", off: "case false:",
		},
	}
}

// settling is what keeps doubt from becoming a second customer, or somebody else's from becoming ours.
func settling() []guard {
	const (
		late   = "TestNoRowIsDoubledByALateCommit"
		found  = "TestDoubtIsSettledByWhatIsFound"
		fields = "TestAWriteWithoutEmailIsRecognisedByItsFieldsOrNotAtAll"
	)
	return []guard{
		{
			name: "absence counts after the quiet period only", file: "internal/bulk/reconcile/reconcile.go", tests: late, in: "internal/bulk",
			old: "case !r.now().Before(quietEnd):", off: "default:",
		},
		{
			name: "absence takes two looks", file: "internal/bulk/reconcile/reconcile.go", tests: late, in: "internal/bulk",
			old: "if absent == 2 {", off: "if absent == 1 {",
		},
		{
			name: "the two looks are 5 s apart", file: "internal/bulk/reconcile/reconcile.go", tests: late, in: "internal/bulk",
			old: "AbsenceInterval = 5 * time.Second", off: "AbsenceInterval = 5 * time.Millisecond",
		},
		{
			name: "what another row has is not ours", file: "internal/bulk/reconcile/attribute.go", tests: found,
			old: "|| r.claimed(id) ||", off: "|| id == uuid.Nil ||",
		},
		{
			name: "what was there before the send is not ours", file: "internal/bulk/reconcile/attribute.go", tests: found,
			old: "case early:", off: "case false:",
		},
		{
			name: "what differs from what was sent is not ours", file: "internal/bulk/reconcile/attribute.go", tests: found,
			old: "case !SameText(sent[i], *got):", off: "case false:",
		},
		{
			name: "an unknown clock proves nothing", file: "internal/bulk/reconcile/attribute.go", tests: found,
			old: "|| early && !r.ClockKnown:", off: ":",
		},
		{
			name: "an incomplete listing is no absence", file: "internal/bulk/reconcile/reconcile.go", tests: "TestAListingThatIsNotCompleteIsNoAbsence",
			old: "case incomplete || errors.Is(err, errNoOrder):", off: "case incomplete:\n\t\t\treturn r.absent(d), nil\n\t\tcase errors.Is(err, errNoOrder):",
		},
		{
			name: "a row without an email is never sent again by itself", file: "internal/bulk/reconcile/reconcile.go", tests: fields,
			old: `if d.Sent[record.Email] == "" {` + "\n\t\treturn Result{State: record.Unknown", off: "if false {\n\t\treturn Result{State: record.Unknown",
		},
		{
			name: "two candidates without an email are no proof", file: "internal/bulk/reconcile/fields.go", tests: fields,
			old: "case len(found) == 1:", off: "case len(found) >= 1:",
		},
		{
			name: "a refused second send may be our first", file: "internal/bulk/run_outcome.go", tests: "TestARefusalOfTheSecondSendMayMeanThatTheFirstWasCarriedOut",
			old: "(duplicate || j.doubts > 0) {", off: "duplicate {",
		},
		{
			name: "the folded spelling is looked for too", file: "pkg/client/email.go", tests: "TestASearchThatComparesLettersFindsTheFoldedSpelling",
			old: "err == nil && len(found) == 0 && folded", off: "false && folded",
		},
	}
}

// pacing is what keeps within the key's limits.
func pacing() []guard {
	return []guard{
		{
			name: "every send takes its turn", file: "internal/bulk/run_send.go", tests: "TestATurnThatWaitsForAWorkerIsGivenUp",
			old: "if r.o.Pacer.take(ctx) == nil && !r.held() {\n\t\tr.book(j)", off: "if ctx.Err() == nil {\n\t\tr.book(j)",
		},
		{
			name: "turns are evenly spaced", file: "internal/bulk/pace.go", tests: "TestTurnsAreEvenlySpacedByTheStricterLimit",
			old: "if p.next.After(now) {", off: "if p.paused.After(now) {",
		},
		{
			name: "a new process knows the last hour", file: "internal/bulk/pace.go", tests: "TestNoKillLoopBreaksTheLimit",
			old: "p.recent = before", off: "p.recent = traffic{}",
		},
		{
			name: "a pause lasts a second at least", file: "internal/bulk/pace.go", tests: "TestAPauseIsAtLeastASecondAndEndsWithTheMinuteIfNothingIsSaid",
			old: "asked = max(asked, minPause)", off: "asked = max(asked, 0)",
		},
		{
			name: "a pause of more than an hour is not begun", file: "internal/bulk/pace.go", tests: "TestAPauseThatIsTooLongEndsTheRun",
			old: "asked > maxPause ||", off: "",
		},
		{
			name: "a 429 holds what is journaled ahead", file: "internal/bulk/run_send.go", tests: "TestA429AlsoHoldsWhatIsJournaledAhead",
			old: "|| r.o.Pacer.holds(began) ||", off: "||",
		},
		{
			name: "a 429 pauses everything", file: "internal/bulk/run_deliver.go", tests: "TestA429PausesEverything",
			old: "if v.limited && r.pause(ctx, v.err) != nil {", off: "if false {",
		},
	}
}
