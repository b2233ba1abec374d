package cmd

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hydracore/hydractl/internal/cli/clitest"
)

func uninterrupted(ctx context.Context) (context.Context, func()) { return ctx, func() {} }

// fileName is the text as far as a file may be called so.
func fileName(text string) string { return strings.NewReplacer("/", "", "\x00", "").Replace(text) }

// cell is the text as one cell of a CSV file.
func cell(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

func inputScenes() map[string]func(string) scene {
	create := func(file string) []string { return []string{"customers", "create", "--dry-run", "-f", file} }
	return map[string]func(string) scene{
		"a record's file that is missing": func(text string) scene { return scene{args: create("%d/" + fileName(text))} },
		"a record's file that is bad": func(text string) scene {
			return scene{args: create("%d/" + fileName(text)), files: map[string]string{fileName(text): "{"}}
		},
		"a record's file that is refused": textOnly(func(text string) scene {
			return scene{
				args: []string{"customers", "create", "--no-validate", "-f", "%d/" + fileName(text)}, files: map[string]string{fileName(text): `{"currency":"x"}`},
				serve: clitest.Answer(422, "application/json", `{"detail":[{"loc":["body","currency"],"msg":"no"}]}`),
			}
		}),
		"a record's file with a code that is not known": textOnly(func(text string) scene {
			return scene{
				args: []string{"customers", "create", "-f", "%d/" + fileName(text)}, files: map[string]string{fileName(text): `{"currency":"x"}`},
				serve: clitest.Answer(201, "application/json", `{}`),
			}
		}),
		"a record's unknown field": textOnly(func(text string) scene {
			return scene{args: create("-"), stdin: "{" + quoted(text) + `:"x"}`}
		}),
		"a record's unknown field in YAML": textOnly(func(text string) scene {
			return scene{args: create("-"), stdin: "? " + quoted(text) + "\n: x\n", unseen: true}
		}),
		"a record's value": textOnly(func(text string) scene {
			return scene{args: create("-"), stdin: `{"email":"a@example.com","company_name":` + quoted(text) + "}", serve: emptyList}
		}),
		"a record's bad email": textOnly(func(text string) scene {
			return scene{args: create("-"), stdin: `{"email":` + quoted(text) + "}", unseen: true}
		}),
		"a record that is no JSON": func(text string) scene { return scene{args: create("-"), stdin: "{" + text, unseen: true} },
		"a record that is no YAML": func(text string) scene { return scene{args: create("-"), stdin: text + ": [", unseen: true} },
		"an email to get": func(text string) scene {
			return scene{args: []string{"customers", "get", text + "@example.com"}, serve: emptyList}
		},
		"emails to get, from stdin": func(text string) scene {
			return scene{args: []string{"customers", "get", "-"}, stdin: text, serve: emptyList, unseen: true}
		},
		"a search that finds nothing": func(text string) scene {
			return scene{args: []string{"customers", "list", "--search", text}, serve: emptyList, unseen: strings.Contains(text, "\xff")}
		},
		"a clone's source": textOnly(func(text string) scene {
			return scene{args: []string{"customers", "clone", text + "@example.com", "--company-name", text}, serve: emptyList}
		}),
	}
}

func emptyList(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/v1/customers" {
		clitest.Answer(404, "application/json", `{"detail":"Not Found"}`)(w, r)
		return
	}
	perPage := cmp.Or(r.URL.Query().Get("per_page"), "20")
	clitest.Answer(200, "application/json", `{"customers":[],"page":1,"per_page":`+perPage+`,"total":0,"total_pages":0}`)(w, r)
}

// importServer knows the key, has no customers, and answers a create with the status and body.
func importServer(text string, status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/v1/mcp/api-key-context":
			q := quoted(text)
			clitest.Answer(200, "application/json", `{"tenant_id":`+q+`,"api_key_id":`+q+`,"scopes":["customers:read","customers:write",`+q+`]}`)(w, r)
		case r.Method == http.MethodPost:
			clitest.Answer(status, "application/json", body)(w, r)
		default:
			emptyList(w, r)
		}
	}
}

func importScenes() map[string]func(string) scene {
	const made = `{"id":"` + clitest.SomeID + `"}`
	from := func(file string, more ...string) []string {
		return append([]string{"customers", "import", file, "--progress", "none"}, more...)
	}
	checked := func(name string, csv func(text string) string) func(string) scene {
		return func(text string) scene {
			return scene{args: from("%d/x"+name, "--dry-run"), files: map[string]string{"x" + name: csv(text)}, serve: importServer("t", 201, made)}
		}
	}
	sent := func(text string) scene {
		return scene{
			args: from("%d/"+fileName(text)+".csv", "--yes", "--workers", "1"), files: map[string]string{fileName(text) + ".csv": "email\na@example.com\n"},
			serve: importServer(text, 201, made),
		}
	}
	after := func(args ...string) func(string) scene {
		return textOnly(func(text string) scene {
			s := sent(text)
			s.before, s.args = s.args, args
			return s
		})
	}
	refused := func(text string) scene {
		s := sent(text)
		s.serve = importServer("t", 422, `{"detail":[{"loc":["body","email"],"msg":`+quoted(text)+`}]}`)
		return s
	}
	return map[string]func(string) scene{
		"an unknown column":  textOnly(checked(".csv", func(text string) string { return "email," + cell(text) + "\na@example.com,x\n" })),
		"a column twice":     textOnly(checked(".csv", func(text string) string { return "email," + cell(text) + "," + cell(text) + "\na@example.com,x,y\n" })),
		"a bad email":        textOnly(checked(".csv", func(text string) string { return "email\n" + cell(text) + "\n" })),
		"a bad country":      textOnly(checked(".csv", func(text string) string { return "email,country_code\na@example.com," + cell(text) + "\n" })),
		"a bad time zone":    textOnly(checked(".csv", func(text string) string { return "email,timezone\na@example.com," + cell(text) + "\n" })),
		"a company's name":   unseen(checked(".csv", func(text string) string { return "email,company_name\na@example.com," + cell(text) + "\n" })),
		"a bare quote":       unseen(checked(".csv", func(text string) string { return "email\n" + text + `"x` + "\n" })),
		"an unknown key":     textOnly(checked(".jsonl", func(text string) string { return `{"email":"a@example.com",` + quoted(text) + `:"x"}` + "\n" })),
		"a key twice":        textOnly(checked(".jsonl", func(text string) string { return `{` + quoted(text) + `:"x",` + quoted(text) + `:"y"}` + "\n" })),
		"a line of no JSON":  unseen(checked(".jsonl", func(text string) string { return text + "\n" })),
		"a file of no JSON":  unseen(checked(".json", func(text string) string { return "[" + text + "]" })),
		"a file's beginning": unseen(checked(".csv", func(text string) string { return text })),
		"a file that is missing": func(text string) scene {
			return scene{args: from("%d/" + fileName(text))}
		},
		"a mapping": func(text string) scene { return scene{args: from("-", "--map", text+"=email"), stdin: "email\n"} },
		"a constant": textOnly(func(text string) scene {
			return scene{args: from("-", "--set", "currency="+text, "--dry-run"), stdin: "email\na@example.com\n", serve: importServer("t", 201, made)}
		}),
		"a plan": textOnly(sent),
		"a plan to be answered": textOnly(func(text string) scene {
			s := sent(text)
			s.args = append(from("%d/"+fileName(text)+".csv"), "--workers", "1")
			return s
		}),
		"another tenant":        textOnly(func(text string) scene { s := sent(text); s.args = append(s.args, "--expect-tenant", "t"); return s }),
		"a refused row":         textOnly(refused),
		"a refused row in JSON": textOnly(func(text string) scene { s := refused(text); s.args = append(s.args, "-o", "json"); return s }),
		"a refused row on GitHub": textOnly(func(text string) scene {
			s := refused(text)
			s.vars = map[string]string{"GITHUB_ACTIONS": "true"}
			return s
		}),
		"a row whose answer is no JSON": func(text string) scene {
			s := sent("t")
			s.args, s.files = from("-", "--yes", "--workers", "1", "--quiet-period", "1s", "--max-outage", "1s", "--timeout", "1s"), nil
			s.stdin, s.unseen = "email\na@example.com\n", true
			s.serve = func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					clitest.Answer(200, "text/html", "<title>"+text+"</title>")(w, r)
					return
				}
				importServer("t", 200, "")(w, r)
			}
			return s
		},
		"imports list":           after("imports", "list"),
		"imports list -o json":   after("imports", "list", "-o", "json"),
		"imports list --columns": after("imports", "list", "--columns", "*"),
		"imports show":           after("imports", "show", "%i"),
		"imports show -o yaml":   after("imports", "show", "%i", "-o", "yaml"),
		"imports remove":         after("imports", "remove", "%i"),
	}
}

// unseen is for a place that names where something is wrong, and not what.
func unseen(set func(string) scene) func(string) scene {
	return func(text string) scene {
		s := set(text)
		s.unseen = true
		return s
	}
}

func configScenes() map[string]func(string) scene {
	file := func(yaml func(q string) string, args ...string) func(string) scene {
		return textOnly(func(text string) scene {
			return scene{
				args: args, files: map[string]string{"config.yaml": yaml(quoted(text))},
				vars: map[string]string{"HYDRACTL_CONFIG": "%d/config.yaml"},
			}
		})
	}
	columns := func(q string) string { return "columns: " + q + "\n" }
	return map[string]func(string) scene{
		"config list":               unseen(file(columns, "config", "list")),
		"config list -o csv":        unseen(file(columns, "config", "list", "-o", "csv")),
		"config get":                unseen(file(columns, "config", "get", "columns")),
		"config get -o json":        unseen(file(columns, "config", "get", "columns", "-o", "json")),
		"a column of the file":      unseen(file(columns, "customers", "list")),
		"an unknown setting":        unseen(file(func(q string) string { return q + ": x\n" }, "config", "list")),
		"a bad value":               unseen(file(func(q string) string { return "output: " + q + "\n" }, "config", "list")),
		"a bad address":             unseen(file(func(q string) string { return "api_url: " + q + "\n" }, "config", "list")),
		"a profile's name":          unseen(file(func(q string) string { return "profiles:\n  - name: " + q + "\n" }, "config", "profile", "list")),
		"the profile in use":        unseen(file(func(q string) string { return "profile: " + q + "\n" }, "config", "list")),
		"a key file's name":         unseen(file(func(q string) string { return "api_key_file: " + q + "\n" }, "customers", "list")),
		"a certificate file's name": unseen(file(func(q string) string { return "ca_cert: " + q + "\n" }, "customers", "list")),
		"a state folder's name":     unseen(file(func(q string) string { return "state_dir: " + q + "\n" }, "config", "path")),
		"a configuration's own name": func(text string) scene {
			return scene{args: []string{"config", "path", "--config", "%d/" + fileName(text)}}
		},
		"a configuration of no YAML": func(text string) scene {
			return scene{
				args: []string{"config", "list"}, files: map[string]string{"config.yaml": text}, unseen: true,
				vars: map[string]string{"HYDRACTL_CONFIG": "%d/config.yaml"},
			}
		},
		"a column of the environment": unseen(func(text string) scene {
			return scene{args: []string{"customers", "list"}, vars: map[string]string{"HYDRACTL_COLUMNS": text}}
		}),
		"a setting of the environment": unseen(func(text string) scene {
			return scene{args: []string{"config", "list"}, vars: map[string]string{"HYDRACTL_STATE_DIR": "/" + text}}
		}),
		"a profile of the environment": unseen(func(text string) scene {
			return scene{args: []string{"config", "list"}, vars: map[string]string{"HYDRACTL_PROFILE": text}}
		}),
		"a sandbox to be emptied": func(text string) scene {
			return scene{args: []string{"sandbox", "reset", "--db", "%d/" + fileName(text)}}
		},
	}
}

// argumentScenes give every command of the tree the text as each of its arguments and as the value of each of its
// flags; and run it with its arguments against servers that answer and refuse in hostile words.
func argumentScenes() map[string]func(string) scene {
	scenes := map[string]func(string) scene{
		"an unknown command": func(text string) scene { return scene{args: []string{text}} },
		"an unknown flag":    func(text string) scene { return scene{args: []string{"customers", "list", "--" + text}} },
		"an unknown topic":   func(text string) scene { return scene{args: []string{"help", text}} },
	}
	for _, c := range commands(testRoot()) {
		path := strings.Fields(c.CommandPath())[1:]
		if !c.Runnable() || c.HasSubCommands() || c.Name() == "serve" || len(path) == 0 {
			continue
		}
		name := strings.Join(path, " ")
		arguments := samples(c)
		for i := range max(len(arguments), 1) {
			scenes[fmt.Sprintf("argument %d of %s", i+1, name)] = func(text string) scene {
				args := append(append([]string{}, path...), arguments...)
				args = append(args[:len(path)+i], append([]string{text}, args[min(len(path)+i+1, len(args)):]...)...)
				return scene{args: append(args, brief()...), serve: emptyList, unseen: true}
			}
		}
		visit := func(f *pflag.Flag) {
			if f.Value.Type() == "bool" {
				return
			}
			scenes[fmt.Sprintf("--%s of %s", f.Name, name)] = func(text string) scene {
				args := append(append([]string{}, path...), arguments...)
				return scene{args: append(append(args, brief()...), "--"+f.Name+"="+inFolder(f, text)), serve: emptyList, unseen: true}
			}
		}
		c.LocalNonPersistentFlags().VisitAll(visit)
		for kind, server := range map[string]func(string) http.HandlerFunc{
			"hostile records": recordServer,
			"hostile refusals": func(text string) http.HandlerFunc {
				return clitest.Answer(400, "application/json", `{"detail":`+quoted(text)+`}`)
			},
		} {
			scenes[name+" meets "+kind] = textOnly(func(text string) scene {
				args := append(append([]string{}, path...), arguments...)
				return scene{args: append(args, brief()...), serve: server(text), unseen: true, stdin: "email\na@example.com\n"}
			})
		}
	}
	testRoot().PersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Value.Type() != "bool" && f.Name != "template" { // whose lines are the user's own
			scenes["--"+f.Name] = func(text string) scene {
				return scene{args: []string{"customers", "list", "--" + f.Name + "=" + inFolder(f, text)}, serve: emptyList, unseen: true}
			}
		}
	})
	return scenes
}

// inFolder keeps the files that a flag names in the scene's folder.
func inFolder(f *pflag.Flag, text string) string {
	if strings.Contains(f.Usage, "file") || strings.Contains(f.Usage, "folder") || strings.Contains(f.Usage, "database") {
		return "%d/" + fileName(text)
	}
	return text
}

// brief bounds how long a command runs.
func brief() []string { return []string{"--timeout", "300ms"} }

// samples are arguments that a command takes, by the words of its usage line.
func samples(c *cobra.Command) []string {
	var args []string
	for _, word := range strings.Fields(c.Use)[1:] {
		switch strings.Trim(strings.TrimSuffix(strings.Trim(word, "[]"), "..."), "[]") {
		case "FILE|-":
			args = append(args, "-")
		case "METHOD":
			args = append(args, "GET")
		case "PATH":
			args = append(args, "/v1/customers")
		case "bash|zsh|fish|powershell":
			args = append(args, "bash")
		case "SETTING", "KEY":
			args = append(args, "columns")
		default:
			args = append(args, clitest.SomeID)
		}
	}
	return args
}

// The walk can fail: its check finds everything that is hostile, and nothing else.
func TestHostile_CheckFindsHostileText(t *testing.T) {
	t.Parallel()
	for _, text := range clitest.HostileBytes() {
		if len(complaints(text+"\n")) == 0 {
			t.Errorf("%q passes", text)
		}
	}
	for _, r := range "\x00\x07\x08\t\r\x1b\x7f\u0080\u0085\u009b\u00ad\u061c\u200b\u200e\u2028\u2029\u202e\u2066\ufeff\U000e0041" {
		if len(complaints("a"+string(r)+"b\n")) != 1 {
			t.Errorf("%U passes", r)
		}
	}
	if found := complaints("Error: Müller\n  株式会社 \U0001F600\n"); found != nil {
		t.Errorf("harmless text is found hostile: %q", found)
	}
}
