package main

// sending lists the guards that decide whether a row may be sent.
func sending() []guard {
	const order = "TestDispatch_RowsWithoutEmailAreSerial"
	return []guard{
		{
			name: "rows without an email go one after another", file: "internal/bulk/run.go", tests: order,
			old: "r.pass(ctx, pass{serial: true, anonymous: true})", off: "r.pass(ctx, pass{anonymous: true})",
		},
		{
			name: "a row is sent five times at most", file: "internal/bulk/reconcile.go", tests: "TestReconcile_FiveSendsAtMost",
			old: "maxSends   = 5 ", off: "maxSends   = 6 ",
		},
		{
			name: "no write is sent while the breaker is open", file: "internal/bulk/send.go", tests: "TestBreaker_NoWriteIntoAnOutage",
			old: "trial, err := s.server.breaker.wait(ctx)", off: "trial, err := true, ctx.Err()",
		},
		{
			name: "a write that the breaker catches is taken back", file: "internal/bulk/send.go", tests: "TestBreaker_NoWriteIntoAnOutage",
			old: "|| s.server.breaker.holds(trial) ||", off: "||",
		},
		{
			name: "what is journaled ahead is withdrawn while sending is held", file: "internal/bulk/run.go", tests: "TestSend_NoneStaysJournaledDuringAPause",
			old: "for again && (j.ticket != nil || !r.server.held()) {", off: "for again {",
		},
		{
			name: "no send leaves long after its line", file: "internal/bulk/send.go", tests: "TestSend_NoneLeavesLongAfterItsLine",
			old: "slotLasts = time.Second", off: "slotLasts = time.Hour",
		},
		{
			name: "an interrupt finishes what is under way", file: "internal/bulk/send.go", tests: "TestRun_InterruptFinishesWhatIsInFlight",
			old: "s.post(context.WithoutCancel(withSlot(ctx)), ", off: "s.post(withSlot(ctx), ",
		},
		{
			name: "nothing is begun after an interrupt", file: "internal/bulk/send.go", tests: "TestRun_InterruptHoldsJournaledRows",
			old: "err != nil || ctx.Err() != nil || s.server.breaker", off: "err != nil || s.server.breaker",
		},
		{
			name: "a finished import sends nothing", file: "internal/bulk/run.go", tests: "TestRun_EveryRowIsCreatedOnce",
			old: "if r.journal.Finished() {", off: "if false {",
		},
		{
			name: "the input is what was checked", file: "internal/bulk/dispatch.go", tests: "TestDispatch_ChangedInputStopsTheRun",
			old: "case row.Index%checkEvery == 0 && d.Changed != nil && d.Changed():", off: "case false:",
		},
		{
			name: "no later pass reads other content", file: "internal/bulk/input/content.go", tests: "TestSource_ChangedInPlaceWithItsTimes",
			old: "case !f.content.same(r.block, block):", off: "case !f.content.same(r.block, block) && false:",
		},
		{
			name: "a missing quote swallows no row", file: "internal/bulk/input/csv_rows.go", tests: "TestFiles_AsPeopleHaveThem",
			old: "\t\tr.checkLines()\n", off: "",
		},
		{
			name: "restored times hide no change", file: "internal/bulk/input/file.go", tests: "TestSource_ChangedInPlaceWithItsTimes",
			old: "!os.SameFile(now, f.info) || f.rewritten()", off: "!os.SameFile(now, f.info)",
		},
		{
			name: "a removed journal stops the run", file: "internal/bulk/journal/commit.go", tests: "TestJournal_RemovedOrReplacedStopsTheRun", in: "internal/bulk",
			old: "if !c.inPlace() {", off: "if false {",
		},
	}
}

// stopping lists the guards that hold or stop sending.
func stopping() []guard {
	return []guard{
		{
			name: "a run that waits notices a removed journal", file: "internal/bulk/run.go", tests: "TestJournal_RemovedOrReplacedStopsTheRun",
			old: "go r.watch(ctx)", off: "_ = r.watch",
		},
		{
			name: "rows of a copied journal are searched first", file: "internal/bulk/dispatch.go", tests: "TestJournal_CopyIsSearchedBeforeSending",
			old: "j.search = d.copied", off: "j.search = false",
		},
		{
			name: "a copy stays one until the import is finished", file: "internal/bulk/journal/send.go", tests: "TestOpen_CopyIsRecognized",
			old: "p.Copied || j.Copied()", off: "p.Copied",
		},
		{
			name: "a slow disk takes no slot too early", file: "internal/bulk/send.go", tests: "TestSend_SlowDiskMakesProgress",
			old: "if fresh && err == nil && durable.Sub(j.slot) > slotLasts && !s.server.held() {", off: "if fresh && false {",
		},
		{
			name: "a customer is one row's only", file: "internal/bulk/recorder.go", tests: "TestStop_SameIDForTwoRows",
			old: "if !r.Journal.Claim(p.ID) {", off: "if false {",
		},
		{
			name: "a customer found for two rows at once is one row's", file: "internal/bulk/recorder.go", tests: "TestReconcile_OneCustomerForTwoRows",
			old: "found.State == record.Created && !r.claim(found.Customer) {", off: "false {",
		},
		{
			name: "a row whose answer named another row's customer is not sent again", file: "internal/bulk/recorder.go", tests: "TestStop_SameIDIsNotSentAgain",
			old: "State: record.InDoubt, Status: p.Status, ID: p.ID, Code", off: "State: record.InDoubt, Status: p.Status, Code",
		},
		{
			name: "a customer that exists can be an error", file: "internal/bulk/recorder.go", tests: "TestRun_StopsOnExisting",
			old: "if r.StopOnExisting {", off: "if false {",
		},
		{
			name: "the others wait for the answer about the canary", file: "internal/bulk/canary.go", tests: "TestCanary_AsksForTheOthers",
			old: "if err := r.options.Approve(ctx, canary); err != nil && ctx.Err() == nil {", off: "if err := r.options.Approve(ctx, canary); false {\n\t\t_ = err",
		},
		{
			name: "three unexpected answers in a row stop the run", file: "internal/bulk/server.go", tests: "TestStop_AnswerThatConcernsEveryRow",
			old: "unexpectedAnswers = 3 ", off: "unexpectedAnswers = 300 ",
		},
		{
			name: "too many refusals stop the run", file: "internal/bulk/error_limit.go", tests: "TestErrorLimit_StopsTheRun",
			old: "case !c.limit.Set && c.equal >= equalRefusals:", off: "case false:",
		},
	}
}

// rateLimiting is what keeps within the key's limits.
func rateLimiting() []guard {
	return []guard{
		{
			name: "every send waits for a slot", file: "internal/bulk/send.go", tests: "TestSend_SlotThatWaitsForAWorkerIsGivenUp",
			old: "slotLasts = time.Second", off: "slotLasts = time.Hour",
		},
		{
			name: "slots are evenly spaced", file: "internal/bulk/ratelimit.go", tests: "TestRateLimiter_EvenSpacing",
			old: "if l.next.After(now) {", off: "if l.paused.After(now) {",
		},
		{
			name: "a new process knows the last hour", file: "internal/bulk/ratelimit.go", tests: "TestRateLimiter_KillLoopKeepsTheLimit",
			old: "l.recent = before", off: "l.recent = journal.Traffic{}",
		},
		{
			name: "a pause lasts a second at least", file: "internal/bulk/ratelimit.go", tests: "TestRateLimiter_LengthOfAPause",
			old: "asked = max(asked, minPause)", off: "asked = max(asked, 0)",
		},
		{
			name: "a pause of more than an hour is not begun", file: "internal/bulk/ratelimit.go", tests: "TestRateLimiter_TooLongPauseStopsTheRun",
			old: "asked > maxPause ||", off: "",
		},
		{
			name: "a 429 holds what is journaled ahead", file: "internal/bulk/send.go", tests: "TestRateLimiter_429HoldsJournaledRows",
			old: "|| s.server.limiter.holds(began) ||", off: "||",
		},
		{
			name: "a 429 pauses everything", file: "internal/bulk/send.go", tests: "TestRateLimiter_429PausesEverything",
			old: "again = !p.limited || s.server.pause(ctx, p.err) == nil", off: "again = true",
		},
	}
}
