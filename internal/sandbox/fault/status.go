package fault

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/server"
)

// errorKinds are the same statuses before and after the work is done: the client cannot tell them apart.
func errorKinds() []Kind {
	var list []Kind
	for _, status := range []int{500, 502, 503, 504} {
		form := choice("body", "form of the body", "html", "text", "json")
		if status == http.StatusInternalServerError {
			form = choice("body", "form of the body", "text", "html", "json")
		}
		list = append(list,
			instead(strconv.Itoa(status), fmt.Sprintf("answers %d", status),
				func(_ *server.Exchange, f *Fault) server.Answer { return failure(status, f.args["body"]) }, form),
			afterCommit(Kind{
				Name: fmt.Sprintf("%d_after_commit", status), Help: fmt.Sprintf("handles and commits, then answers %d", status),
				Params: []Param{form}, at: server.After,
				apply: func(x *server.Exchange, f *Fault) { x.Answer = failure(status, f.args["body"]) },
			}))
	}
	return list
}

// failure is what a crash, or a proxy in front, answers.
func failure(status int, form string) server.Answer {
	text := http.StatusText(status)
	switch form {
	case "html":
		return server.Answer{Status: status, Type: server.TypeHTML, Body: fmt.Appendf(nil,
			"<html>\r\n<head><title>%d %s</title></head>\r\n<body>\r\n<center><h1>%[1]d %[2]s</h1></center>\r\n"+
				"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", status, text)}
	case "json":
		return server.Detail(status, text)
	}
	return server.Answer{Status: status, Type: server.TypeText, Body: []byte(text)}
}

func refusalKinds() []Kind {
	answers := func(status int) func(*server.Exchange, *Fault) server.Answer {
		return func(_ *server.Exchange, f *Fault) server.Answer { return failure(status, f.args["body"]) }
	}
	return []Kind{
		instead("429", "answers 429 with a Retry-After of any form", tooMany,
			choice("retry_after", "the header: seconds, a date (2 s ahead, or past), garbage, or none",
				"1", "0", "2", "5", "30", "60", "-5", "86400", "date", "past", "garbage", "none"),
			choice("body", `{"detail":…}, {"error":…} or HTML`, "detail", "error", "html")),
		instead("401", "refuses a valid credential", func(*server.Exchange, *Fault) server.Answer {
			return server.Detail(http.StatusUnauthorized, "Invalid API key")
		}),
		instead("403", "a firewall in front answers 403 with an HTML page", answers(http.StatusForbidden),
			choice("body", "form of the body", "html", "json", "text")),
		instead("404", "answers 404, as a wrong base URL does", answers(http.StatusNotFound),
			choice("body", "form of the body", "json", "html", "text")),
		instead("refuse", "refuses the request with another 4xx status", func(_ *server.Exchange, f *Fault) server.Answer {
			return failure(int(f.number("status")), f.args["body"])
		}, choice("status", "the status", "400", "402", "405", "408", "409", "410", "415", "418", "422", "425", "451"),
			choice("body", "form of the body", "json", "text", "html")),
		instead("422", "answers 422 with a detail of an unexpected shape", unexpectedDetail,
			choice("detail", "its shape", "text", "object", "empty", "null", "many")),
		{
			Name: "token_expired", Help: "expires every bearer token issued so far; a refresh gives a valid one", limit: 1,
			at: server.Before, apply: func(x *server.Exchange, _ *Fault) { x.Server.ExpireTokens() },
		},
	}
}

func tooMany(x *server.Exchange, f *Fault) server.Answer {
	a := server.Detail(http.StatusTooManyRequests, "Rate limit exceeded")
	switch form := f.args["body"]; form {
	case "error":
		a.Body = []byte(`{"error":"Rate limit exceeded: 60 per 1 minute"}`)
	case "html":
		a = failure(http.StatusTooManyRequests, form)
	}
	retryAfter := f.args["retry_after"]
	switch retryAfter {
	case "none":
		return a
	case "date":
		retryAfter = x.Server.Now().Add(2 * time.Second).Format(http.TimeFormat)
	case "past":
		retryAfter = x.Server.Now().Add(-time.Hour).Format(http.TimeFormat)
	case "garbage":
		retryAfter = "soon, perhaps"
	}
	return a.With("Retry-After", retryAfter)
}

// unexpectedDetail is a 422 that is none of FastAPI's own.
func unexpectedDetail(_ *server.Exchange, f *Fault) server.Answer {
	var detail any
	switch f.args["detail"] {
	case "text":
		detail = "The email is not acceptable"
	case "object":
		detail = map[string][]string{"email": {"not acceptable"}}
	case "empty":
		detail = []string{}
	case "many":
		problems := make([]map[string]any, 10_000)
		for i := range problems {
			problems[i] = map[string]any{"type": "string_type", "loc": []any{"body", "email", i}, "msg": "Input should be a valid string", "input": 1}
		}
		detail = problems
	}
	return server.JSON(http.StatusUnprocessableEntity, map[string]any{"detail": detail})
}
