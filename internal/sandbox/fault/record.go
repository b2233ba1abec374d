package fault

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/hydracore/hydractl/internal/sandbox/server"
)

// recordKind makes a kind that changes every customer in a successful answer: those of a list, or the one that it is.
func recordKind(name, help string, change func(record map[string]any, f *Fault), params ...Param) Kind {
	k := bodyKind(name, help, func(a *server.Answer, f *Fault) {
		edit(a, func(o map[string]any) {
			list, isList := o["customers"].([]any)
			if _, hasID := o["id"]; hasID && !isList {
				change(o, f)
			}
			for _, record := range list {
				if r, is := record.(map[string]any); is {
					change(r, f)
				}
			}
		})
	}, params...)
	k.path = writePath
	return k
}

func recordKinds() []Kind {
	return []Kind{
		recordKind("unknown_fields", "fields that the contract does not name", func(o map[string]any, _ *Fault) {
			o["risk_score"], o["labels"], o["owner"] = 0.25, []string{"new", "größe"}, map[string]string{"name": "Sandbox"}
		}),
		recordKind("null_fields", "null in every field but id", func(o map[string]any, _ *Fault) {
			for key := range o {
				if key != "id" {
					o[key] = nil
				}
			}
		}),
		recordKind("missing_fields", "no field but id", func(o map[string]any, _ *Fault) {
			for key := range o {
				if key != "id" {
					delete(o, key)
				}
			}
		}),
		recordKind("odd_counts", "counts as text, as 5.0 or as 1e3", func(o map[string]any, f *Fault) {
			for key, value := range o {
				if n, is := value.(json.Number); is {
					o[key] = map[string]any{"text": n.String(), "float": n + ".0", "exponent": json.Number("1e3")}[f.args["form"]]
				}
			}
		}, choice("form", "which", "text", "float", "exponent")),
		recordKind("odd_dates", "dates in another form, or impossible ones", func(o map[string]any, f *Fault) {
			for _, key := range []string{"created_at", "updated_at"} {
				if date, is := o[key].(string); is {
					o[key] = unexpectedDate(date, f.args["form"])
				}
			}
		}, choice("form", "which", "naive", "offset", "blank", "year0", "year99999", "number", "empty", "null")),
		recordKind("odd_id", "an id that is missing or invalid", func(o map[string]any, f *Fault) {
			if f.args["form"] == "missing" {
				delete(o, "id")
			}
			replace(o, "id", map[string]any{
				"same": "6ba7b810-9dad-41d1-80b4-00c04fd430c8", "nil": "00000000-0000-0000-0000-000000000000",
				"short": "6ba7b810", "number": 42, "text": "string", "null": nil,
			}[f.args["form"]])
		}, choice("form", "which", "missing", "null", "text", "short", "nil", "same", "number")),
		recordKind("other_email", "the email of another customer", func(o map[string]any, _ *Fault) {
			replace(o, "email", "someone.else@example.com")
		}),
		recordKind("hostile_text", "escape sequences, bidi overrides and line ends in names", func(o map[string]any, _ *Fault) {
			replace(o, "company_name", "\x1b]0;owned\x07\x1b[31mred\u202egnp.exe\r\nSecond line\u2028third")
		}),
		bodyKind("same_key_twice", "the key id twice, the second time with another value, and ID besides", func(a *server.Answer, _ *Fault) {
			a.Body = bytes.ReplaceAll(a.Body, []byte(`"id":"`), []byte(`"ID":"x","id":"6ba7b810-9dad-41d1-80b4-00c04fd430c8","id":"`))
		}),
	}
}

func unexpectedDate(date, form string) any {
	plain := strings.TrimSuffix(strings.TrimSuffix(date, "Z"), "+00:00")
	switch form {
	case "naive":
		return plain
	case "offset":
		return plain + "+00:00"
	case "blank":
		return strings.Replace(plain, "T", " ", 1)
	case "year0":
		return "0000" + plain[4:] + "Z"
	case "year99999":
		return "99999" + plain[4:] + "Z"
	case "number":
		return 1700000000
	case "empty":
		return ""
	}
	return nil
}
