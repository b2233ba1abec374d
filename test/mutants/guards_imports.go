package main

const importsPath = "cmd/imports/"

// ownership is what keeps an import with its tenant, its host, its file and its options.
func ownership() []guard {
	const tenants = "TestImport_TwoTenantsNotReported"
	return []guard{
		{
			name: "an import belongs to its tenant", file: importsPath + "owner.go", tests: tenants,
			old: "if client.IsNotFound(err) {\n\t\t\treturn otherTenant(", off: "if client.IsNotFound(err) {\n\t\t\treturn nil\n\t\t}\n\t\tif false {\n\t\t\treturn otherTenant(",
		},
		{
			name: "another login has to see a customer of the import", file: importsPath + "owner.go", tests: tenants,
			old: "if related == journal.SameTenant || j.Untouched() {", off: "if related == journal.SameTenant || true {",
		},
		{
			name: "the tenant of a token counts", file: importsPath + "owner.go", tests: tenants,
			old: `if claims[name] != "" {`, off: "if false {",
		},
		{
			name: "a journal decides no address", file: importsPath + "owner.go", tests: "TestImportsResume_AnotherHost",
			old: `if strings.TrimRight(past.host, "/") == strings.TrimRight(host, "/") {`, off: "if true {",
		},
		{
			name: "options that change what is read stay the same", file: importsPath + "past.go", tests: "TestImport_OptionsOfTheFirstRun",
			old: `if name == "" {` + "\n\t\treturn nil", off: "if true {\n\t\treturn nil",
		},
		{
			name: "an edited file waits for its unfinished import", file: importsPath + "past.go", tests: "TestImport_EditedFileOfUnfinished",
			old: `case run.journal == "" && !run.isNew && p.checked.journalsDir != "":`, off: "case false:",
		},
		{
			name: "another file with the same rows does too", file: importsPath + "past.go", tests: "TestImport_EditedFileOfUnfinished",
			old: "keys[key] {", off: "keys[key] && false {",
		},
		{
			name: "rejects are imported with the options of their import", file: importsPath + "input.go", tests: "TestImport_RejectsKeepOptions",
			old: `err == nil && source.ImportID != "" {`, off: "err == nil && false {",
		},
		{
			name: "rejects of an unknown import are not guessed at", file: importsPath + "settings.go", tests: "TestImport_RejectsKeepOptions",
			old: "	if given {\n", off: "	if true {\n",
		},
	}
}
