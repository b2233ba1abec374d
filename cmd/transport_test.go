package cmd

import (
	"encoding/pem"
	"io"
	"io/fs"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/config"
	"github.com/hydracore/hydractl/internal/failure"
)

func TestTransport_PlainHTTPIsLocalOrWarned(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(clitest.Answer(200, "application/json", `{"customers":[],"page":1,"per_page":20,"total":0,"total_pages":0}`))
	t.Cleanup(server.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	const warning = "are not encrypted"
	for host, local := range map[string]bool{"127.0.0.1": true, "localhost": true, "0.0.0.0": false} { // the last is no loopback address, and yet leads here
		vars := map[string]string{"HYDRACORE_API_URL": "http://" + host + ":" + port, "HYDRACORE_API_KEY": clitest.Key, "HYDRACTL_RETRIES": "0"}
		plain := runCLI(t, vars, "", "customers", "list", "-q")
		if local && (plain.Code != failure.ExitOK || strings.Contains(plain.ErrOut, warning)) {
			t.Errorf("%s: exit %d: %s", host, plain.Code, plain.ErrOut)
		}
		if !local && (plain.Code != failure.ExitUsage || !strings.Contains(plain.ErrOut, "--allow-http")) {
			t.Errorf("%s without --allow-http: exit %d: %s", host, plain.Code, plain.ErrOut)
		}
		for range 2 {
			allowed := runCLI(t, vars, "", "customers", "list", "-q", "--allow-http")
			if allowed.Code != failure.ExitOK || strings.Contains(allowed.ErrOut, warning) == local {
				t.Errorf("%s with --allow-http: exit %d: %s", host, allowed.Code, allowed.ErrOut)
			}
		}
	}
}

func TestTransport_AuthorityIsAddedByFlag(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(clitest.Answer(200, "application/json", `{"customers":[],"page":1,"per_page":20,"total":0,"total_pages":0}`))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	own := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	vars := map[string]string{"HYDRACORE_API_URL": server.URL, "HYDRACORE_API_KEY": clitest.Key}
	elsewhere := map[string]string{"HYDRACORE_API_URL": strings.Replace(server.URL, "127.0.0.1", "localhost", 1), "HYDRACORE_API_KEY": clitest.Key}
	for name, c := range map[string]struct {
		vars map[string]string
		args []string
		code int
		said string
	}{
		"unknown authority":        {vars, nil, failure.ExitServer, "--ca-cert"},
		"its own authority":        {vars, []string{"--ca-cert", clitest.WriteTemp(t, "ca.pem", own)}, failure.ExitOK, ""},
		"with another beside it":   {vars, []string{"--ca-cert", clitest.WriteTemp(t, "ca.pem", "a comment\n"+own+own)}, failure.ExitOK, ""},
		"another host's name":      {elsewhere, []string{"--ca-cert", clitest.WriteTemp(t, "ca.pem", own)}, failure.ExitServer, "localhost"},
		"a file of no certificate": {vars, []string{"--ca-cert", clitest.WriteTemp(t, "ca.pem", "nothing")}, failure.ExitUsage, "--ca-cert"},
		"a file that is missing":   {vars, []string{"--ca-cert", filepath.Join(t.TempDir(), "none.pem")}, failure.ExitUsage, "--ca-cert"},
	} {
		for _, command := range [][]string{{"customers", "list"}, {"customers", "create", "--company-name", "x", "--dry-run"}} {
			if command[1] == "create" && c.code != failure.ExitUsage {
				continue
			}
			got := runCLI(t, c.vars, "", append(append(command, "--error-format", "json"), c.args...)...)
			if got.Code != c.code || !strings.Contains(got.ErrOut, c.said) {
				t.Errorf("%s: %v exits %d, want %d: %s", name, command, got.Code, c.code, got.ErrOut)
			}
			if c.code == failure.ExitServer && (!strings.Contains(got.ErrOut, `"code":"tls_failed"`) || strings.Contains(got.ErrOut, "trying again")) {
				t.Errorf("%s: %s", name, got.ErrOut)
			}
		}
	}
}

// Neither a flag, nor a setting, nor a line of the program turns the check of certificates off.
func TestTransport_CertificateCheckStaysOn(t *testing.T) {
	t.Parallel()
	off := regexp.MustCompile(`(?i)insecure|skip-?(tls|verify|cert)|no-?verify|no-?check-?cert|verify-?(tls|ssl)|^k$`)
	for _, c := range commands(testRoot()) {
		look := func(f *pflag.Flag) {
			if off.MatchString(f.Name) || f.Shorthand == "k" {
				t.Errorf("%s has --%s (-%s)", c.CommandPath(), f.Name, f.Shorthand)
			}
		}
		c.LocalFlags().VisitAll(look)
	}
	for _, d := range config.Definitions() {
		if off.MatchString(strings.ReplaceAll(d.Name, "_", "-")) {
			t.Errorf("there is a setting %s", d.Name)
		}
	}
	read := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "InsecureSkipVerify") || strings.Contains(string(text), "VerifyConnection:") {
			t.Errorf("%s decides about certificates by itself", path)
		}
		read++
		return err
	})
	if err != nil || read < 100 {
		t.Errorf("%d files were read: %v", read, err)
	}
}
