package doctor

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/hydracore/hydractl/internal/bulk/journal"
	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/files"
)

// journals looks for imports that are not finished. Only so many are read: each may be large.
func (d *diagnostics) journals() {
	const name, most, limit = "journals", 50, 3 * time.Second
	dir, err := d.settings.RequireStateDir()
	if err != nil {
		d.skip("there is no state folder", name)
		return
	}
	folder := filepath.Join(dir, "imports")
	dirs, err := journal.List(folder)
	if err != nil {
		d.fail(name, "hydractl help environment names other places for them", "%s cannot be read: %v", folder, files.Reason(err))
		return
	}
	began := d.app.Now()
	found := map[string][]string{} // ids by state
	read := 0
	for _, dir := range dirs {
		if read == most || d.app.Now().Sub(began) > limit {
			break
		}
		read++
		state := journalState(dir)
		found[state] = append(found[state], filepath.Base(dir))
	}
	all := cli.Plural(int64(len(dirs)), "journal")
	if read < len(dirs) {
		all += fmt.Sprintf(", of which %d were read", read)
	}
	if n := len(found["running"]); n > 0 {
		all += fmt.Sprintf(", %d in use by a running import", n)
	}
	damaged, open := found["damaged"], found["unfinished"]
	switch {
	case len(damaged) > 0:
		d.fail(name, "hydractl imports show "+files.ShellWord(damaged[0]), "%s, %d damaged", all, len(damaged))
	case len(open) > 0:
		d.warn(name, "hydractl imports resume "+files.ShellWord(open[0]), "%s, %d not finished", all, len(open))
	default:
		d.ok(name, "%s", all)
	}
}

// journalState is finished, damaged, running or unfinished.
func journalState(dir string) string {
	switch state := journal.ReadSummary(dir).State; {
	case state == "finished" || state == "damaged":
		return state
	case state == "continued": // another import has taken it over
		return "finished"
	case journal.InUse(files.Disk(), dir):
		return "running"
	}
	return "unfinished"
}
