package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// inEmptyNetwork runs a shell script in a network of its own that has a loopback interface and nothing else. It gives
// what the script printed, and how often something in it looked for a way out: connections and datagrams to other
// machines, and questions to a name server.
func inEmptyNetwork(t *testing.T, script string) (printed string, attempts int) {
	t.Helper()
	for _, program := range []string{"unshare", "ip", "sh"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no network namespace to be had: %v", err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(self, filepath.Join(folder, "hydractl")); err != nil { // TestMain goes by the name
		t.Fatal(err)
	}
	const counters = "\necho COUNTERS; cat /proc/net/snmp /proc/net/snmp6"
	c := exec.Command("unshare", "--map-root-user", "--net", "sh", "-c", "ip link set lo up || exit 77\n"+script+counters)
	c.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + folder, "TZ=UTC"}
	c.Dir = folder
	out, err := c.CombinedOutput()
	printed, numbers, whole := strings.Cut(string(out), "COUNTERS\n")
	if !whole {
		t.Skipf("network namespaces are not allowed here: %v: %s", err, out)
	}
	for _, name := range []string{"Ip OutNoRoutes", "Udp OutDatagrams", "Ip6OutNoRoutes", "Udp6OutDatagrams"} {
		attempts += counter(t, numbers, name)
	}
	return printed, attempts
}

// counter reads a counter of /proc/net/snmp, which has names above numbers, or of snmp6, which has them side by side.
func counter(t *testing.T, text, name string) int {
	t.Helper()
	protocol, column, table := strings.Cut(name, " ")
	if !table {
		if m := regexp.MustCompile(`(?m)^` + name + `\s+(\d+)`).FindStringSubmatch(text); m != nil {
			n, _ := strconv.Atoi(m[1])
			return n
		}
		return 0 // no IPv6
	}
	var names []string
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != protocol+":" {
			continue
		}
		if names == nil {
			names = words
			continue
		}
		for i, word := range names {
			if word == column {
				n, _ := strconv.Atoi(words[i])
				return n
			}
		}
	}
	t.Fatalf("no counter %s in %s", name, text)
	return 0
}

// No telemetry, no check for updates, no name looked up: with the sandbox nothing leaves the machine.
func TestNetwork_ContactsOnlyTheAPI(t *testing.T) {
	t.Parallel()
	printed, attempts := inEmptyNetwork(t, `set -e
export HYDRACTL_PROFILE=sandbox
hydractl customers list --limit 3 -o csv
hydractl customers list --all -o id >/dev/null
hydractl customers count
hydractl customers create --email net@example.com -o id
hydractl customers get net@example.com -o json >/dev/null
printf 'email\nimported@example.com\n' | hydractl customers import - --yes --progress none -o json >/dev/null
hydractl imports list
hydractl customers export --out all.csv
hydractl config list >/dev/null
hydractl config path
hydractl sandbox status >/dev/null
hydractl version
hydractl --help >/dev/null
hydractl customers list --help >/dev/null
hydractl completion bash >/dev/null
hydractl __complete customers get '' >/dev/null 2>&1
hydractl no-such-command 2>/dev/null || echo unknown
echo DONE`)
	if !strings.Contains(printed, "DONE") {
		t.Fatalf("the commands do not work without a network:\n%s", printed)
	}
	if attempts != 0 {
		t.Errorf("%d attempts to reach another machine", attempts)
	}
	_, attempts = inEmptyNetwork(t, "HYDRACORE_API_KEY=hc_test_0123456789abcdef hydractl customers list --retries 0 --api-url https://192.0.2.1")
	if attempts == 0 {
		t.Error("a request to another machine is not noticed, so nothing is proved")
	}
}
