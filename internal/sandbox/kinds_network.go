package sandbox

import (
	"slices"
	"time"
)

func slowKinds() []kind {
	return []kind{
		{
			name: "latency", help: "waits, then handles the request", params: []FaultParam{milliseconds("500")},
			at: before, apply: func(x *exchange, f *Fault) { x.s.wait(f.milliseconds()) },
		},
		{
			name: "latency_after", help: "handles the request, then waits before it answers",
			params: []FaultParam{milliseconds("500")},
			at:     afterward, apply: func(x *exchange, f *Fault) { x.s.wait(f.milliseconds()) },
		},
		{
			name: "slow_body", help: "sends the headers at once and the body after a wait",
			params: []FaultParam{milliseconds("1000")}, at: afterward,
			apply: func(x *exchange, f *Fault) {
				x.deliver = func(x *exchange) { x.stream(f.milliseconds(), slices.Values([][]byte{x.a.body})) }
			},
		},
		{
			name: "drip", help: "sends the body byte by byte, with a wait before each",
			params: []FaultParam{milliseconds("20")}, at: afterward,
			apply: func(x *exchange, f *Fault) {
				x.deliver = func(x *exchange) { x.stream(f.milliseconds(), slices.Chunk(x.a.body, 1)) }
			},
		},
		{
			name: "hang", help: "does nothing and answers nothing until the client leaves", params: []FaultParam{milliseconds("60000")},
			at: before, apply: func(x *exchange, f *Fault) { x.reply(answer{}); hang(x, f) },
		},
		{
			name: "hang_after_commit", help: "handles the request and answers nothing until the client leaves",
			method: "POST", path: writePath, params: []FaultParam{milliseconds("60000")}, at: afterward, apply: hang,
		},
	}
}

// hang holds the connection until the client leaves or the time is over, and drops it then.
func hang(x *exchange, f *Fault) {
	x.deliver = func(x *exchange) {
		timer := time.NewTimer(f.milliseconds())
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-x.s.closing:
		case <-x.http.Context().Done():
		}
		x.drop()
	}
}

func connectionKinds() []kind {
	return []kind{
		{
			name: "drop_before", help: "closes the connection before the request is handled; nothing is done",
			at: before, apply: func(x *exchange, _ *Fault) { x.reply(answer{}); x.deliver = (*exchange).drop },
		},
		{
			name: "drop_in_request", help: "resets the connection while the request is being read; nothing is done",
			at: reading, apply: func(x *exchange, _ *Fault) { x.reply(answer{}); x.deliver = (*exchange).reset },
		},
		{
			name: "drop_after_commit", help: "handles and commits, then closes the connection without an answer",
			method: "POST", path: writePath, at: afterward,
			apply: func(x *exchange, _ *Fault) { x.deliver = (*exchange).drop },
		},
		{
			name: "reset_after_commit", help: "handles and commits, then resets the connection (RST)",
			method: "POST", path: writePath, at: afterward,
			apply: func(x *exchange, _ *Fault) { x.deliver = (*exchange).reset },
		},
		{
			name: "drop_in_headers", help: "closes the connection in the middle of the answer's headers",
			at: afterward, apply: func(x *exchange, _ *Fault) {
				x.deliver = func(x *exchange) {
					head := x.head(contentLength(len(x.a.body)))
					x.deliverRaw(head[:len(head)/2])
				}
			},
		},
		{
			name: "drop_in_body", help: "closes the connection in the middle of the answer's body",
			at: afterward, apply: func(x *exchange, _ *Fault) {
				x.deliver = func(x *exchange) {
					x.deliverRaw(append(x.head(contentLength(len(x.a.body))), x.a.body[:len(x.a.body)/2]...))
				}
			},
		},
		{
			name: "close_idle", help: "answers in full, then closes the connection that looks alive",
			at: afterward, apply: func(x *exchange, _ *Fault) {
				x.deliver = func(x *exchange) { x.deliverRaw(append(x.head(contentLength(len(x.a.body))), x.a.body...)) }
			},
		},
	}
}
