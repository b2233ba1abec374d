package sandbox

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/hydracore/hydractl/internal/sandbox/identity"
	"github.com/hydracore/hydractl/internal/sandbox/server"
)

// faultTable is the list of kinds as docs/sandbox.md shows it.
func faultTable() string {
	var b strings.Builder
	family := ""
	for _, k := range FaultKinds() {
		if k.Family != family {
			family = k.Family
			fmt.Fprintf(&b, "\n### %s\n\n| Kind | What it does | Parameters (default first) |\n|---|---|---|\n", family)
		}
		var params []string
		for _, p := range k.Params {
			text := fmt.Sprintf("`%s` %s: %s", p.Name, p.Help, p.Default)
			if len(p.Values) > 0 {
				text = fmt.Sprintf("`%s` %s: %s", p.Name, p.Help, strings.Join(p.Values, ", "))
			}
			params = append(params, text)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.Name, k.Help, strings.Join(params, "; "))
	}
	return b.String()
}

func paramTable() string {
	var b strings.Builder
	b.WriteString("\n| Parameter | Default | What it does |\n|---|---|---|\n")
	for _, p := range FaultParams() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", p.Name, p.Default, p.Help)
	}
	return b.String()
}

func settingTable() string {
	var b strings.Builder
	b.WriteString("\n| Setting | Values (default first) | What it chooses |\n|---|---|---|\n")
	for _, s := range server.SettingList() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Name, strings.Join(s.Values, ", "), s.Help)
	}
	return b.String()
}

func TestDocs_FaultsAndSettings(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, table := range map[string]string{"faults": faultTable(), "parameters": paramTable(), "settings": settingTable()} {
		if !strings.Contains(string(doc), table) {
			t.Errorf("docs/sandbox.md does not have the table of %s; it is:\n%s", name, table)
		}
	}
	for _, word := range []string{DemoKey, identity.DemoAdmin, identity.DemoMember, identity.DemoPassword, "/truth", "/faults", "/kinds"} {
		if !strings.Contains(string(doc), word) {
			t.Errorf("docs/sandbox.md does not name %s", word)
		}
	}
}
