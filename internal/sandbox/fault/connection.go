package fault

import (
	"slices"
	"time"

	"github.com/hydracore/hydractl/internal/sandbox/server"
)

func slowKinds() []Kind {
	return []Kind{
		{
			Name: "latency", Help: "waits, then handles the request", Params: []Param{milliseconds("500")},
			at: server.Before, apply: func(x *server.Exchange, f *Fault) { x.Server.Wait(f.milliseconds()) },
		},
		{
			Name: "latency_after", Help: "handles the request, then waits before it answers", Params: []Param{milliseconds("500")},
			at: server.After, apply: func(x *server.Exchange, f *Fault) { x.Server.Wait(f.milliseconds()) },
		},
		delivery("slow_body", "sends the headers at once and the body after a wait", func(x *server.Exchange, f *Fault) {
			stream(x, f.milliseconds(), slices.Values([][]byte{x.Answer.Body}))
		}, milliseconds("1000")),
		delivery("drip", "sends the body byte by byte, with a wait before each", func(x *server.Exchange, f *Fault) {
			stream(x, f.milliseconds(), slices.Chunk(x.Answer.Body, 1))
		}, milliseconds("20")),
		cut("hang", "does nothing and answers nothing until the client leaves", server.Before, hang, milliseconds("60000")),
		afterCommit(delivery("hang_after_commit", "handles the request and answers nothing until the client leaves",
			hang, milliseconds("60000"))),
	}
}

// hang holds the connection until the client leaves or the time is over, and drops it then.
func hang(x *server.Exchange, f *Fault) {
	timer := time.NewTimer(f.milliseconds())
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-x.Server.Closing():
	case <-x.HTTP.Context().Done():
	}
	x.Drop()
}

// cut makes a kind that ends the connection in its own way before anything is done.
func cut(name, help string, at server.Stage, deliver func(*server.Exchange, *Fault), params ...Param) Kind {
	return Kind{
		Name: name, Help: help, Params: params, at: at,
		apply: func(x *server.Exchange, f *Fault) {
			x.Reply(server.Answer{})
			x.Deliver = func(x *server.Exchange) { deliver(x, f) }
		},
	}
}

func connectionKinds() []Kind {
	return []Kind{
		cut("drop_before", "closes the connection before the request is handled; nothing is done", server.Before, drop),
		cut("drop_in_request", "resets the connection while the request is being read; nothing is done", server.Reading, reset),
		afterCommit(delivery("drop_after_commit", "handles and commits, then closes the connection without an answer", drop)),
		afterCommit(delivery("reset_after_commit", "handles and commits, then resets the connection (RST)", reset)),
		delivery("drop_in_headers", "closes the connection in the middle of the answer's headers", func(x *server.Exchange, _ *Fault) {
			h := head(x, contentLength(len(x.Answer.Body)))
			raw(x, h[:len(h)/2])
		}),
		delivery("drop_in_body", "closes the connection in the middle of the answer's body", func(x *server.Exchange, _ *Fault) {
			raw(x, append(head(x, contentLength(len(x.Answer.Body))), x.Answer.Body[:len(x.Answer.Body)/2]...))
		}),
		delivery("close_idle", "answers in full, then closes the connection that looks alive",
			func(x *server.Exchange, _ *Fault) { raw(x, whole(x)) }),
	}
}
