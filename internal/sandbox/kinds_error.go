package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// errorKinds are the same statuses before and after the work is done: the client cannot tell them apart.
func errorKinds() []kind {
	var list []kind
	for _, status := range []int{500, 502, 503, 504} {
		form := choice("body", "form of the body", "html", "text", "json")
		if status == http.StatusInternalServerError {
			form = choice("body", "form of the body", "text", "html", "json")
		}
		list = append(list,
			kind{
				name: strconv.Itoa(status), help: fmt.Sprintf("answers %d; nothing is done", status),
				params: []FaultParam{form}, at: before,
				apply: func(x *exchange, f *Fault) { x.reply(failure(status, f.args["body"])) },
			},
			kind{
				name: fmt.Sprintf("%d_after_commit", status), help: fmt.Sprintf("handles and commits, then answers %d", status),
				params: []FaultParam{form}, method: "POST", path: writePath, at: afterward,
				apply: func(x *exchange, f *Fault) { x.a = failure(status, f.args["body"]) },
			})
	}
	return list
}

// failure is what a crash, or a proxy in front, answers.
func failure(status int, form string) answer {
	words := http.StatusText(status)
	switch form {
	case "html":
		return answer{status: status, kind: typeHTML, body: fmt.Appendf(nil,
			"<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n<center><h1>%[1]d %[2]s</h1></center>\r\n"+
				"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", status, words)}
	case "json":
		return detail(status, words)
	}
	return answer{status: status, kind: typeText, body: []byte(words)}
}

func refusalKinds() []kind {
	return []kind{
		{
			name: "429", help: "answers 429 with a Retry-After of any form; nothing is done",
			params: []FaultParam{
				choice("retry_after", "the header: seconds, a date (2 s ahead, or past), garbage, or none",
					"1", "0", "2", "5", "30", "60", "-5", "86400", "date", "past", "garbage", "none"),
				choice("body", `{"detail":…}, {"error":…} or HTML`, "detail", "error", "html"),
			},
			at: before, apply: func(x *exchange, f *Fault) { x.reply(tooMany(f.args["retry_after"], f.args["body"], x.s.now())) },
		},
		{
			name: "401", help: "refuses the credential that is good; nothing is done",
			at: before, apply: func(x *exchange, _ *Fault) { x.reply(detail(http.StatusUnauthorized, "Invalid API key")) },
		},
		{
			name: "403", help: "a firewall in front answers 403 with a page of HTML; nothing is done",
			params: []FaultParam{choice("body", "form of the body", "html", "json", "text")},
			at:     before, apply: func(x *exchange, f *Fault) { x.reply(failure(http.StatusForbidden, f.args["body"])) },
		},
		{
			name: "404", help: "answers 404, as a wrong base URL does; nothing is done",
			params: []FaultParam{choice("body", "form of the body", "json", "html", "text")},
			at:     before, apply: func(x *exchange, f *Fault) { x.reply(failure(http.StatusNotFound, f.args["body"])) },
		},
		{
			name: "refuse", help: "refuses the request with another status of the 4xx; nothing is done",
			params: []FaultParam{
				choice("status", "the status", "400", "402", "405", "408", "409", "410", "415", "418", "422", "425", "451"),
				choice("body", "form of the body", "json", "text", "html"),
			},
			at: before, apply: func(x *exchange, f *Fault) { x.reply(failure(int(f.number("status")), f.args["body"])) },
		},
		{
			name: "422", help: "answers 422 with a detail of an odd shape; nothing is done",
			params: []FaultParam{choice("detail", "its shape", "text", "object", "empty", "null", "many")},
			at:     before, apply: func(x *exchange, f *Fault) { x.reply(oddDetail(f.args["detail"])) },
		},
		{
			name: "token_expired", help: "ends every bearer token that was issued so far; refreshing gives a good one", limit: 1,
			at: before, apply: func(x *exchange, _ *Fault) { x.s.expireTokens() },
		},
	}
}

func tooMany(retryAfter, form string, now time.Time) answer {
	a := detail(http.StatusTooManyRequests, "Rate limit exceeded")
	switch form {
	case "error":
		a.body = []byte(`{"error":"Rate limit exceeded: 60 per 1 minute"}`)
	case "html":
		a = failure(http.StatusTooManyRequests, form)
	}
	switch retryAfter {
	case "none":
		return a
	case "date":
		retryAfter = now.Add(2 * time.Second).UTC().Format(http.TimeFormat)
	case "past":
		retryAfter = now.Add(-time.Hour).UTC().Format(http.TimeFormat)
	case "garbage":
		retryAfter = "soon, perhaps"
	}
	return a.with("Retry-After", retryAfter)
}

// oddDetail is a 422 that is none of FastAPI's own.
func oddDetail(shape string) answer {
	if shape == "many" {
		problems := make([]problem, 10_000)
		for i := range problems {
			problems[i] = problem{is: stringType, loc: []any{"body", "email", i}, input: integer("1")}
		}
		return unprocessable(pydantic2, problems...)
	}
	body := map[string]string{
		"text": `"The email is not acceptable"`, "object": `{"email":["not acceptable"]}`, "empty": `[]`, "null": `null`,
	}[shape]
	return answer{status: http.StatusUnprocessableEntity, kind: typeJSON, body: []byte(`{"detail":` + body + `}`)}
}
