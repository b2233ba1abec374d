package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hydracore/hydractl/internal/cli"
	"github.com/hydracore/hydractl/internal/cli/clitest"
	"github.com/hydracore/hydractl/internal/output"
)

func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// scene is a command in a place where a hostile text is to be met. A %s in its arguments, names and texts is the text.
type scene struct {
	args   []string
	stdin  string
	files  map[string]string // in the working folder, which a %d in the arguments names
	vars   map[string]string
	serve  http.HandlerFunc
	before []string // a command to run in the same home first
	unseen bool     // the text need not be shown
	tabs   bool     // between the cells of a table
}

// show runs the scene on a terminal and returns all that was printed on it, and to a file of --debug-file.
func (s scene) show(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range s.files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Skipf("no file may have this name: %v", err)
		}
	}
	vars := map[string]string{"HYDRACORE_API_KEY": clitest.Key, "HYDRACTL_RETRIES": "0", "NO_COLOR": "1", "HYDRACORE_API_URL": "http://127.0.0.1:1", "EDITOR": "true"}
	if s.serve != nil {
		server := httptest.NewServer(s.serve)
		t.Cleanup(server.Close)
		vars["HYDRACORE_API_URL"] = server.URL
	}
	for name, value := range s.vars {
		vars[name] = strings.ReplaceAll(value, "%d", folder)
	}
	home := t.TempDir()
	run := func(args []string) string {
		var screen bytes.Buffer
		env := &cli.Env{
			In: strings.NewReader(s.stdin), Out: &screen, Err: &screen,
			Terminal:  cli.Terminal{In: true, Out: true, Err: true, Width: func() int { return 250 }},
			LookupEnv: func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
			Now:       time.Now, Home: home, Build: cli.NewBuild("test", "", ""),
			Signals: uninterrupted,
		}
		words := make([]string, len(args))
		for i, a := range args {
			words[i] = strings.ReplaceAll(a, "%d", folder)
		}
		Execute(t.Context(), env, words)
		return strings.ReplaceAll(screen.String(), "\r\x1b[K", "\n") // the bar that redraws itself
	}
	shown := ""
	if s.before != nil {
		shown = run(s.before)
	}
	shown += run(s.args)
	for _, name := range []string{"debug.log", "summary.md"} {
		text, _ := os.ReadFile(filepath.Join(folder, name))
		shown += string(text)
	}
	return shown
}

// complaints names what is wrong with what came to a screen: what is not visible, and lines that a hostile text made up.
func complaints(shown string) []string {
	var all []string
	if !utf8.ValidString(shown) {
		all = append(all, fmt.Sprintf("not UTF-8: %q", shown))
	}
	for line := range strings.Lines(shown) {
		line = strings.TrimSuffix(line, "\n")
		for _, r := range line {
			if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Cs, unicode.Other_Default_Ignorable_Code_Point) {
				all = append(all, fmt.Sprintf("%U in the line %q", r, line))
				break
			}
		}
		if start := strings.TrimSpace(line); strings.HasPrefix(start, "forged") || strings.HasPrefix(start, "::set-") || strings.HasPrefix(start, "::add-") {
			all = append(all, fmt.Sprintf("a line of the hostile text's own: %q", line))
		}
	}
	return all
}

func TestHostile_TextIsVisibleEverywhere(t *testing.T) {
	t.Parallel()
	t.Cleanup(func() {
		if made, _ := filepath.Glob(clitest.Mark + "*"); made != nil {
			t.Errorf("a scene writes outside of its folder: %q", made)
		}
	})
	for name, set := range hostileScenes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range clitest.HostileBytes() {
				s := set(text)
				if s.args == nil {
					continue // the place takes no such text
				}
				shown := s.show(t)
				if s.tabs {
					shown = strings.ReplaceAll(shown, "\t", " ")
				}
				for _, complaint := range complaints(shown) {
					t.Error(complaint)
				}
				if !s.unseen && !strings.Contains(strings.ToUpper(shown), clitest.Mark) {
					t.Errorf("%q is not shown, so nothing is proved:\n%s", text, shown)
				}
			}
		})
	}
}

// hostileScenes lists every place where words of the server, a file, the environment or the command line are shown.
func hostileScenes() map[string]func(text string) scene {
	scenes := map[string]func(string) scene{}
	for _, part := range []map[string]func(string) scene{
		recordScenes(), errorScenes(), headerScenes(), inputScenes(), importScenes(), configScenes(), argumentScenes(),
	} {
		for name, set := range part {
			if _, twice := scenes[name]; twice {
				panic(name)
			}
			scenes[name] = set
		}
	}
	return scenes
}

// textOnly leaves a scene out for what is no UTF-8.
func textOnly(set func(string) scene) func(string) scene {
	return func(text string) scene {
		if !utf8.ValidString(text) {
			return scene{}
		}
		return set(text)
	}
}

func recordScenes() map[string]func(string) scene {
	scenes := map[string]func(string) scene{}
	for _, format := range output.FormatNames() {
		scenes["list -o "+format] = textOnly(func(text string) scene {
			return scene{args: []string{"customers", "list", "-o", format}, serve: recordServer(text), unseen: format == "id", tabs: format == "tsv"}
		})
		scenes["list --all -o "+format] = textOnly(func(text string) scene {
			return scene{args: []string{"customers", "list", "--all", "-o", format}, serve: recordServer(text), unseen: format == "id", tabs: format == "tsv"}
		})
		scenes["get -o "+format] = textOnly(func(text string) scene {
			return scene{args: []string{"customers", "get", clitest.SomeID, "-o", format}, serve: recordServer(text), unseen: format == "id", tabs: format == "tsv"}
		})
		scenes["create -o "+format] = textOnly(func(text string) scene {
			return scene{args: []string{"customers", "create", "--industry", "x", "-o", format}, serve: recordServer(text), unseen: format == "id", tabs: format == "tsv"}
		})
	}
	for name, flag := range map[string]string{"--jq": "--jq=.customers[] | .company_name, keys", "--template": "--template={{range .customers}}{{.company_name}} {{.}} {{json .}} {{upper .email}}{{end}}"} {
		scenes["list "+name] = textOnly(func(text string) scene {
			return scene{args: []string{"customers", "list", flag}, serve: recordServer(text)}
		})
	}
	scenes["list --columns *"] = textOnly(func(text string) scene {
		return scene{args: []string{"customers", "list", "--columns", "*"}, serve: recordServer(text)}
	})
	return scenes
}

// recordServer answers every request with the text in every place that takes one.
func recordServer(text string) http.HandlerFunc {
	q := quoted(text)
	fields := fmt.Sprintf(`"id":%q,"company_name":%s,"country_code":%s,"currency":%s,"timezone":%s,"latest_subscription_status":%s,`+
		`"created_at":%s,%s:%s,"nested":{%s:[%s]},"instance_count":1`, clitest.SomeID, q, q, q, q, q, q, q, q, q, q)
	row := "{" + fields + `,"email":` + q + "}"
	more := `,"locale":` + q + `,"stripe_customer_id":` + q + `,"updated_at":` + q + `,"industry":` + q +
		`,"subscriptions":[{` + q + ":" + q + `,"status":` + q + `}],"instances":[{` + q + ":" + q + `,"name":` + q + "}]}"
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/v1/customers" && r.Method == http.MethodGet:
			clitest.Answer(200, "application/json", `{"customers":[`+row+`],"page":1,"per_page":100,"total":1,"total_pages":1,`+q+":"+q+"}")(w, r)
		case r.Method == http.MethodPost:
			clitest.Answer(201, "application/json", "{"+fields+`,"email":null}`)(w, r)
		default:
			clitest.Answer(200, "application/json", "{"+fields+`,"email":`+q+more)(w, r)
		}
	}
}

func errorScenes() map[string]func(string) scene {
	commands := map[string][]string{
		"list": {"customers", "list"}, "get": {"customers", "get", clitest.SomeID}, "create": {"customers", "create", "--company-name", "x"},
		"list in JSON": {"customers", "list", "--error-format", "json"}, "create in JSON": {"customers", "create", "--company-name", "x", "-o", "json"},
		"list logged": {"customers", "list", "-v"}, "list with headers": {"customers", "list", "--debug"},
		"list logged to a file": {"customers", "list", "--debug-file", "%d/debug.log"},
	}
	bodies := map[string]func(q string) string{
		"string": func(q string) string { return `{"detail":` + q + `}` },
		"list": func(q string) string {
			return `{"detail":[{"loc":["body",` + q + `],"msg":` + q + `,"type":` + q + `}]}`
		},
		"two fields": func(q string) string {
			return `{"detail":[{"loc":[` + q + `],"msg":` + q + `},{"loc":[1],"msg":` + q + `}]}`
		},
		"list of words":  func(q string) string { return `{"detail":[` + q + `]}` },
		"object":         func(q string) string { return `{"detail":{"message":` + q + `}}` },
		"unknown object": func(q string) string { return `{"detail":{` + q + `:` + q + `}}` },
		"error":          func(q string) string { return `{"error":` + q + `}` },
		"bare string":    func(q string) string { return q },
	}
	scenes := map[string]func(string) scene{}
	for command, args := range commands {
		for kind, body := range bodies {
			for _, status := range []int{400, 401, 403, 404, 422, 429, 500} {
				if (status != 422 && kind != "string") || (status == 422 && kind == "bare string" && strings.Contains(command, "create")) {
					continue
				}
				scenes[fmt.Sprint(command, " refused with ", status, " and a ", kind)] = textOnly(func(text string) scene {
					unseen := status == 404 && args[1] == "get" // in words of our own
					return scene{args: args, unseen: unseen, serve: clitest.Answer(status, "application/json", body(quoted(text)))}
				})
			}
		}
		for kind, form := range map[string]string{"text/html": "<html><title>%s</title>", "text/plain": "%s"} {
			for _, status := range []int{200, 403, 422, 500} {
				scenes[fmt.Sprint(command, " answered ", status, " ", kind)] = func(text string) scene {
					return scene{args: args, serve: clitest.Answer(status, kind, strings.ReplaceAll(form, "%s", text))}
				}
			}
		}
	}
	scenes["a read that is tried again"] = textOnly(func(text string) scene {
		return scene{args: []string{"customers", "list", "--retries", "1"}, serve: clitest.Answer(502, "text/html", "<title>"+text+"</title>")}
	})
	return scenes
}

func headerScenes() map[string]func(string) scene {
	scenes := map[string]func(string) scene{}
	for _, args := range [][]string{{"customers", "list", "--debug"}, {"customers", "list", "-v", "-o", "json"}} {
		for header, status := range map[string]int{
			"Location": 302, "Content-Type": 200, "Content-Encoding": 200, "X-Request-Id": 500, "Server": 500, "Date": 500, "Retry-After": 500, "Via": 500,
		} {
			scenes[fmt.Sprint(header, " in ", args)] = func(text string) scene {
				return scene{
					args: args, unseen: header != "Location" && header != "Content-Encoding" && args[2] != "--debug",
					serve: func(w http.ResponseWriter, _ *http.Request) {
						w.Header()[header] = []string{text} // net/http puts a blank for a line end
						w.WriteHeader(status)
						_, _ = io.WriteString(w, `{"customers":[],"page":1,"per_page":20,"total":0,"total_pages":0}`)
					},
				}
			}
		}
	}
	return scenes
}
