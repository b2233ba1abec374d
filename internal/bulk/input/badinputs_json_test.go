package input

import "strings"

// jsonCases are about JSON (bad-inputs.md 46-54).
func jsonCases() []inputCase {
	ann := []string{"ann@example.com"}
	both := []string{"ann@example.com", "bob@example.com"}
	return []inputCase{
		{name: "46 array", file: "in.json", input: `[{"email":"ann@example.com"}, {"email":"bob@example.com"}]`, pending: 2, emails: both},
		{name: "46 array by option", input: `[{"email":"ann@example.com"}]`, options: ReadOptions{Format: "json"}, pending: 1, emails: ann},
		{name: "46 array by content", file: "in", input: "\n [\n{\"email\":\"ann@example.com\"}]", pending: 1, emails: ann, notes: []string{"format json (the file begins with [)"}},
		{name: "46 lines by content", file: "in", input: "{\"email\":\"ann@example.com\"}\n", pending: 1, emails: ann, notes: []string{"format jsonl (the file begins with {)"}},
		{name: "46 empty array", file: "in.json", input: "[ ]\n"},
		{name: "46 empty file of lines", file: "in.jsonl", input: "\n"},
		{name: "46 objects one after another", file: "in.json", input: "{\"email\":\n\"ann@example.com\"} {\"email\":\"bob@example.com\"}", pending: 2, emails: both},
		{
			name: "46 lines, blank ones counted", file: "in.ndjson", input: "\xef\xbb\xbf{\"email\":\"ann@example.com\"}\r\n\r\n {\"email\":\"bad\"}", pending: 1, invalid: 1, emails: ann,
			refused: "in.ndjson:3:11: email: an email has exactly one @", problems: []string{"3:11 row bad_email email"},
		},
		{name: "46 not known", input: "", options: ReadOptions{Format: "xml"}, refused: `in.csv: unknown format "xml"; the formats are csv, jsonl, json`},
		{name: "47 trailing comma in an object", file: "in.json", input: "[\n{\"email\":\"ann@example.com\",}]", refused: "in.json:2:27: not JSON: "},
		{name: "47 trailing comma in the array", file: "in.json", input: "[{\"email\":\"ann@example.com\"},\n ]", refused: "in.json:2:2: not JSON: there is a comma before this ]"},
		{name: "47 missing comma in the array", file: "in.json", input: `[{"email":"ann@example.com"} {}]`, refused: "in.json:1:30: not JSON: expected a comma or the ] of the array"},
		{name: "47 more after the array", file: "in.json", input: "[]\n[]", refused: "in.json:2:1: not JSON: there is more after the array"},
		{name: "47 unclosed array", file: "in.json", input: `[{"email":"ann@example.com"}`, refused: "in.json:1:29: not JSON: the array is not closed; the file may be truncated"},
		{name: "47 unclosed object", file: "in.json", input: "[\n {\"email\":\"ann@example.com\"", refused: "in.json:2:2: not JSON: the object that begins here is not closed; the file may be truncated"},
		{name: "47 comment", file: "in.json", input: "// customers\n[]", refused: "in.json:1:1: expected an object; comments are not JSON; take them out"},
		{name: "47 single quotes", file: "in.json", input: `[{'email':'ann@example.com'}]`, refused: "in.json:1:3: not JSON: "},
		{
			name: "47 trailing comma in a line", file: "in.jsonl", input: "{\"email\":\"ann@example.com\",}\n{\"email\":\"bob@example.com\"}\n", pending: 1, invalid: 1, emails: both[1:],
			refused: "in.jsonl:1:27: not JSON: ", problems: []string{"1:27 row not_json"},
		},
		{
			name: "47 no object", file: "in.jsonl", input: "[1]\n\"a\"\n{} {}\n", invalid: 3, refused: "in.jsonl:1:1: expected an object",
			problems: []string{"1:1 row not_an_object", "2:1 row not_an_object", "3:4 row not_json"},
		},
		{
			name: "48 a key twice", file: "in.jsonl", input: `{"email":"ann@example.com","email":"bob@example.com"}`, invalid: 1,
			refused: "in.jsonl:1:28: not JSON: duplicate object member name", problems: []string{"1:28 row not_json"},
		},
		{
			name: "48 two keys for one field", file: "in.jsonl", input: `{"email":"ann@example.com","E-Mail":"bob@example.com"}`, invalid: 1,
			refused: "in.jsonl:1:37: the field email is given twice", problems: []string{"1:37 row field_twice"},
		},
		{
			name: "49 unknown field", file: "in.jsonl", input: "{\"email\":\"ann@example.com\",\"curency\":\"EUR\"}\n{\"email\":\"bob@example.com\",\"curency\":\"EUR\"}\n", pending: 2,
			rules: Rules{SkipInvalid: true}, emails: both, refused: `in.jsonl:1:28: unknown column "curency" (did you mean currency?)`, problems: []string{"1:28 file unknown_field"},
		},
		{name: "49 unknown field left out", file: "in.jsonl", input: `{"email":"ann@example.com","tags":[{"a":1},null]}`, options: ReadOptions{IgnoreUnknown: true}, pending: 1, emails: ann},
		{name: "49 field mapped", file: "in.jsonl", input: `{"contact":"ann@example.com","_hydractl_line":4}`, options: ReadOptions{Map: map[string]string{"contact": "email"}}, pending: 1, emails: ann},
		{
			name: "49 map of a missing key", file: "in.jsonl", input: `{"email":"ann@example.com"}`, options: ReadOptions{Map: map[string]string{"contact": "industry"}}, pending: 1, emails: ann,
			refused: "in.jsonl:1: there is no column contact to map to industry", problems: []string{"1:0 file missing_column"},
		},
		{
			name: "49 constant for a key", file: "in.jsonl", input: `{"email":"ann@example.com"}`, options: ReadOptions{Set: map[string]string{"email": "bob@example.com"}},
			refused: `--set email: the file has the key "email" for it`,
		},
		{
			name: "50 what is no text", file: "in.jsonl", input: "{\"email\":\"ann@example.com\",\"currency\":1}\n{\"company_name\":true}\n{\"email\":{\"a\":\"b\"}}\n{\"email\":[\"a\"]}\n", invalid: 4,
			refused:  "in.jsonl:1:28: currency: expected text, got a number or a truth value; write it in quotes",
			problems: []string{"1:28 row not_text currency", "2:2 row not_text company_name", "3:2 row not_text email", "4:2 row not_text email"},
		},
		{name: "51 null", file: "in.jsonl", input: `{"email":"ann@example.com","currency":null}`, pending: 1, emails: ann},
		{
			name: "51 nothing given", file: "in.jsonl", input: "{}\n", rules: Rules{AllowNoEmail: true}, invalid: 1,
			refused: "in.jsonl:1:1: the row gives no field", problems: []string{"1:1 row empty_row"},
		},
		{
			name: "52 lone surrogate", file: "in.jsonl", input: `{"email":"ann@example.com","industry":"\ud83d"}`, invalid: 1,
			refused: "in.jsonl:1:", problems: []string{"1:40 row not_json"}, messages: []string{"surrogate"},
		},
		{name: "52 pair of surrogates", file: "in.jsonl", input: `{"email":"ann@example.com","industry":"\ud83d\ude80"}`, pending: 1, emails: ann},
		{
			name: "52 bytes that are not UTF-8", file: "in.jsonl", input: "{\"email\":\"\xe9\"}", invalid: 1, refused: "in.jsonl:1:11: not JSON: invalid UTF-8; name the encoding in which it reads as it should: windows-1252",
			problems: []string{"1:11 row not_json"},
		},
		{
			name: "53 half a last line", file: "in.jsonl", input: "{\"email\":\"ann@example.com\"}\n{\"email\":\"bo", pending: 1, invalid: 1, emails: ann,
			refused: "in.jsonl:2:13: not JSON: unexpected EOF; the line has no end, the file may be truncated", problems: []string{"2:13 row not_json"},
		},
		{
			name: "54 deep nesting in a line", file: "in.jsonl", input: `{"a":` + strings.Repeat("[", 10_000) + "\n", options: ReadOptions{IgnoreUnknown: true}, invalid: 1,
			refused: "in.jsonl:1:", problems: []string{"1:70 row not_json"}, messages: []string{"it nests deeper than 64 levels"},
		},
		{
			name: "54 deep nesting in an array", file: "in.json", input: `[{"a":` + strings.Repeat("[", 10_000), options: ReadOptions{IgnoreUnknown: true},
			refused: "in.json:1:70: not JSON: it nests deeper than 64 levels",
		},
		{name: "23 a line without end", file: "in.jsonl", input: `{"email":"` + strings.Repeat("x", 2<<20), refused: "in.jsonl:1:1: the record is longer than 1 MiB"},
		{name: "23 an object without end", file: "in.json", input: `[{"email":"` + strings.Repeat("x", 2<<20), refused: "in.json:1:2: the record is longer than 1 MiB"},
	}
}
