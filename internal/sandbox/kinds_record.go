package sandbox

import (
	"bytes"
	"net/http"
	"strings"
)

// recordKind changes every customer in a good answer.
func recordKind(name, help string, change func(record *object, f *Fault), params ...FaultParam) kind {
	return kind{
		name: name, help: help, params: params, path: writePath, at: afterward,
		apply: func(x *exchange, f *Fault) {
			if x.a.status < http.StatusMultipleChoices {
				x.a.editRecords(func(record *object) { change(record, f) })
			}
		},
	}
}

func recordKinds() []kind {
	return []kind{
		recordKind("unknown_fields", "fields that the contract does not name", func(o *object, _ *Fault) {
			o.set("risk_score", 0.25)
			o.set("labels", []any{"new", "größe"})
			o.set("owner", &object{keys: []string{"name"}, values: map[string]any{"name": "Sandbox"}})
		}),
		recordKind("null_fields", "null in every field but id", func(o *object, _ *Fault) {
			for _, key := range o.keys {
				if key != "id" {
					o.values[key] = nil
				}
			}
		}),
		recordKind("missing_fields", "no field but id", func(o *object, _ *Fault) {
			o.keys, o.values = []string{"id"}, map[string]any{"id": o.values["id"]}
		}),
		recordKind("odd_counts", "counts as text, as 5.0 or as 1e3", func(o *object, f *Fault) {
			for _, key := range o.keys {
				if n, is := o.values[key].(integer); is {
					o.values[key] = map[string]any{"text": string(n), "float": n + ".0", "exponent": integer("1e3")}[f.args["form"]]
				}
			}
		}, choice("form", "which", "text", "float", "exponent")),
		recordKind("odd_dates", "dates in another form, or impossible ones", func(o *object, f *Fault) {
			for _, key := range []string{"created_at", "updated_at"} {
				if date, is := o.values[key].(string); is {
					o.values[key] = oddDate(date, f.args["form"])
				}
			}
		}, choice("form", "which", "naive", "offset", "blank", "year0", "year99999", "number", "empty", "null")),
		recordKind("odd_id", "an id that is missing or none", func(o *object, f *Fault) {
			switch f.args["form"] {
			case "missing":
				o.remove("id")
			case "null":
				o.replace("id", nil)
			case "same":
				o.replace("id", "6ba7b810-9dad-41d1-80b4-00c04fd430c8")
			case "nil":
				o.replace("id", "00000000-0000-0000-0000-000000000000")
			case "short":
				o.replace("id", "6ba7b810")
			case "number":
				o.replace("id", integer("42"))
			default:
				o.replace("id", "string")
			}
		}, choice("form", "which", "missing", "null", "text", "short", "nil", "same", "number")),
		recordKind("other_email", "the email of another customer", func(o *object, _ *Fault) { o.replace("email", "someone.else@example.com") }),
		recordKind("hostile_text", "escape sequences, bidi overrides and line ends in names", func(o *object, _ *Fault) {
			o.replace("company_name", "\x1b]0;owned\x07\x1b[31mred\u202egnp.exe\r\nSecond line\u2028third")
		}),
		bodyKind("same_key_twice", "the key id twice, the second time with another value, and ID besides", func(a *answer, _ *Fault) {
			a.body = bytes.ReplaceAll(a.body, []byte(`"id":"`), []byte(`"ID":"x","id":"6ba7b810-9dad-41d1-80b4-00c04fd430c8","id":"`))
		}),
	}
}

func oddDate(date, form string) any {
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
		return integer("1700000000")
	case "empty":
		return ""
	}
	return nil
}
