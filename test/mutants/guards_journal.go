package main

// durability is what makes the journal's word outlive the process and the machine.
func durability() []guard {
	const killed = "TestProof_KilledAtAnyPoint"
	return []guard{
		{
			name: "a send is durable before its bytes leave", file: "internal/bulk/journal/send.go", tests: killed, in: "internal/bulk",
			old: "if err := t.batch.wait(); err != nil {", off: "if err := error(nil); err != nil {",
		},
		{
			name: "who waits for a line waits for its sync", file: "internal/bulk/journal/commit.go", tests: killed, in: "internal/bulk",
			old: "if err == nil && (b.sync || late) {", off: "if err == nil && late {",
		},
		{
			name: "a sync reaches the system", file: "internal/files/sync_linux.go", tests: "TestSyncData_ReachesTheSystem",
			old: "failed = syscall.Fdatasync(int(fd))", off: "failed = nil",
		},
		{
			name: "an outcome is durable within 200 ms", file: "internal/bulk/journal/commit.go", tests: "TestCommit_OutcomeIsDurableSoon",
			old: "if c.dirty && !wasDirty {", off: "if false && wasDirty {",
		},
		{
			name: "what an earlier run wrote is synced when it is read", file: "internal/bulk/journal/journal.go", tests: "TestOpen_SyncsWhatItReads",
			old: "if err := file.Sync(); err != nil {", off: "if err := error(nil); err != nil {",
		},
		{
			name: "a sync that failed ends the run", file: "internal/bulk/journal/commit.go", tests: "TestCommit_FailedSyncIsFinal",
			old: "if c.failed != nil {\n\t\treturn nil, c.failed", off: "if c.failed != nil && e == nil {\n\t\treturn nil, c.failed",
		},
		{
			name: "a full disk takes no send", file: "internal/bulk/journal/commit.go", tests: "TestFullDisk_StopsAndKeepsOutcomes", in: "internal/bulk",
			old: "if c.full != nil && e != nil && e.Kind == KindSend {", off: "if false {",
		},
		{
			name: "a full disk keeps room for outcomes", file: "internal/bulk/journal/send.go", tests: "TestFullDisk_StopsAndKeepsOutcomes", in: "internal/bulk",
			old: "if err == nil && size < ReserveBytes {", off: "if err == nil && size < 0 {",
		},
		{
			name: "the journal is let in by one process at a time", file: "internal/files/disk.go", tests: "TestOpen_PrivateLockedAndDurable", in: "internal/bulk/journal",
			old: "case !held, !hasName(l, name):", off: "case !held && false, !hasName(l, name):",
		},
	}
}

// journal is what keeps a run from believing a journal that is not its own, or not what was written.
func journal() []guard {
	const (
		cut     = "TestScan_CutOrChangedJournal"
		another = "TestOpen_JournalOfAnotherImport"
		damage  = "TestOpen_ImpossibleLineIsDamage"
	)
	return []guard{
		{
			name: "every line has its checksum", file: "internal/bulk/journal/line.go", tests: cut,
			old: "return binary.BigEndian.Uint32(b[:]), right, bytes.Equal(digits, want[:])", off: "return binary.BigEndian.Uint32(b[:]), right, digits[0] == want[0]",
		},
		{
			name: "the checksums are a chain", file: "internal/bulk/journal/line.go", tests: "TestScan_MovedLineIsDamage",
			old: "sum := crc32.Update(prev, ", off: "sum := crc32.Update(0, ",
		},
		{
			name: "damage is not cut as a torn tail", file: "internal/bulk/journal/scan.go", tests: cut,
			old: "if torn(in, line, stored, right) {", off: "if torn(in, line, stored, right) || true {",
		},
		{
			name: "a torn tail is cut", file: "internal/bulk/journal/journal.go", tests: "TestOpen_TornTailIsCut",
			old: "if err := file.Truncate(good); err != nil {", off: "if err := error(nil); err != nil {",
		},
		{
			name: "the journal is this tenant's", file: "internal/bulk/journal/find.go", tests: another,
			old: `case old.Tenant != h.Tenant && old.Tenant != "" && h.Tenant != "":`, off: "case false:",
		},
		{
			name: "the journal is of a key of this kind", file: "internal/bulk/journal/find.go", tests: another,
			old: `case old.KeyKind != h.KeyKind && old.KeyKind != "" && h.KeyKind != "":`, off: "case false:",
		},
		{
			name: "the journal is of this file", file: "internal/bulk/journal/find.go", tests: another,
			old: "case old.SHA256 != h.SHA256:", off: "case false:",
		},
		{
			name: "a journal that goes on as another one is closed", file: "internal/bulk/journal/find.go", tests: "TestContinue_EarlierJournalIsClosed", in: "internal/bulk",
			old: `case j.last.Event == EventContinued && j.last.Import != successor:`, off: "case false:",
		},
		{
			name: "the text of a journal is data", file: "internal/bulk/journal/ledger.go", tests: damage,
			old: "case l.state(e.Row).Terminal():\n\t\treturn fmt.Errorf(\"row %d is sent", off: "case false:\n\t\treturn fmt.Errorf(\"row %d is sent",
		},
		{
			name: "a journal that others may write is refused", file: "internal/files/system_unix.go", tests: "TestOpen_InsecureJournalOrLink", in: "internal/bulk/journal",
			old: "mode&others == 0 {", off: "mode&others != 0o777 {",
		},
	}
}

// reports is what makes the files beside the journal old or whole.
func reports() []guard {
	const dies = "TestWriteResults_OldOrWholeAfterACrash"
	return []guard{
		{
			name: "a report is durable before it takes its place", file: "internal/files/write.go", tests: dies, in: "internal/bulk",
			old: "err = failed(file.Sync())", off: "err = failed(nil)",
		},
		{
			name: "a report takes its place by a rename", file: "internal/files/write.go", tests: dies, in: "internal/bulk",
			old: "file, temp, err := disk.CreateTemp(path)", off: "file, err := disk.Open(path)\n\ttemp := path",
		},
	}
}
